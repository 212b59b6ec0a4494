import ArgumentParser
import CallbackClient
import CallbackMessages

/// Shows an agent's configuration.
struct AgentGet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show how an agent is configured.",
    discussion: """
      Example:
        callbackctl agent get alice
      """)

  @Argument(help: "The agent.")
  var agent: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.GetAgentConfigRequest(agentID: agent)
    let answer = try await session.client.call(AdminServiceMethods.getAgentConfig, request)
    try session.show(answer) { ConfigurationText.agent(answer.agent ?? V1.AgentConfig(), $0) }
  }
}

/// Deletes an agent.
struct AgentDelete: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete an agent that nothing uses.",
    discussion: """
      Example:
        callbackctl agent delete alice
      """)

  @Argument(help: "The agent.")
  var agent: String

  @OptionGroup var removal: DeleteOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.DeleteAgentRequest(
      requestID: change.id, agentID: agent, etag: removal.etag)
    let answer = try await session.client.call(AdminServiceMethods.deleteAgent, request)
    try session.show(answer) { _ in "Agent \(SafeText.line(agent)) is deleted." }
  }
}
