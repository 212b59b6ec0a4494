import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

/// Who is where: agents at desktops, agents on other calls, callers on the line again.
extension CallbackService {
  /// Lets an agent join an open offers stream.
  func attachAgent(
    _ request: V1.AttachAgentRequest
  ) throws -> CommandCall<V1.AttachAgentResponse> {
    let command = Command.attachAgent(
      try Field.identifier(request.agentID, "agent_id"),
      session: try Field.identifier(request.sessionID, "session_id"))
    return CommandCall(command) { _, at in V1.AttachAgentResponse(logPosition: at.position) }
  }

  /// Lets an agent leave an open offers stream.
  func detachAgent(
    _ request: V1.DetachAgentRequest
  ) throws -> CommandCall<V1.DetachAgentResponse> {
    let command = Command.detachAgent(
      try Field.identifier(request.agentID, "agent_id"),
      session: try Field.identifier(request.sessionID, "session_id"))
    return CommandCall(command) { _, at in V1.DetachAgentResponse(logPosition: at.position) }
  }

  /// Reports a call of an agent that is no callback.
  func reportAgentCall(
    _ request: V1.ReportAgentCallRequest
  ) throws -> CommandCall<V1.ReportAgentCallResponse> {
    let command = Command.reportAgentCall(
      try Field.identifier(request.agentID, "agent_id"),
      reference: try Field.requiredText(
        request.callReference, "call_reference", atMost: FieldLimits.referenceBytes),
      try request.phase.phase("phase"))
    return CommandCall(command) { reply, at in
      guard case .agent(let agent) = reply else { return nil }
      return V1.ReportAgentCallResponse(
        logPosition: at.position, workState: V1.AgentWorkState(agent.status),
        until: agent.status.cooldownEnd(at.clocks))
    }
  }

  /// Tells that a caller who waits for a callback has phoned in again.
  func reportCallerReached(
    _ request: V1.ReportCallerReachedRequest
  ) throws -> CommandCall<V1.ReportCallerReachedResponse> {
    let target: CallerTarget =
      switch request.target {
      case .callbackID(let id): .callback(try Field.madeIdentifier(id, "callback_id"))
      case .number(let number):
        .number(
          try context.numbers.number(
            number, "number", in: context.numbers.region(request.region, "region")
          ).line)
      case nil: throw FieldError("target", .missing)
      }
    let command = Command.reportCallerReached(target, try request.phase.phase("phase"))
    return CommandCall(command) { reply, at in
      guard case .callerReached(let changed, let pending) = reply else { return nil }
      return V1.ReportCallerReachedResponse(
        logPosition: at.position, changed: changed, cancelsPending: pending)
    }
  }

  /// Puts a finished callback back into its queue.
  func requeueCallback(
    _ request: V1.RequeueCallbackRequest
  ) throws -> CommandCall<V1.RequeueCallbackResponse> {
    let id: CallbackID = try Field.madeIdentifier(request.callbackID, "callback_id")
    return CommandCall(.requeueCallback(id)) { reply, at in
      guard case .callback(let changed) = reply else { return nil }
      return V1.RequeueCallbackResponse(
        logPosition: at.position, callbackID: changed.id.text,
        state: V1.CallbackState(changed.state), merged: changed.merged,
        etag: Etag.text(changed.revision))
    }
  }
}
