public import CallbackMessages

extension CallbackClient {
  /// Accepts an offer: an attempt begins and the card opens.
  ///
  /// - Parameters:
  ///   - offerID: the offer.
  ///   - agentID: the agent it was offered to.
  ///   - sessionID: the desktop that accepts, so that the agent's other desktops learn it.
  public func acceptOffer(
    _ offerID: String, agent agentID: String, session sessionID: String = ""
  ) async throws(CallbackError) -> V1.AcceptOfferResponse {
    let request = V1.AcceptOfferRequest(
      offerID: offerID, agentID: agentID, sessionID: sessionID)
    return try await call(CallbackServiceMethods.acceptOffer, request)
  }

  /// Rejects an offer: the next available agent gets it.
  @discardableResult
  public func rejectOffer(
    _ offerID: String, agent agentID: String
  ) async throws(CallbackError) -> V1.RejectOfferResponse {
    let request = V1.RejectOfferRequest(offerID: offerID, agentID: agentID)
    return try await call(CallbackServiceMethods.rejectOffer, request)
  }

  /// Sets what an agent wants to be; during a call it is applied after it.
  ///
  /// - Parameters:
  ///   - agentID: the agent.
  ///   - status: offline, ready or inactive.
  ///   - reason: for inactive, such as Lunch.
  ///   - endCooldown: with ready: end a Cooldown now.
  @discardableResult
  public func setStatus(
    ofAgent agentID: String, to status: V1.AgentStatus, reason: String = "",
    endCooldown: Bool = false
  ) async throws(CallbackError) -> V1.SetAgentStatusResponse {
    let request = V1.SetAgentStatusRequest(
      agentID: agentID, status: status, reason: reason, endCooldown: endCooldown)
    return try await call(CallbackServiceMethods.setAgentStatus, request)
  }

  /// Gives an agent's status, and the pending offer where there is one.
  public func agent(_ agentID: String) async throws(CallbackError) -> V1.GetAgentResponse {
    try await call(CallbackServiceMethods.getAgent, V1.GetAgentRequest(agentID: agentID))
  }

  /// The pages of agents with their status, by id.
  public func agents(
    inQueue queueID: String = ""
  ) -> PageSequence<V1.ListAgentsRequest, V1.ListAgentsResponse> {
    pages(CallbackServiceMethods.listAgents, V1.ListAgentsRequest(queueID: queueID))
  }

  /// Streams the alerts of some agents; reading it is what makes them present.
  ///
  /// Begins with a snapshot of each agent, then `synced`, then changes. After an interruption it
  /// goes on with a new snapshot.
  ///
  /// - Parameters:
  ///   - agentIDs: the agents at this desktop.
  ///   - sessionID: names this desktop; a second stream of the same session ends the first.
  ///   - interruption: called once when the connection is lost, before it is made again.
  public func watchOffers(
    agents agentIDs: [String], session sessionID: String = RequestID.make(),
    interruption: (@Sendable (CallbackError) -> Void)? = nil
  ) -> ResumingStream<V1.WatchOffersResponse> {
    let request = V1.WatchOffersRequest(sessionID: sessionID, agentIDs: agentIDs)
    return ResumingStream(
      policy: configuration.retry, interruption: interruption
    ) { _ throws(CallbackError) in
      try await stream(CallbackServiceMethods.watchOffers, request)
    }
  }
}
