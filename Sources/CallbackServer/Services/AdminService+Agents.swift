import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListAgentConfigsRequest: PageRequest {}

extension AdminService {
  /// Makes or replaces an agent.
  func putAgent(_ request: V1.PutAgentRequest) throws -> CommandCall<V1.PutAgentResponse> {
    let wanted = try Field.required(request.agent, "agent")
    let id: AgentID = try Field.identifier(wanted.agentID, "agent.agent_id")
    let settings = try wanted.settings()
    let command = Command.putAgent(
      id, settings, ifRevision: try Etag.revision(wanted.etag, "agent.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      return V1.PutAgentResponse(
        logPosition: at.position, agent: V1.AgentConfig(id, settings, revision: revision))
    }
  }

  /// Gives an agent as configured.
  func getAgentConfig(
    _ request: V1.GetAgentConfigRequest
  ) throws -> ReadCall<V1.GetAgentConfigResponse> {
    let id: AgentID = try Field.identifier(request.agentID, "agent_id")
    return { state, point in
      guard let agent = state.agent(id) else { throw Rejection.notFound(.agent(id)) }
      return V1.GetAgentConfigResponse(
        logPosition: point.position, agent: V1.AgentConfig(agent))
    }
  }

  /// Lists agents as configured, by id.
  func listAgentConfigs(
    _ request: V1.ListAgentConfigsRequest
  ) throws -> ReadCall<V1.ListAgentConfigsResponse> {
    let (empty, after) = try request.page(of: V1.AgentConfig.self)
    return { state, point in
      var page = empty
      page.fill(state.agentIDs.afterKey(after), bytes: \.keyBytes) { id in
        state.agent(id).map { V1.AgentConfig($0) }
      }
      return V1.ListAgentConfigsResponse(
        logPosition: point.position, agents: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Deletes an agent who is not on a call.
  func deleteAgent(
    _ request: V1.DeleteAgentRequest
  ) throws -> CommandCall<V1.DeleteAgentResponse> {
    let id: AgentID = try Field.identifier(request.agentID, "agent_id")
    return CommandCall(.deleteAgent(id, ifRevision: try Etag.revision(request.etag))) { _, at in
      V1.DeleteAgentResponse(logPosition: at.position)
    }
  }
}

extension V1.AgentConfig {
  fileprivate init(_ agent: Agent) {
    self.init(agent.id, agent.settings.value, revision: agent.revision)
  }
}
