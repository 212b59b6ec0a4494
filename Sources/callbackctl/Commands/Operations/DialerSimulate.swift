import ArgumentParser
import CallbackClient
import CallbackMessages

/// Plays a telephony connector.
struct DialerSimulate: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Play a telephony connector that dials nothing, for trying out and for tests.",
    discussion: """
      Serves queues whose setting is --dialing connector. It claims each command, plays the call \
      only once it is granted, and reports as a telephone system does. Calls take the outcomes in \
      order; the last one is repeated. Ends with Ctrl-C.

      Outcomes: \(SimulatedOutcome.allCases.map(\.rawValue).joined(separator: ", ")).

      Examples:
        callbackctl dialer simulate
        callbackctl dialer simulate busy voicemail answered --ring 1s --talk 2s
        callbackctl dialer simulate --number +15105550123=no-answer --calls 3
      """)

  @Argument(help: "What the calls come to, in order.")
  var outcomes: [SimulatedOutcome] = []

  @Option(
    help: ArgumentHelp(
      "What calls to a number come to. Repeat for several.", valueName: "number=outcome"))
  var number: [NumberOutcomeArgument] = []

  @Option(
    name: .customLong("default"),
    help: ArgumentHelp(
      "What further calls come to. Default: the last of the outcomes, or answered.",
      valueName: "outcome"))
  var fallback: SimulatedOutcome?

  @Option(help: ArgumentHelp("How long until the agent answers.", valueName: "duration"))
  var agentRing = DurationArgument(.seconds(1))

  @Option(
    help: ArgumentHelp(
      "How long the caller's phone rings; three times that where nobody answers.",
      valueName: "duration"))
  var ring = DurationArgument(.seconds(2))

  @Option(help: ArgumentHelp("How long they talk.", valueName: "duration"))
  var talk = DurationArgument(.seconds(3))

  @Option(help: ArgumentHelp("End after so many calls.", valueName: "count"))
  var calls: Int?

  @Option(help: ArgumentHelp("Names the connector.", valueName: "name"))
  var id = "simulator"

  @Option(help: "Calls at the same time; 0: no limit.")
  var capacity: UInt32 = 0

  @Option(help: "A location that it dials for; repeat for several. Default: all.")
  var location: [String] = []

  @OptionGroup var globals: GlobalOptions

  static let endsWithItsReader = true

  func validate() throws {
    if let calls, calls < 1 { throw ValidationError("--calls is at least 1.") }
  }

  /// The connector that the options describe.
  func connector(instance: String) -> SimulatedConnector {
    let byNumber = Dictionary(number.map { ($0.e164, $0.outcome) }) { _, last in last }
    return SimulatedConnector(
      hello: V1.DialHello(
        dialerID: id, instance: instance, capacity: capacity, locationIDs: location),
      plan: OutcomePlan(inOrder: outcomes, byNumber: byNumber, fallback: fallback),
      timing: SimulatedTiming(
        agentRing: agentRing.duration, ring: ring.duration, talk: talk.duration))
  }

  func run(in session: Session) async throws {
    var run = ConnectorRun(session, connector(instance: RequestID.make()), calls: calls)
    try await run.run()
  }
}

/// What calls to a number come to, such as `+15105550123=busy`.
struct NumberOutcomeArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The number.
  let e164: String
  /// What its calls come to.
  let outcome: SimulatedOutcome

  /// Reads number and outcome; nil where the text is something else.
  init?(argument: String) {
    let parts = argument.split(separator: "=")
    guard parts.count == 2, parts[0].first == "+",
      parts[0].dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
      let outcome = SimulatedOutcome(rawValue: String(parts[1]))
    else { return nil }
    e164 = String(parts[0])
    self.outcome = outcome
  }
}
