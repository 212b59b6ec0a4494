import ArgumentParser
import CallbackClient
import CallbackMessages

/// Shows a number's history.
struct History: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the callbacks and calls of a number, newest first.",
    discussion: """
      Example:
        callbackctl history "(510) 555-0123"
      """)

  @Argument(help: "The number, as people write it.")
  var number: String

  @Option(help: "Two letters for a national number, such as US. Default: the service's region.")
  var region = ""

  @Option(help: "At most so many entries, 1 to 100.")
  var limit: UInt32 = 20

  @Flag(help: "Show all, page by page.")
  var all = false

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetCallerHistoryRequest(
      number: number, region: region, pageSize: all ? 100 : limit)
    try await session.showPages(
      session.client.pages(CallbackServiceMethods.getCallerHistory, request), all: all,
      items: \.entries
    ) { page, look in
      HistoryText.rendered(page, look)
    }
  }
}
