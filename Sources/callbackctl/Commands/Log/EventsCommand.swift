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

  @OptionGroup var follow: FollowOptions
  @OptionGroup var globals: GlobalOptions

  static let endsWithItsReader = true

  func run(in session: Session) async throws {
    let console = session.console
    let stream = session.client.watchEvents(from: follow.start) { error in
      let why = SafeText.line(error.message)
      console.remark("callbackctl: interrupted (\(why)); connecting again …")
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
      if let count = follow.count, seen >= count { return }
    }
  }
}
