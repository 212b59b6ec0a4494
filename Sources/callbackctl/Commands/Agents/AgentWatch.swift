import ArgumentParser
import CallbackClient
import CallbackMessages
import Glibc

/// Shows the alerts of agents as they come.
struct AgentWatch: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show the CallBack Alerts of agents; being open makes them present.",
    discussion: """
      Ends with Ctrl-C. After an interruption it connects again by itself.

      Examples:
        callbackctl agent watch alice --ready
        callbackctl agent watch alice bob --session front-desk
        callbackctl agent watch alice --alerts 1
      """)

  @Argument(help: "The agents at this desktop.")
  var agents: [String]

  @Option(help: "Names this desktop. A second stream of the same session ends the first.")
  var session = ""

  @Flag(help: "Set the agents Ready once connected.")
  var ready = false

  @Option(help: ArgumentHelp("End after so many alerts.", valueName: "count"))
  var alerts: Int?

  @OptionGroup var globals: GlobalOptions

  static let endsWithItsReader = true

  func validate() throws {
    if let alerts, alerts < 1 { throw ValidationError("--alerts is at least 1.") }
  }

  func run(in session: Session) async throws {
    let name = self.session.isEmpty ? "callbackctl-\(getpid())" : self.session
    let console = session.console
    let stream = session.client.watchOffers(agents: agents, session: name) { error in
      let why = SafeText.line(error.message)
      console.remark("callbackctl: interrupted (\(why)); connecting again …")
    }
    var desk = AlertDesk()
    var seen = 0
    for try await message in stream {
      if session.json {
        console.print(try message.jsonLine())
      } else {
        for line in desk.take(message, console.look) { console.print(line) }
      }
      if case .synced = message.event, ready { try await setReady(session) }
      if AlertDesk.isAlert(message) { seen += 1 }
      if let alerts, seen >= alerts { return }
    }
  }

  private func setReady(_ session: Session) async throws {
    for agent in agents { try await session.client.setStatus(ofAgent: agent, to: .ready) }
  }
}
