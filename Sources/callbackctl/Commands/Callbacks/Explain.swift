import ArgumentParser
import CallbackClient
import CallbackMessages

/// Says why nobody has a callback now.
struct Explain: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a callback is where it is, agent by agent.",
    discussion: """
      Example:
        callbackctl explain 06DXK0J5V3T2W8Y4ZB7N1QRCGM
      """)

  @Argument(help: "The callback's id.")
  var callback: String

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ExplainCallbackRequest(callbackID: callback, pageSize: paging.pageSize)
    try await session.showPages(
      session.client.pages(CallbackServiceMethods.explainCallback, request), all: paging.all,
      items: \.agents
    ) { page, look in
      ExplainText.rendered(page, look)
    }
  }
}
