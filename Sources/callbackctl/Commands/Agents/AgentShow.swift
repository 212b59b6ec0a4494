import ArgumentParser
import CallbackClient
import CallbackMessages

/// Shows an agent at work.
struct AgentShow: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show an agent's status, and the alert or the call that the agent has.",
    discussion: """
      Example:
        callbackctl agent show alice
      """)

  @Argument(help: "The agent.")
  var agent: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let answer = try await session.client.agent(agent)
    try session.show(answer) { AgentText.detail(answer, $0) }
  }
}
