import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

/// What operators change while the center works: an agent's queues and state, a queue's doors, the
/// settings of the service.
extension AdminService {
  /// Sets the queues that an agent serves.
  func setAgentQueues(
    _ request: V1.SetAgentQueuesRequest
  ) throws -> CommandCall<V1.SetAgentQueuesResponse> {
    let id: AgentID = try Field.identifier(request.agentID, "agent_id")
    let memberships = try request.memberships.memberships("memberships")
    let command = Command.setAgentQueues(
      id, memberships, ifRevision: try Etag.revision(request.etag))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      return V1.SetAgentQueuesResponse(logPosition: at.position, etag: Etag.text(revision))
    }
  }

  /// Opens or closes a queue for requests, and for offers.
  func setQueueState(
    _ request: V1.SetQueueStateRequest
  ) throws -> CommandCall<V1.SetQueueStateResponse> {
    let command = Command.setQueueState(
      try Field.identifier(request.queueID, "queue_id"),
      accepting: try request.accepting.isOpen("accepting"),
      offering: try request.offering.isOpen("offering"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      return V1.SetQueueStateResponse(logPosition: at.position, etag: Etag.text(revision))
    }
  }

  /// Sets an agent free.
  func overrideAgent(
    _ request: V1.OverrideAgentRequest
  ) throws -> CommandCall<V1.OverrideAgentResponse> {
    let command = Command.overrideAgent(
      try Field.identifier(request.agentID, "agent_id"),
      wanted: try request.status.wanted(reason: request.reason))
    return CommandCall(command) { reply, at in
      guard case .agent(let agent) = reply else { return nil }
      return V1.OverrideAgentResponse(
        logPosition: at.position, workState: V1.AgentWorkState(agent.status))
    }
  }

  /// Gives the settings of the service.
  func getSettings(
    _ request: V1.GetSettingsRequest
  ) throws -> ReadCall<V1.GetSettingsResponse> {
    { state, point in
      V1.GetSettingsResponse(
        logPosition: point.position, settings: V1.ServiceSettings(state.settings))
    }
  }

  /// Replaces the settings of the service.
  func putSettings(
    _ request: V1.PutSettingsRequest
  ) throws -> CommandCall<V1.PutSettingsResponse> {
    let wanted = try Field.required(request.settings, "settings")
    let settings = try wanted.settings()
    let command = Command.putSettings(
      settings, ifRevision: try Etag.revision(wanted.etag, "settings.etag"))
    return CommandCall(command) { reply, at in
      guard case .put(let revision) = reply else { return nil }
      var put = settings
      put.revision = revision
      return V1.PutSettingsResponse(
        logPosition: at.position, settings: V1.ServiceSettings(put))
    }
  }
}
