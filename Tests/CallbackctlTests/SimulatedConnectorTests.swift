import CallbackClient
import CallbackMessages
import Testing

@testable import callbackctl

@Suite("A simulated connector")
struct SimulatedConnectorTests {
  private func connector(_ outcomes: SimulatedOutcome...) -> SimulatedConnector {
    SimulatedConnector(
      hello: V1.DialHello(dialerID: "sim", instance: "1"), plan: OutcomePlan(inOrder: outcomes),
      timing: SimulatedTiming(
        agentRing: .seconds(1), ring: .seconds(2), talk: .seconds(3)))
  }

  private let command = V1.DialResponse(
    message: .command(
      V1.DialCommand(
        attemptID: "A", agentID: "ada",
        number: V1.PhoneNumber(e164: "+15105550123", display: "(510) 555-0123"))))
  private let granted = V1.DialResponse(message: .granted(V1.DialGranted(attemptID: "A")))

  /// Lets a granted call run to its end.
  private func reports(
    _ connector: inout SimulatedConnector, _ actions: [SimulatedConnector.Action]
  ) -> [V1.CallReport] {
    var pending = actions
    var reports: [V1.CallReport] = []
    while !pending.isEmpty {
      switch pending.removeFirst() {
      case .wait(_, let turn): pending += connector.advance(turn)
      case .send(let request):
        if case .report(let report) = request.message { reports.append(report) }
      case .tell, .settled: break
      }
    }
    return reports
  }

  @Test("claims a command, and plays nothing before the grant")
  func claim() {
    var connector = connector(.answered)
    let actions = connector.receive(command)
    let sent = actions.compactMap { action in
      if case .send(let request) = action { request.message } else { nil }
    }
    #expect(sent == [.claim(V1.DialClaim(attemptID: "A"))])
    #expect(!actions.contains { if case .wait = $0 { true } else { false } })
  }

  @Test("a grant that it did not ask for is not dialled")
  func foreignGrant() {
    var connector = connector(.answered)
    #expect(connector.receive(granted).isEmpty)
  }

  @Test("a second grant does not dial a second time")
  func secondGrant() {
    var connector = connector(.answered)
    _ = connector.receive(command)
    _ = connector.receive(granted)
    #expect(connector.receive(granted).isEmpty)
    #expect(connector.receive(command).isEmpty)
  }

  @Test("reports an answered call leg by leg, with growing sequences")
  func answered() {
    var connector = connector(.answered)
    _ = connector.receive(command)
    let begun = connector.receive(granted)
    let reports = reports(&connector, begun)
    #expect(
      reports.map(\.phase) == [.ringing, .agentAnswered, .ringing, .answered, .ended])
    #expect(reports.map(\.leg) == [.agent, .agent, .caller, .caller, .caller])
    #expect(reports.map(\.sequence) == [1, 2, 3, 4, 5])
  }

  @Test(
    "a call that does not connect ends with the network's cause",
    arguments: [
      (SimulatedOutcome.busy, UInt32(17), V1.CallLeg.caller), (.noAnswer, 19, .caller),
      (.rejected, 21, .caller), (.invalid, 1, .caller), (.congestion, 34, .caller),
      (.agentNoAnswer, 19, .agent),
    ])
  func causes(outcome: SimulatedOutcome, cause: UInt32, leg: V1.CallLeg) throws {
    var connector = connector(outcome)
    _ = connector.receive(command)
    let begun = connector.receive(granted)
    let last = try #require(reports(&connector, begun).last)
    #expect(last.phase == .ended)
    #expect(last.q850Cause == cause)
    #expect(last.leg == leg)
    #expect(!last.outcome.isSpecified)
  }

  @Test("silent claims and then says nothing, unclaimed does not even claim")
  func silence() {
    var silent = connector(.silent)
    _ = silent.receive(command)
    let begun = silent.receive(granted)
    #expect(reports(&silent, begun).isEmpty)
    var unclaimed = connector(.unclaimed)
    #expect(!unclaimed.receive(command).contains { if case .send = $0 { true } else { false } })
    #expect(unclaimed.receive(granted).isEmpty)
  }

  @Test("a revoked command is forgotten")
  func revoked() {
    var connector = connector(.answered)
    _ = connector.receive(command)
    _ = connector.receive(V1.DialResponse(message: .revoked(V1.DialRevoked(attemptID: "A"))))
    #expect(connector.receive(granted).isEmpty)
  }

  @Test("a hang-up ends the call, and what was to come does not happen")
  func hangUp() throws {
    var connector = connector(.answered)
    _ = connector.receive(command)
    let begun = connector.receive(granted)
    let turn = try #require(
      begun.compactMap { action in
        if case .wait(_, let turn) = action { turn } else { nil }
      }.first)
    _ = connector.advance(turn)
    let ended = connector.receive(
      V1.DialResponse(message: .hangUp(V1.DialHangUp(attemptID: "A"))))
    let report = try #require(reports(&connector, ended).first)
    #expect(report.phase == .ended)
    #expect(report.sipStatus == 487)
    #expect(connector.advance(turn).isEmpty)
  }

  @Test("what is not acknowledged is said again after a reconnect, in order")
  func reconnect() {
    var connector = connector(.busy)
    _ = connector.receive(command)
    let begun = connector.receive(granted)
    let all = reports(&connector, begun)
    _ = connector.receive(
      V1.DialResponse(
        message: .reportAck(V1.DialReportAck(attemptID: "A", sequence: 2, state: .dialing))))
    let again = connector.receive(V1.DialResponse(message: .welcome(V1.DialWelcome())))
    #expect(reports(&connector, again) == Array(all.dropFirst(2)))
    let settled = connector.receive(
      V1.DialResponse(
        message: .reportAck(V1.DialReportAck(attemptID: "A", sequence: 4, state: .retryWait))))
    #expect(settled.contains(.settled(attempt: "A")))
    #expect(connector.receive(V1.DialResponse(message: .welcome(V1.DialWelcome()))).isEmpty)
  }

  @Test("hello names the calls that still run")
  func liveAttempts() {
    var connector = connector(.answered)
    _ = connector.receive(command)
    #expect(connector.greeting() == V1.DialRequest(message: .hello(connector.hello)))
    _ = connector.receive(granted)
    guard case .hello(let hello) = connector.greeting().message else {
      Issue.record("the greeting is a hello")
      return
    }
    #expect(hello.liveAttemptIDs == ["A"])
  }

  @Test("answers how far a call is, and keeps to what it said")
  func queries() {
    func knowledge(_ connector: inout SimulatedConnector) -> V1.DialKnowledge? {
      let query = V1.DialResponse(message: .query(V1.DialQuery(attemptID: "A")))
      guard case .send(let request) = connector.receive(query).first,
        case .answer(let answer) = request.message
      else { return nil }
      return answer.knowledge
    }
    var connector = connector(.busy)
    #expect(knowledge(&connector) == .unknown)
    _ = connector.receive(command)
    #expect(knowledge(&connector) == .notDialled)
    #expect(connector.receive(granted).isEmpty)
    _ = connector.receive(command)
    let begun = connector.receive(granted)
    #expect(knowledge(&connector) == .inProgress)
    _ = reports(&connector, begun)
    #expect(knowledge(&connector) == .ended)
  }
}
