import ArgumentParser
import CallbackClient
import CallbackMessages

/// Lists agents at work, or as configured.
struct AgentList: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List agents with their status, or with --config as they are configured.",
    discussion: """
      Examples:
        callbackctl agent list --queue sales
        callbackctl agent list --config
      """)

  @Option(help: "Only members of this queue.")
  var queue = ""

  @Flag(help: "Name, endpoint and memberships instead of the status.")
  var config = false

  @OptionGroup var paging: PagingOptions
  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if config, !queue.isEmpty { throw ValidationError("--queue does not go with --config.") }
  }

  func run(in session: Session) async throws {
    if config {
      let request = V1.ListAgentConfigsRequest(pageSize: paging.pageSize)
      try await session.showPages(
        session.client.pages(AdminServiceMethods.listAgentConfigs, request), all: paging.all,
        items: \.agents
      ) { ConfigurationText.agents($0.agents, $1) }
    } else {
      let request = V1.ListAgentsRequest(queueID: queue, pageSize: paging.pageSize)
      try await session.showPages(
        session.client.pages(CallbackServiceMethods.listAgents, request), all: paging.all,
        items: \.agents
      ) { AgentText.table($0.agents, $1) }
    }
  }
}
