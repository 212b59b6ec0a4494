import ArgumentParser
import CallbackClient
import CallbackMessages

/// Says what is running.
struct Info: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which daemon is running, and how busy it is.")

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.call(
      AdminServiceMethods.getServerInfo, V1.GetServerInfoRequest())
    try session.show(answer) { look in
      var fields = FieldList()
      fields.add("callbackd", answer.version)
      fields.add("socket", session.client.socket)
      fields.add("process", String(answer.processID))
      fields.add("started", look.both(Moment(answer.startedAt)))
      fields.add("callbacks", "\(answer.liveCallbacks) live")
      fields.add("alerts", "\(answer.pendingOffers) pending")
      fields.add("agents", "\(answer.connectedAgents) connected")
      fields.add("region", answer.defaultRegion)
      fields.add("log", "\(answer.lineage), position \(answer.logPosition)")
      return fields.rendered(look.style)
    }
  }
}

/// Lists connectors.
struct Dialers: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the telephony connectors that are attached.")

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.call(
      AdminServiceMethods.listDialers, V1.ListDialersRequest())
    try session.show(answer) { look in
      if answer.dialers.isEmpty {
        return "No connector is attached. callbackctl dialer simulate plays one."
      }
      var table = Table("DIALER", "INSTANCE", "CAPACITY", "CALLS", "LOCATIONS")
      for dialer in answer.dialers {
        table.add(
          dialer.dialerID, dialer.instance, dialer.capacity == 0 ? "any" : "\(dialer.capacity)",
          String(dialer.runningAttempts),
          dialer.locationIDs.isEmpty ? "all" : dialer.locationIDs.joined(separator: ","))
      }
      return table.rendered(look.style)
    }
  }
}

/// Settles an attempt whose fate is unknown.
struct Settle: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how a call came out whose callback is uncertain.",
    discussion: """
      not-dialled puts the callback back into the queue, not counted.

      Examples:
        callbackctl settle 06DXK0J5V3T2W8Y4ZB7N1QRCGM answered
        callbackctl settle 06DXK0J5V3T2W8Y4ZB7N1QRCGM not-dialled
      """)

  @Argument(help: "The attempt, as `show` names it.")
  var attempt: String

  @Argument(help: "How it came out.")
  var outcome: SettledOutcome

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.SettleAttemptRequest(
      requestID: change.id, attemptID: attempt, outcome: outcome.value)
    let answer = try await session.client.call(AdminServiceMethods.settleAttempt, request)
    try session.show(answer) { _ in "Settled. The callback is \(answer.state.words)." }
  }
}

/// An outcome that an operator may know of a call: any but that it is unknown.
struct SettledOutcome: ExpressibleByArgument {
  /// The outcome.
  let value: V1.Outcome

  /// Reads a word; nil where it names none.
  init?(argument: String) {
    guard let outcome = EnumArgument<V1.Outcome>(argument: argument)?.value, outcome != .unknown
    else { return nil }
    value = outcome
  }

  /// The words that are understood.
  static var allValueStrings: [String] {
    EnumArgument<V1.Outcome>.allValueStrings.filter { $0 != V1.Outcome.unknown.optionWord }
  }
}
