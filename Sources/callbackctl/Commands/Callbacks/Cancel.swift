import ArgumentParser
import CallbackClient
import CallbackMessages

/// Cancels a callback.
struct Cancel: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel a callback.",
    discussion: """
      While it is being dialled the connector is asked to hang up, and its report decides.

      Example:
        callbackctl cancel 06DXK0J5V3T2W8Y4ZB7N1QRCGM
      """)

  @Argument(help: "The callback's id.")
  var callback: String

  @Option(help: "Refuse unless this is still its newest version, as `show` gives it.")
  var etag = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.CancelCallbackRequest(
      requestID: change.id, callbackID: callback, etag: etag)
    let answer = try await session.client.call(CallbackServiceMethods.cancelCallback, request)
    try session.show(answer) { _ in
      answer.disposition == .cancelPending
        ? "It is being dialled: the call is to be hung up, and its end decides."
        : "Cancelled."
    }
  }
}
