import ArgumentParser
import CallbackClient
import CallbackMessages

/// Looks a number up.
struct Resolve: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look a number up: labels, card and matching records.",
    discussion: """
      Examples:
        callbackctl resolve "(510) 555-0123"
        callbackctl resolve 5105550123 --location oakland
        callbackctl resolve "(510) 555-0123" --explain
      """)

  @Argument(help: "The number, as people write it.")
  var number: String

  @Option(help: "The location dialled: its region reads the number, its records go first.")
  var location = ""

  @Option(help: "Two letters for a national number, such as US. Default: the service's region.")
  var region = ""

  @Flag(help: "Tell what each directory answered, how long it took, and why it is this card.")
  var explain = false

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.resolveCaller(
      number, location: location, region: region, explain: explain)
    try session.show(answer) { RecordText.resolution(answer, $0) }
  }
}

/// Searches the directory.
struct Search: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search records by part of a name or of a number.",
    discussion: """
      Examples:
        callbackctl search "ann sm"
        callbackctl search 5550123
      """)

  @Argument(help: "Part of a name, or at least three digits of a number.")
  var query: String

  @Option(help: "At most so many, 1 to 100.")
  var limit: UInt32 = 20

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.searchRecords(query, limit: limit)
    try session.show(answer) { RecordText.table(answer.records, $0) }
    if answer.more { session.console.remark("There are more; --limit shows more of them.") }
    if !answer.unansweredDirectories.isEmpty {
      let names = answer.unansweredDirectories.joined(separator: ", ")
      session.console.remark("What \(SafeText.line(names)) knows is missing: it did not answer.")
    }
  }
}

/// Shows one record.
struct RecordCommand: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Show one record of the directory.")

  @Argument(help: "The record's id.")
  var record: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetRecordRequest(recordID: record)
    let answer = try await session.client.call(CallbackServiceMethods.getRecord, request)
    try session.show(answer) { RecordText.detail(answer.record ?? V1.Record(), $0) }
  }
}
