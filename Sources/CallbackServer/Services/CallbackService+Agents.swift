import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListAgentsRequest: PageRequest {}

extension CallbackService {
  /// Sets what an agent wants to be; during a call it is applied after it.
  func setAgentStatus(
    _ request: V1.SetAgentStatusRequest
  ) throws -> CommandCall<V1.SetAgentStatusResponse> {
    let command = Command.setAgentStatus(
      try Field.identifier(request.agentID, "agent_id"),
      wanted: try request.status.wanted(reason: request.reason),
      endCooldown: request.endCooldown)
    return CommandCall(command) { reply, at in
      guard case .agent(let agent) = reply else { return nil }
      return V1.SetAgentStatusResponse(
        logPosition: at.position, effect: V1.StatusEffect(agent.application),
        workState: V1.AgentWorkState(agent.status), until: agent.status.cooldownEnd(at.clocks))
    }
  }

  /// Gives one agent's status.
  func getAgent(_ request: V1.GetAgentRequest) throws -> ReadCall<V1.GetAgentResponse> {
    let id: AgentID = try Field.identifier(request.agentID, "agent_id")
    return { state, point in
      guard let agent = state.agent(id) else { throw Rejection.notFound(.agent(id)) }
      return V1.GetAgentResponse(
        logPosition: point.position, agent: V1.AgentPresence(agent, at: point.clocks),
        offer: state.pendingAlert(of: agent, at: point.clocks))
    }
  }

  /// Lists agents with their status, by id.
  func listAgents(_ request: V1.ListAgentsRequest) throws -> ReadCall<V1.ListAgentsResponse> {
    let queue: QueueID? = try Field.optionalIdentifier(request.queueID, "queue_id")
    let (empty, after) = try request.page(of: V1.AgentPresence.self)
    return { state, point in
      try state.checkKnown(queue)
      var page = empty
      page.fill(state.agentIDs.afterKey(after), bytes: \.keyBytes) { id in
        guard let agent = state.agent(id), agent.isMember(of: queue) else { return nil }
        return V1.AgentPresence(agent, at: point.clocks)
      }
      return V1.ListAgentsResponse(
        logPosition: point.position, agents: page.entries, nextPageToken: page.nextToken)
    }
  }
}

extension Agent {
  /// Whether the agent belongs to a queue; nil stands for any.
  fileprivate func isMember(of queue: QueueID?) -> Bool {
    guard let queue else { return true }
    return settings.value.memberships.contains { $0.queue == queue }
  }
}
