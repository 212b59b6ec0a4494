import ArgumentParser
import CallbackClient
import CallbackMessages

/// Lists when numbers were forgotten.
struct Forgettings: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "List when numbers were forgotten and by whom, without the numbers.")

  @Option(help: "At most so many, 1 to 500.")
  var limit: UInt32 = 50

  @Flag(help: "List all, page by page.")
  var all = false

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ListForgettingsRequest(pageSize: all ? 500 : limit)
    try await session.showPages(
      session.client.pages(AdminServiceMethods.listForgettings, request), all: all,
      items: \.forgettings
    ) { page, look in
      if page.forgettings.isEmpty { return "No number was forgotten." }
      var table = Table("FORGOTTEN", "BY USER", "CALLBACKS")
      for entry in page.forgettings {
        table.add(
          look.both(Moment(entry.forgottenAt)), String(entry.actorUid),
          String(entry.historyCallbacks))
      }
      return table.rendered(look.style)
    }
  }
}
