import CallbackCore
import CallbackMessages
import CallbackWire
import UnixRPC

extension CallbackService {
  /// Streams the alerts of some agents; being open is what makes these agents present.
  func watchOffers(
    _ request: V1.WatchOffersRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.WatchOffersResponse>
  ) throws {
    let session: SessionID = try Field.identifier(request.sessionID, "session_id")
    let listed = try Field.list(
      request.agentIDs, "agent_ids", count: 1...FieldLimits.agentsPerSession)
    let agents = try Set(
      listed.enumerated().map { index, id throws -> AgentID in
        try Field.identifier(id, "agent_ids[\(index)]")
      })
    let stream = OfferStream(
      session: session, number: context.streams.next(), agents: agents.sorted(),
      responses: responses)
    context.open(stream, by: call)
  }

  /// Accepts an offer: an attempt begins and the card opens.
  func acceptOffer(
    _ request: V1.AcceptOfferRequest
  ) throws -> CommandCall<V1.AcceptOfferResponse> {
    let agent: AgentID = try Field.identifier(request.agentID, "agent_id")
    let command = Command.acceptOffer(
      try Field.madeIdentifier(request.offerID, "offer_id"), agent: agent,
      session: try Field.optionalIdentifier(request.sessionID, "session_id"))
    return CommandCall(command) { reply, at in
      guard case .accepted(let accepted) = reply else { return nil }
      return V1.AcceptOfferResponse(
        logPosition: at.position, attempt: V1.Attempt(accepted, agent: agent),
        callerName: accepted.plan.value.callerName,
        resolution: V1.Resolution(accepted.plan.value.resolution))
    }
  }

  /// Rejects an offer: the next available agent gets it.
  func rejectOffer(
    _ request: V1.RejectOfferRequest
  ) throws -> CommandCall<V1.RejectOfferResponse> {
    let command = Command.rejectOffer(
      try Field.madeIdentifier(request.offerID, "offer_id"),
      agent: try Field.identifier(request.agentID, "agent_id"), session: nil)
    return CommandCall(command) { reply, at in
      guard case .rejected(_, let status) = reply else { return nil }
      return V1.RejectOfferResponse(
        logPosition: at.position, workState: V1.AgentWorkState(status),
        until: status.cooldownEnd(at.clocks))
    }
  }
}
