import ArgumentParser
import CallbackClient
import CallbackMessages

/// Says how long a callback will wait, or would.
struct Estimate: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how long a callback will wait, or a request that nobody has made yet.",
    discussion: """
      Examples:
        callbackctl estimate 06DXK0J5V3T2W8Y4ZB7N1QRCGM
        callbackctl estimate --caller "(510) 555-0123" --dialled 5105550100
        callbackctl estimate --caller 5105550123 --queue sales --not-before 14:30
      """)

  @Argument(help: "The callback's id; leave out to ask about a request.")
  var callback = ""

  @Option(help: ArgumentHelp("The number that would be called back.", valueName: "number"))
  var caller = ""

  @Option(help: ArgumentHelp("The number that the caller dialled.", valueName: "number"))
  var dialled = ""

  @Option(help: "The queue. Default: that of the dialled number.")
  var queue = ""

  @Option(help: "The location, where the dialled number does not say it.")
  var location = ""

  @Option(help: "−100 to 100; higher goes first. Write a negative one as --priority=-5.")
  var priority: Int32 = 0

  @Option(help: ArgumentHelp("Not before: 14:30, +2h, 2026-11-23T14:30Z.", valueName: "time"))
  var notBefore: MomentArgument?

  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    let asksForRequest = !caller.isEmpty || !dialled.isEmpty || !queue.isEmpty
    if callback.isEmpty != asksForRequest {
      throw ValidationError("Give a callback's id, or what a request would say (--caller).")
    }
  }

  /// What would wait.
  var subject: V1.EstimateWaitRequest.Subject {
    if !callback.isEmpty { return .callbackID(callback) }
    return .request(
      V1.RequestCallbackRequest(
        dialledNumber: dialled, callerNumber: caller, locationID: location, queueID: queue,
        priority: priority, notBefore: notBefore?.moment.wire))
  }

  func run(in session: Session) async throws {
    let answer = try await session.client.call(
      CallbackServiceMethods.estimateWait, V1.EstimateWaitRequest(subject: subject))
    try session.show(answer) { WaitText.rendered(answer, $0) }
  }
}
