import ArgumentParser
import CallbackClient
import CallbackMessages

/// Shows one callback.
struct Show: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one callback, live or finished.",
    discussion: """
      Example:
        callbackctl show 06DXK0J5V3T2W8Y4ZB7N1QRCGM
      """)

  @Argument(help: "The callback's id.")
  var callback: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetCallbackRequest(callbackID: callback)
    let answer = try await session.client.call(CallbackServiceMethods.getCallback, request)
    try session.show(answer) { CallbackText.detail(answer.callback ?? V1.Callback(), $0) }
  }
}
