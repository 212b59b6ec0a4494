import ArgumentParser
import CallbackClient
import CallbackMessages

/// Asks for a callback, as an IVR or a web form does.
struct Request: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask for a callback.",
    discussion: """
      Examples:
        callbackctl request "(510) 555-0123" --dialled 5105550100 --name "Ann Smith"
        callbackctl request --withheld --callback 510-555-0199 --dialled 5105550100
        callbackctl request 5105550123 --queue sales --not-before 14:30 --note "about the invoice"
        callbackctl request 5105550123 --queue sales --check
      """)

  @Argument(
    help: ArgumentHelp(
      "The caller's number by caller ID; leave out where it was withheld or not given.",
      valueName: "number"))
  var number = ""

  @Option(help: "The caller's name by caller ID.")
  var name = ""

  @Option(
    help: ArgumentHelp(
      "The number that the caller dialled: it decides location, ad source, region and queue.",
      valueName: "number"))
  var dialled = ""

  @Option(
    help: ArgumentHelp(
      "The number to call back, such as one that was keyed in. Default: the caller's.",
      valueName: "number"))
  var callback = ""

  @Option(help: ArgumentHelp("Where the callback number came from.", valueName: "source"))
  var source: EnumArgument<V1.NumberSource>?

  @Flag(help: "The caller withheld the number.")
  var withheld = false

  @Option(help: "The queue. Default: that of the dialled number.")
  var queue = ""

  @Option(help: "The location, where the dialled number does not say it.")
  var location = ""

  @Option(help: "−100 to 100; higher goes first. Write a negative one as --priority=-5.")
  var priority: Int32 = 0

  @Option(help: ArgumentHelp("Not before: 14:30, +2h, 2026-11-23T14:30Z.", valueName: "time"))
  var notBefore: MomentArgument?

  @Option(help: ArgumentHelp("Give up at: 18:00, +4h, 2026-11-23T18:00Z.", valueName: "time"))
  var expires: MomentArgument?

  @Option(help: "A note for the agent.")
  var note = ""

  @Option(help: ArgumentHelp("The telephone system's id of the call.", valueName: "id"))
  var callReference = ""

  @Option(help: ArgumentHelp("When the call arrived.", valueName: "time"))
  var callArrived: MomentArgument?

  @Flag(help: "Only say whether it would be taken, its place in line, and how long it would wait.")
  var check = false

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// The request as it goes to the daemon.
  var message: V1.RequestCallbackRequest {
    let presentation: V1.CallerIdPresentation =
      withheld ? .restricted : number.isEmpty ? .unavailable : .allowed
    return V1.RequestCallbackRequest(
      requestID: change.id, dialledNumber: dialled, callerName: name, callerNumber: number,
      presentation: presentation, callbackNumber: callback,
      numberSource: source?.value ?? .unspecified, locationID: location, queueID: queue,
      priority: priority, notBefore: notBefore?.moment.wire, expiresAt: expires?.moment.wire,
      callReference: callReference, callArrivedAt: callArrived?.moment.wire, note: note,
      validateOnly: check)
  }

  func run(in session: Session) async throws {
    let taken = try await session.client.requestCallback(message)
    try session.show(taken) { RequestText.taken(taken, check: check, $0) }
  }
}
