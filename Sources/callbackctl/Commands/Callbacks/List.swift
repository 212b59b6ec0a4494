import ArgumentParser
import CallbackClient
import CallbackMessages

/// Lists live callbacks.
struct List: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "List live callbacks in the order of the line.",
    discussion: """
      Examples:
        callbackctl list
        callbackctl list --queue sales --state queued,retry-wait --all
      """)

  @Option(help: "Only of this queue.")
  var queue = ""

  @Option(
    help: ArgumentHelp("Only in these states, separated by commas.", valueName: "states"),
    transform: StateList.parse)
  var state: [V1.CallbackState] = []

  @Option(help: "Only of this number, in E.164 such as +15105550123.")
  var number = ""

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListCallbacksRequest(
      queueID: queue, states: state, number: number, pageSize: paging.pageSize)
    try await session.showPages(
      session.client.callbacks(request), all: paging.all, items: \.callbacks
    ) { page, look in
      CallbackText.table(page.callbacks, look)
    }
  }
}

/// Callback states separated by commas.
enum StateList {
  /// Reads the states.
  static func parse(_ text: String) throws -> [V1.CallbackState] {
    try text.split(separator: ",").map { word in
      guard let state = EnumArgument<V1.CallbackState>(argument: String(word)) else {
        let known = EnumArgument<V1.CallbackState>.allValueStrings.joined(separator: ", ")
        throw ValidationError("‘\(word)’ is no state. The states: \(known).")
      }
      return state.value
    }
  }
}

/// Options of listings.
struct PagingOptions: ParsableArguments {
  @Option(help: "At most so many, 1 to 500.")
  var limit: UInt32 = 50

  @Flag(help: "List all, page by page.")
  var all = false

  /// What to ask a page for.
  var pageSize: UInt32 { all ? 500 : limit }

  func validate() throws {
    if !(1...500).contains(limit) { throw ValidationError("--limit is 1 to 500; or say --all.") }
  }
}
