/// Accepting and rejecting offers (DOMAIN, rows F to J and "Offering").
extension CallCenter {
  mutating func acceptOffer(
    _ id: OfferID, _ agent: AgentID?, _ session: SessionID?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    var offer = try openOffer(id, agent)
    if case .accepted(let attempt, let by) = offer.state, by == session,
      let attempt = attempts[attempt]?.value
    {
      return .accepted(reply(accepting: attempt))
    }
    try checkPending(offer, at: step)
    guard let callback = callbacks[offer.callback]?.value, let queue = queues[offer.queue],
      let agent = agents[offer.agent]?.value
    else { throw .notFound(.offer(id)) }
    // The timer that takes the offer back may come after this command.
    if let quietFrom = callback.quietFrom, quietFrom <= step.wall,
      case .wait(_, .quietHours) = readiness(of: callback, at: step)
    {
      throw .offerClosed(id, .withdrawn(.quietHours))
    }
    let settings = queue.settings
    let isReported = settings.dialing == .reported
    let attempt = Attempt(
      id: nextID(step), callback: callback.id, offer: id, agent: agent.id, queue: queue.id,
      dialing: settings.dialing,
      plan: Shared(plan(for: callback, by: agent, with: settings)),
      acceptedAt: Moment(at: step.now, wall: step.wall),
      phase: isReported ? .dialing : .unclaimed,
      deadline: step.now + (isReported ? settings.reportedReportTimeout : settings.claimTimeout))
    offer.state = .accepted(attempt.id, by: session)
    offer.closedAt = step.now
    emit(.offerAccepted(offer, attempt), &step)
    if !isReported, let dialer = bestDialer(for: callback.request.value.location) {
      emit(.attemptHandedOut(attempt.id, to: dialer), &step)
    }
    return .accepted(reply(accepting: attempt))
  }

  mutating func rejectOffer(
    _ id: OfferID, _ agent: AgentID?, _ session: SessionID?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let offer = try openOffer(id, agent)
    if offer.state == .rejected {
      return .rejected(id, agents[offer.agent]?.value.status ?? .offline)
    }
    try checkPending(offer, at: step)
    close(id, as: .rejected, &step)
    let cooldown = queues[offer.queue]?.settings.cooldownAfterRejection ?? .zero
    coolDown(offer.agent, for: cooldown, &step)
    return .rejected(id, agents[offer.agent]?.value.status ?? .offline)
  }

  private func openOffer(_ id: OfferID, _ agent: AgentID?) throws(Rejection) -> Offer {
    guard let offer = offers[id]?.value else { throw .notFound(.offer(id)) }
    if let agent, agent != offer.agent { throw .notYours(.offer(id)) }
    return offer
  }

  /// An answer counts if it was received before the deadline, even if it is decided later.
  private func checkPending(_ offer: Offer, at step: Step) throws(Rejection) {
    guard offer.state == .pending else { throw .offerClosed(offer.id, offer.state) }
    guard step.receivedAt < offer.deadline else {
      throw .offerClosed(offer.id, missedState(of: offer))
    }
  }

  /// How an offer ends whose deadline passes: a miss, unless nobody could see it.
  func missedState(of offer: Offer) -> OfferState {
    agents[offer.agent]?.value.isConnected == true ? .timedOut : .withdrawn(.agentDisconnected)
  }

  /// Freezes what is dialled and the card that opens.
  private func plan(
    for callback: Callback, by agent: Agent, with settings: QueueSettings
  ) -> DialPlan {
    let request = callback.request.value
    var resolution = callback.resolution.value
    if resolution.rule == .previousCustomer {
      resolution = CallerRanking.resolve(
        CallerLookup(
          status: resolution.status, matches: resolution.matches, source: resolution.source,
          age: resolution.age, isStale: resolution.isStale),
        at: request.location, previousCustomerCard: settings.previousCustomerCard)
    }
    return DialPlan(
      number: request.number, endpoint: agent.settings.value.endpoint,
      callerID: settings.callerID, agentRing: settings.agentRing,
      callerRing: settings.callerRing, callerName: request.caller.name,
      location: request.location, resolution: resolution)
  }

  private func reply(accepting attempt: Attempt) -> AcceptReply {
    AcceptReply(
      offer: attempt.offer, attempt: attempt.id, callback: attempt.callback,
      dialing: attempt.dialing, plan: attempt.plan)
  }
}
