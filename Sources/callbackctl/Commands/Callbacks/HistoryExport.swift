import ArgumentParser
import CallbackClient
import CallbackMessages

/// Exports the history.
struct HistoryExport: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-history",
    abstract: "Write the history to a file, newest first.",
    discussion: """
      JSON Lines: a callback with its attempts a line, as GetCallerHistory gives it.

      Examples:
        callbackctl export-history calls.jsonl
        callbackctl export-history - --since 2026-11-01T00:00 --until 2026-12-01T00:00
        callbackctl export-history ada.jsonl --agent ada
      """)

  @Argument(help: "The file, which must not exist; - writes standard output.", completion: .file())
  var file: String

  @Option(help: "Only of this number.")
  var number: String?

  @Option(help: "Only callbacks that this agent called back.")
  var agent: String?

  @Option(
    help: ArgumentHelp(
      "Only from this moment on: 2h (ago), 09:00, 2026-11-23T14:30Z.", valueName: "past-time"))
  var since: PastMomentArgument?

  @Option(help: ArgumentHelp("Only before this moment, written alike.", valueName: "past-time"))
  var until: PastMomentArgument?

  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if number != nil, agent != nil { throw ValidationError("Give --number or --agent, not both.") }
  }

  func run(in session: Session) async throws {
    let target = try ExportFile(file)
    var count = 0
    try await session.client.exportHistory(request) { entries in
      for entry in entries { try target.write(try entry.jsonLine() + "\n") }
      count += entries.count
    }
    try target.finish(count, "entry", "entries", in: session)
  }

  private var request: V1.ExportHistoryRequest {
    var request = V1.ExportHistoryRequest(
      since: since.map { .init(milliseconds: $0.moment.milliseconds) },
      until: until.map { .init(milliseconds: $0.moment.milliseconds) })
    if let number { request.of = .number(number) }
    if let agent { request.of = .agentID(agent) }
    return request
  }
}
