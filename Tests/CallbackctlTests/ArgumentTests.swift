import ArgumentParser
import CallbackClient
import CallbackMessages
import Testing

@testable import callbackctl

@Suite("Command lines")
struct ArgumentTests {
  @Test("a request takes everything that an IVR knows")
  func request() throws {
    let request = try Request.parse([
      "(510) 555-0123", "--name", "Ann Smith", "--dialled", "5105550100", "--queue", "sales",
      "--priority=-5", "--not-before", "2030-01-01T00:00:00Z", "--note", "hello",
      "--request-id", "r1",
    ])
    let message = request.message
    #expect(message.requestID == "r1")
    #expect(message.callerNumber == "(510) 555-0123")
    #expect(message.presentation == .allowed)
    #expect(message.priority == -5)
    #expect(message.notBefore == GoogleProtobuf.Timestamp(seconds: 1_893_456_000))
    #expect(message.numberSource == .unspecified)
    #expect(!message.validateOnly)
  }

  @Test("a token is taken whatever it begins with", arguments: ["abc", "-abc", "--abc"])
  func token(text: String) throws {
    #expect(try FollowOptions.parse(["--after", text]).after == text)
  }

  @Test("a withheld number is restricted, a missing one unavailable")
  func presentation() throws {
    let withheld = try Request.parse(["--withheld", "--callback", "5", "--source", "keyed-in"])
    #expect(withheld.message.presentation == .restricted)
    #expect(withheld.message.numberSource == .keyedIn)
    #expect(try Request.parse([]).message.presentation == .unavailable)
  }

  @Test("an update says only what changes")
  func update() throws {
    let message = try Update.parse(["C", "--priority", "3", "--not-before", "none"]).message
    #expect(message.priority == V1.PriorityChange(priority: 3))
    #expect(message.notBefore == V1.NotBeforeChange())
    #expect(message.note == nil)
    #expect(message.number == nil)
    #expect(throws: (any Error).self) { try Update.parse(["C"]) }
  }

  @Test("settings that are not given stay, default takes one back")
  func queueSettings() throws {
    let put = try QueuePut.parse([
      "sales", "--dialing", "connector", "--cooldown", "0", "--misses", "default", "--gap",
      "busy=5m", "--gap", "limit=default", "--accept", "leads,customers",
    ])
    let before = V1.Queue(
      queueID: "sales", name: "Sales",
      settings: V1.QueueSettings(
        cascadeTimeout: GoogleProtobuf.Duration(seconds: 9),
        missesBeforeNoAnswer: GoogleProtobuf.UInt32Value(value: 3),
        retryGaps: V1.RetryGaps(limit: GoogleProtobuf.Duration(seconds: 60))),
      etag: "r7")
    let after = put.changed(before)
    let settings = try #require(after.settings)
    #expect(after.name == "Sales")
    #expect(after.etag == "r7")
    #expect(settings.dialing == .connector)
    #expect(settings.cascadeTimeout == GoogleProtobuf.Duration(seconds: 9))
    #expect(settings.cooldownAfterCallback == GoogleProtobuf.Duration())
    #expect(settings.missesBeforeNoAnswer == nil)
    #expect(settings.retryGaps == V1.RetryGaps(busy: GoogleProtobuf.Duration(seconds: 300)))
    #expect(settings.acceptedCallers == V1.AcceptedCallers(leads: true, customers: true))
  }

