import ArgumentParser
import CallbackClient
import CallbackMessages

/// One side of a queue, or both.
enum QueueSide: String, ExpressibleByArgument, CaseIterable {
  /// Taking requests.
  case requests
  /// Offering callbacks to agents.
  case offers
}

/// Opens a queue.
struct QueueOpen: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open a queue for requests and offers.")

  @OptionGroup var doors: QueueDoorOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    try await doors.set(.open, change.id, session)
  }
}

/// Closes a queue.
struct QueueClose: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Close a queue for requests, for offers, or for both.",
    discussion: """
      What waits stays. Closing offers withdraws alerts that are open; calls go on.

      Example:
        callbackctl queue close sales --side requests
      """)

  @OptionGroup var doors: QueueDoorOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    try await doors.set(.closed, change.id, session)
  }
}

/// Which queue, and which sides of it.
struct QueueDoorOptions: ParsableArguments {
  @Argument(help: "The queue.")
  var queue: String

  @Option(help: "Only this side. Default: both.")
  var side: QueueSide?

  /// Sets the sides and says so.
  func set(_ state: V1.QueueSwitch, _ requestID: String, _ session: Session) async throws {
    let request = V1.SetQueueStateRequest(
      requestID: requestID, queueID: queue,
      accepting: side == .offers ? .unspecified : state,
      offering: side == .requests ? .unspecified : state)
    let answer = try await session.client.call(AdminServiceMethods.setQueueState, request)
    let sides = side.map(\.rawValue) ?? "requests and offers"
    try session.show(answer) { _ in
      "Queue \(SafeText.line(queue)) is \(state == .open ? "open" : "closed") for \(sides)."
    }
  }
}
