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

  @OptionGroup var follow: FollowOptions
  @OptionGroup var globals: GlobalOptions

  static let endsWithItsReader = true

  func run(in session: Session) async throws {
    let console = session.console
    let stream = session.client.watchOutcomes(from: follow.start, queue: queue) { error in
      let why = SafeText.line(error.message)
      console.remark("callbackctl: interrupted (\(why)); connecting again …")
    }
    var seen = 0
    for try await message in stream {
      if session.json {
        console.print(try message.jsonLine())
      } else if case .outcome(let outcome) = message.event {
        console.print(OutcomeText.line(outcome, console.look))
      }
      if case .outcome = message.event { seen += 1 }
      if let count = follow.count, seen >= count { return }
    }
  }
}
