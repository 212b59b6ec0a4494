extension CallCenter {
  /// More stirred agents than this are looked at queue by queue: their best callbacks would be
  /// searched for again after every offer.
  private static var fewAgents: Int { 8 }

  /// Makes every offer that has become possible (work conservation, DOMAIN, invariant 6).
  ///
  /// Before the step no callback and eligible agent both waited, so that a pair there is now has
  /// a callback, an agent or a queue that was stirred. Of all such pairs the callback first in
  /// line goes first, to the agent whose turn it is; hence no older callback is passed over
  /// (invariant 4).
  mutating func makeOffers(_ step: inout Step) {
    endCallingHours(&step)
    guard !stirred.isEmpty else { return }
    // An exclusion that is over counts no more, also where this command comes before its timer.
    for due in index.callbackTimers {
      guard due.at <= step.now.milliseconds else { break }
      stirred.callbacks.append(due.id)
    }
    var candidates = candidatesForOffers()
    stirred.clear()
    while let (callback, agent) = nextOffer(&candidates, at: step.now) {
      guard let queue = queues[callback.queue] else { break }
      let offer = Offer(
        id: nextID(step), callback: callback.id, agent: agent, queue: queue.id, madeAt: step.wall,
        deadline: step.now + queue.settings.offerTimeout)
      emit(.offerMade(offer), &step)
    }
    stirred.clear()
  }

  /// What was stirred, sorted; each list shrinks as what it holds turns out to be settled.
  private struct Candidates {
    /// The first in line comes last.
    var callbacks: [Place] = []
    var agents: [AgentID] = []
    var queues: [QueueID] = []
  }

  private func candidatesForOffers() -> Candidates {
    var candidates = Candidates()
    for id in stirred.callbacks {
      if let callback = callbacks[id]?.value { candidates.callbacks.append(Place(callback)) }
    }
    if candidates.callbacks.count > 1 {
      candidates.callbacks = Set(candidates.callbacks).sorted(by: >)
    }
    candidates.agents = stirred.agents
    if stirred.agents.count > 1 { candidates.agents = Set(stirred.agents).sorted() }
    guard candidates.agents.count > Self.fewAgents || !stirred.queues.isEmpty else {
      return candidates
    }
    var queues = Set(stirred.queues)
    if candidates.agents.count > Self.fewAgents {
      for id in candidates.agents {
        for membership in agents[id]?.value.settings.value.memberships ?? [] {
          queues.insert(membership.queue)
        }
      }
      candidates.agents = []
    }
    candidates.queues = queues.sorted()
    return candidates
  }

  /// The next callback to offer, and to whom. Agents and lines only come into use while offers
  /// are made, so that what has no partner now finds none later in the step.
  private func nextOffer(
    _ candidates: inout Candidates, at now: Instant
  ) -> (Callback, AgentID)? {
    var best: Place?
    while let last = candidates.callbacks.last {
      if let callback = offerable(last.id), bestAgent(for: callback, at: now) != nil {
        best = last
        break
      }
      candidates.callbacks.removeLast()
    }
    for id in candidates.agents {
      let place = agents[id].flatMap { agent in
        agent.value.isIdle ? bestCallback(for: agent.value, at: now) : nil
      }
      if let place {
        if best.map({ place < $0 }) ?? true { best = place }
      } else {
        candidates.agents.removeAll { $0 == id }
      }
    }
    for id in candidates.queues {
      if let place = bestCallback(in: id, at: now) {
        if best.map({ place < $0 }) ?? true { best = place }
      } else {
        candidates.queues.removeAll { $0 == id }
      }
    }
    guard let best, let callback = callback(best.id),
      let agent = bestAgent(for: callback, at: now)
    else { return nil }
    return (callback, agent)
  }

  /// The callback if it may be offered now.
  private func offerable(_ id: CallbackID) -> Callback? {
    guard let callback = callbacks[id]?.value,
      index.queues[callback.queue].offerable.contains(Place(callback))
    else { return nil }
    return callback
  }

  /// The agent whose turn it is in the callback's queue, of those not excluded for it.
  func bestAgent(for callback: Callback, at now: Instant) -> AgentID? {
    guard !index.queues[callback.queue].idle.isEmpty, canOffer(in: callback.queue),
      canBeDialled(callback)
    else { return nil }
    for turn in index.queues[callback.queue].idle
    where !callback.isDeclined(by: turn.id, at: now) {
      return turn.id
    }
    return nil
  }

  /// The first callback in line, over all queues of the agent, that they may be offered. Looks
  /// at no more callbacks than the agent has live exclusions, and one per queue.
  func bestCallback(for agent: Agent, at now: Instant) -> Place? {
    var best: Place?
    for membership in agent.settings.value.memberships where canOffer(in: membership.queue) {
      for place in index.queues[membership.queue].offerable {
        if let best, best < place { break }
        guard let callback = callbacks[place.id]?.value,
          !callback.isDeclined(by: agent.id, at: now), canBeDialled(callback)
        else { continue }
        best = place
        break
      }
    }
    return best
  }

  /// The first callback of a queue for which an agent of the queue waits. Each callback that is
  /// passed over is excluded for every idle agent.
  private func bestCallback(in queue: QueueID, at now: Instant) -> Place? {
    guard !index.queues[queue].idle.isEmpty, canOffer(in: queue) else { return nil }
    for place in index.queues[queue].offerable {
      if let callback = callbacks[place.id]?.value, bestAgent(for: callback, at: now) != nil {
        return place
      }
    }
    return nil
  }

  /// Whether the queue makes offers, and a connector has room where it needs one.
  func canOffer(in id: QueueID) -> Bool {
    guard let queue = queues[id], queue.isOffering else { return false }
    switch queue.settings.dialing {
    case .reported: return true
    case .connector: return dialers.values.contains { $0.hasRoom(load: load(of: $0.id)) }
    }
  }

  /// How many running attempts a connector has.
  func load(of dialer: DialerID) -> UInt32 {
    UInt32(index.dialers[dialer]?.running.count ?? 0)
  }

  /// Whether somebody could dial the callback: always with `reported`; with `connector` one is
  /// attached that has room and serves its location.
  func canBeDialled(_ callback: Callback) -> Bool {
    guard queues[callback.queue]?.settings.dialing == .connector else { return true }
    return bestDialer(for: callback.request.value.location) != nil
  }

  /// The connector with the fewest attempts that may carry one more; nil if none may.
  func bestDialer(for location: LocationID?) -> DialerID? {
    var best: (load: UInt32, id: DialerID)?
    for dialer in dialers.values {
      let load = load(of: dialer.id)
      guard dialer.hasRoom(load: load), dialer.serves(location) else { continue }
      if best.map({ (load, dialer.id) < $0 }) ?? true { best = (load, dialer.id) }
    }
    return best?.id
  }
}

extension Callback {
  /// Whether an agent is not offered it for now.
  func isDeclined(by agent: AgentID, at now: Instant) -> Bool {
    declines.contains { $0.agent == agent && $0.until > now }
  }
}
