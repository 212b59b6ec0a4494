import CallbackCore

/// Who may be offered what, by brute force over everything the observer knows.
extension Observer {
  mutating func observeOfferMade(_ offer: Offer) {
    let id = offer.id
    guard let callback = callbacks[offer.callback], let agent = agents[offer.agent] else {
      return report("3: offer \(id) of nothing, or to nobody")
    }
    expect(offers[id] == nil, "1: offer \(id) is made twice")
    expect(isOfferable(callback), "3: callback \(callback.id) cannot be offered now")
    expect(
      !isQuiet(callback.line, at: callback.location), "quiet: \(callback.id) is offered at night")
    expect(agent.isEligible, "3: agent \(offer.agent) is \(agent.status)")
    expect(agent.belongs(to: callback.queue), "3: agent \(offer.agent) is not of the queue")
    expect(!isDeclined(callback, by: offer.agent), "3: agent \(offer.agent) is excluded")
    expect(
      offer.queue == callback.queue
        && offer.deadline == now + settings(of: offer.queue).offerTimeout,
      "5: offer \(id) has a deadline of its own")
    let older = callbacks.values.filter {
      $0.goesBefore(callback) && canOffer($0, to: offer.agent, agent)
    }
    .min { $0.goesBefore($1) }
    if let older { report("4: \(callback.id) was offered before \(older.id)") }
    checkTurn(offer, callback, agent)
    offers[id] = offer
    callbacks[callback.id]?.state = .offered(id)
    agents[offer.agent]?.offer = id
  }

  /// With tiers nobody of a later tier is asked while somebody of an earlier one waits.
  private mutating func checkTurn(_ offer: Offer, _ callback: SeenCallback, _ agent: SeenAgent) {
    guard settings(of: offer.queue).strategy == .tiers else { return }
    func tier(_ agent: SeenAgent) -> (UInt16, UInt16) {
      let place = agent.memberships.first { $0.queue == offer.queue }
      return (place?.level ?? 0, place?.position ?? 0)
    }
    let passedOver = agents.contains { id, other in
      tier(other) < tier(agent) && canOffer(callback, to: id, other)
    }
    expect(!passedOver, "turn: an agent of an earlier tier waits")
  }

  func canOffer(_ callback: SeenCallback, to id: AgentID, _ agent: SeenAgent) -> Bool {
    agent.isEligible && agent.belongs(to: callback.queue) && isOfferable(callback)
      && !isDeclined(callback, by: id)
  }

  private func isDeclined(_ callback: SeenCallback, by agent: AgentID) -> Bool {
    callback.declines[agent].map { $0 > now } ?? false
  }

  private func isOfferable(_ callback: SeenCallback) -> Bool {
    guard callback.state == .queued, !callback.isSuspended,
      let queue = queues[callback.queue], queue.queue.isOffering
    else { return false }
    if isInUse(callback.line, butBy: callback.id) { return false }
    // Its own attempt may run on, to the number that it had before.
    if attempts.values.contains(where: { $0.isRunning && $0.callback == callback.id }) {
      return false
    }
    guard queue.settings.dialing == .connector else { return true }
    return dialers.values.contains { dialer in
      let serves =
        dialer.locations.isEmpty || callback.location.map(dialer.locations.contains) ?? true
      return serves && (dialer.capacity == 0 || load(of: dialer.id) < dialer.capacity)
    }
  }

  /// Whether a dial runs to the line, or another callback of it is offered.
  private func isInUse(_ line: PhoneNumber.Line, butBy id: CallbackID) -> Bool {
    if attempts.values.contains(where: { $0.isRunning && $0.line == line }) { return true }
    return callbacks.values.contains { other in
      if case .offered = other.state { other.line == line && other.id != id } else { false }
    }
  }

  private func load(of dialer: DialerID) -> UInt32 {
    UInt32(attempts.values.count { $0.isRunning && $0.dialer == dialer })
  }

  mutating func observeOfferClosed(_ offer: Offer, _ declinedUntil: Instant?) {
    guard let open = offers[offer.id], open.state == .pending else {
      return report("1: offer \(offer.id) was not pending")
    }
    let queue = settings(of: offer.queue)
    offers[offer.id] = offer
    callbacks[offer.callback]?.state = .queued
    agents[offer.agent]?.offer = nil
    var isDeclined = false
    switch offer.state {
    case .timedOut:
      isDeclined = true
      expect(open.deadline <= now, "5: offer \(offer.id) was missed before its deadline")
      expect(
        agents[offer.agent]?.sessions.isEmpty == false,
        "offer: \(offer.id) was missed by somebody who could not see it")
      let misses = (agents[offer.agent]?.misses ?? 0) + 1
      let limit = queue.missesUntilNotAnswering
      agents[offer.agent]?.misses = misses
      agents[offer.agent]?.owesStop = limit > 0 && misses >= limit
    case .rejected:
      isDeclined = true
      agents[offer.agent]?.misses = 0
      if queue.cooldownAfterRejection > .zero {
        agents[offer.agent]?.owesRest = now + queue.cooldownAfterRejection
      }
    case .withdrawn: break
    case .pending, .accepted: report("offer: \(offer.id) was closed as \(offer.state)")
    }
    if isDeclined, queue.declineDelay > .zero {
      callbacks[offer.callback]?.declines[offer.agent] = now + queue.declineDelay
    }
  }

  mutating func observeAccept(_ offer: Offer, _ attempt: Attempt) {
    guard let open = offers[offer.id], open.state == .pending else {
      return report("1: offer \(offer.id) was accepted when it was closed")
    }
    if let only, let received = only.receivedAt {
      expect(received < open.deadline, "5: offer \(offer.id) was accepted too late")
    }
    let running = attempts.contains { $0.value.isRunning && $0.value.line == attempt.line }
    expect(!running, "1: \(attempt.line.e164) is dialled twice at once")
    expect(
      !isQuiet(attempt.line, at: attempt.plan.value.location),
      "quiet: offer \(offer.id) is accepted at night")
    expect(attempts[attempt.id] == nil, "7: attempt \(attempt.id) began twice")
    offers[offer.id] = offer
    attempts[attempt.id] = SeenAttempt(attempt)
    callbacks[offer.callback]?.state = .dialing(attempt.id)
    agents[offer.agent]?.offer = nil
    agents[offer.agent]?.misses = 0
    agents[offer.agent]?.attempt = attempt.id
    let queue = settings(of: offer.queue)
    let limit =
      queue.dialing == .reported ? queue.reportedReportTimeout : queue.claimTimeout
    expect(attempt.deadline == now + limit, "9: attempt \(attempt.id) has a deadline of its own")
  }

  // MARK: - Work conservation

  /// Invariant 6: nobody waits for a callback that waits for them.
  mutating func checkIdleness() {
    for id in agents.keys.sorted() {
      guard let agent = agents[id], agent.isEligible else { continue }
      let waiting = callbacks.values.filter { canOffer($0, to: id, agent) }
        .min { $0.goesBefore($1) }
      if let waiting { report("6: agent \(id) and callback \(waiting.id) both wait") }
    }
  }
}

extension Attempt {
  /// The line that is dialled.
  var line: PhoneNumber.Line { plan.value.number.line }
}
