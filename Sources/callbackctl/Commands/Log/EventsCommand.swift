import ArgumentParser
import CallbackClient
import CallbackMessages

/// Events.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "What happens in the service, as it happens.",
    subcommands: [EventsWatch.self])
}

/// Streams events.
struct EventsWatch: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show what happens in the order of the log; goes on after an interruption.",
    discussion: """
      With --json each line carries resumeToken: hand the last one to --after to go on there.

      Examples:
        callbackctl events watch
        callbackctl events watch --since 2h
        callbackctl events watch --json --after TOKEN
      """)

  @Option(
    help: ArgumentHelp(
      "Begin at this moment: 2026-11-23T09:00, 2026-11-23T09:00:00Z, or 2h for two hours ago.",
      valueName: "time"))
  var since: PastMomentArgument?

  @Option(help: ArgumentHelp("Begin after the message with this token.", valueName: "token"))
  var after: String?

  @Option(help: ArgumentHelp("End after so many events.", valueName: "count"))
  var count: Int?

  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if since != nil, after != nil { throw ValidationError("Give --since or --after, not both.") }
    if let count, count < 1 { throw ValidationError("--count is at least 1.") }
  }

  private var start: CallbackClient.OutcomeStart {
    if let after { return .token(after) }
    return since.map { .since(milliseconds: $0.moment.milliseconds) } ?? .now
  }

  func run(in session: Session) async throws {
    let console = session.console
    let stream = session.client.watchEvents(from: start) { error in
      console.remark("callbackctl: interrupted (\(error.message)); connecting again …")
    }
    var seen = 0
    for try await message in stream {
      guard case .event(let event) = message.message else {
        if session.json { console.print(try message.jsonLine()) }
        continue
      }
      console.print(
        session.json ? try message.jsonLine() : EventText.line(event, console.look))
      seen += 1
      if let count, seen >= count { return }
    }
  }
}
