import ArgumentParser
import CallbackClient
import CallbackMessages

/// Makes or changes an agent.
struct AgentPut: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "put",
    abstract: "Add an agent, or change what is given of one.",
    discussion: """
      Examples:
        callbackctl agent put alice --name "Alice Chen" --endpoint 201 --queue sales
        callbackctl agent put alice --queue sales:1:2 --queue support
        callbackctl agent put alice --leave support
      """)

  @Argument(help: "The agent's id.")
  var agent: String

  @Option(help: "What others see. Default: the id.")
  var name: String?

  @Option(help: "Where a connector dials the agent: an extension, a SIP address.")
  var endpoint: String?

  @Option(
    help: ArgumentHelp(
      "A queue to serve, with level and position for the strategy tiers. Repeat for several.",
      valueName: "queue[:level[:position]]"))
  var queue: [MembershipArgument] = []

  @Option(help: ArgumentHelp("A queue to leave. Repeat for several.", valueName: "queue"))
  var leave: [String] = []

  @OptionGroup var put: PutOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  /// The agent after the change.
  func changed(_ current: V1.AgentConfig?) -> V1.AgentConfig {
    var config = current ?? V1.AgentConfig(agentID: agent)
    if let name { config.name = name }
    if let endpoint { config.endpoint = endpoint }
    let replaced = Set(queue.map(\.membership.queueID)).union(leave)
    config.memberships.removeAll { replaced.contains($0.queueID) }
    config.memberships += queue.map(\.membership)
    return config
  }

  func run(in session: Session) async throws {
    let current = try await put.current {
      let request = V1.GetAgentConfigRequest(agentID: agent)
      return try await session.client.call(AdminServiceMethods.getAgentConfig, request).agent
    }
    let request = V1.PutAgentRequest(requestID: change.id, agent: changed(current))
    let answer = try await session.client.call(AdminServiceMethods.putAgent, request)
    for name in leave where current?.memberships.contains(where: { $0.queueID == name }) != true {
      session.console.remark("\(SafeText.line(agent)) did not serve \(SafeText.line(name)).")
    }
    try session.show(answer) { ConfigurationText.agent(answer.agent ?? V1.AgentConfig(), $0) }
  }
}

/// A membership such as `sales`, `sales:1` or `sales:1:2`.
struct MembershipArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The membership.
  let membership: V1.Membership

  /// Reads a membership; nil where it is none.
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().map { UInt32($0) }
    guard let queue = parts.first, !queue.isEmpty, parts.count <= 3, !numbers.contains(nil) else {
      return nil
    }
    membership = V1.Membership(
      queueID: String(queue), level: numbers.first.flatMap { $0 } ?? 0,
      position: numbers.dropFirst().first.flatMap { $0 } ?? 0)
  }
}
