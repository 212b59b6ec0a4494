import ArgumentParser

/// Agents: their alerts and status at work, and their configuration.
struct AgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Agents: alerts, status, configuration.",
    subcommands: [
      AgentWatch.self, AgentSet.self, AgentShow.self, AgentList.self, AgentPut.self,
      AgentGet.self, AgentDelete.self, AgentOverride.self, AgentCallReport.self,
    ])
}
