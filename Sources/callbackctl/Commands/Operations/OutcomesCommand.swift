import ArgumentParser
import CallbackClient
import CallbackMessages

/// Outcomes.
struct OutcomesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outcomes", abstract: "Outcomes as they happen.",
    subcommands: [OutcomesWatch.self])
}

/// Streams outcomes.
struct OutcomesWatch: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show outcomes as they happen; goes on by itself after an interruption.",
    discussion: """
      With --json each line carries resumeToken: hand the last one to --after to go on there.

      Examples:
        callbackctl outcomes watch
        callbackctl outcomes watch --queue sales --since 09:00
        callbackctl outcomes watch --json --after TOKEN
      """)

  @Option(help: "Only of this queue.")
  var queue = ""

  @Option(
    help: ArgumentHelp(
      "Begin at this moment: 2026-11-23T09:00, 2026-11-23T09:00:00Z, or 2h for two hours ago.",
      valueName: "time"))
  var since: PastMomentArgument?

  @Option(help: ArgumentHelp("Begin after the message with this token.", valueName: "token"))
  var after: String?

  @Option(help: ArgumentHelp("End after so many outcomes.", valueName: "count"))
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
    let stream = session.client.watchOutcomes(from: start, queue: queue) { error in
      console.remark("callbackctl: interrupted (\(error.message)); connecting again …")
    }
    var seen = 0
    for try await message in stream {
      if session.json {
        console.print(try message.jsonLine())
      } else if case .outcome(let outcome) = message.event {
        console.print(OutcomeText.line(outcome, console.look))
      }
      if case .outcome = message.event { seen += 1 }
      if let count, seen >= count { return }
    }
  }
}