  @Test("every setting of a queue takes the word default, as its help says")
  func defaults() throws {
    let before = V1.Queue(
      queueID: "sales",
      settings: V1.QueueSettings(
        retryGaps: V1.RetryGaps(busy: .init(seconds: 9), limit: .init(seconds: 60))))
    func gaps(_ words: String...) throws -> V1.RetryGaps? {
      let options = words.flatMap { ["--gap", $0] }
      return try QueuePut.parse(["sales"] + options).changed(before).settings?.retryGaps
    }
    #expect(try gaps("default") == V1.RetryGaps())
    #expect(try gaps("default", "busy=5m") == V1.RetryGaps(busy: .init(seconds: 300)))
    #expect(RetryGapArgument(argument: "busy") == nil)
    for setting in [
      "dialing", "accept", "strategy", "cascade-timeout", "misses", "decline-delay", "cooldown",
      "reject-cooldown", "agent-ring", "caller-ring", "claim-timeout", "connector-report-timeout",
      "report-timeout", "connector-loss-timeout", "call-limit", "max-attempts", "gap", "expiry",
      "capacity", "previous-customer-card", "caller-id",
    ] {
      #expect(throws: Never.self, "\(setting)") {
        try QueuePut.parse(["sales", "--\(setting)", "default"])
      }
    }
  }

  @Test("memberships are added, changed and left")
  func memberships() throws {
    let put = try AgentPut.parse(["ada", "--queue", "sales:1:2", "--leave", "support"])
    let before = V1.AgentConfig(
      agentID: "ada", name: "Ada",
      memberships: [
        V1.Membership(queueID: "support"), V1.Membership(queueID: "sales"),
        V1.Membership(queueID: "other"),
      ])
    let after = put.changed(before)
    #expect(after.name == "Ada")
    #expect(
      after.memberships == [
        V1.Membership(queueID: "other"), V1.Membership(queueID: "sales", level: 1, position: 2),
      ])
    #expect(MembershipArgument(argument: "sales:x") == nil)
    #expect(MembershipArgument(argument: "") == nil)
  }

  @Test("an operator settles with what may be known of a call")
  func settled() throws {
    #expect(try Settle.parse(["T1", "not-dialled"]).outcome.value == .notDialled)
    #expect(throws: (any Error).self) { try Settle.parse(["T1", "unknown"]) }
    #expect(!SettledOutcome.allValueStrings.contains("unknown"))
    #expect(SettledOutcome.allValueStrings.contains("answered"))
  }

  @Test("states are listed by commas")
  func states() throws {
    #expect(try StateList.parse("queued,retry-wait") == [.queued, .retryWait])
    #expect(throws: ValidationError.self) { try StateList.parse("nowhere") }
  }

  @Test("shared options may stand before the command")
  func order() {
    let order = CommandLineOrder.commandFirst
    #expect(
      order(["--socket", "/s", "--json", "list", "--all"]) == [
        "list", "--all", "--socket", "/s", "--json",
      ])
    #expect(order(["--socket=/s", "call", "--", "-"]) == ["call", "--socket=/s", "--", "-"])
    #expect(order(["list", "--json"]) == ["list", "--json"])
    #expect(order(["--help"]) == ["--help"])
  }

  @Test("every event of a call has a report whose sequence grows with how far the call is")
  func events() {
    for event in CallEvent.allCases {
      #expect(event.report.phase.isSpecified, "\(event)")
    }
    let course: [CallEvent] = [.ringing, .agentAnswered, .answered, .voicemail, .fax, .ended]
    let sequences = course.map(\.report.sequence)
    #expect(sequences == sequences.sorted())
    #expect(Set(sequences).count == sequences.count)
    #expect(CallEvent.busy.report.outcome == .busy)
    #expect(CallEvent.agentSide.report.leg == .agent)
  }

  @Test("outcomes of simulated calls go by number, then in order, then one and the same")
  func plan() throws {
    let command = try DialerSimulate.parse([
      "busy", "voicemail", "--number", "+15105550123=no-answer", "--default", "rejected",
    ])
    var plan = OutcomePlan(
      inOrder: command.outcomes,
      byNumber: Dictionary(uniqueKeysWithValues: command.number.map { ($0.e164, $0.outcome) }),
      fallback: command.fallback)
    let numbers = ["+1", "+15105550123", "+1", "+1", "+1"]
    #expect(
      numbers.map { plan.next(for: $0) } == [.busy, .noAnswer, .voicemail, .rejected, .rejected])
  }
}
