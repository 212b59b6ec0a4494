extension CallCenter {
  /// Says why a callback is where it is; looks at every agent of its queue. Nil for a callback
  /// that is not kept.
  ///
  /// - Parameters:
  ///   - id: the callback.
  ///   - now: the engine's clock.
  ///   - agent: agents after this one are listed; nil: from the first.
  ///   - limit: at most so many agents are listed; all are counted.
  public func explain(
    _ id: CallbackID, at now: Instant, after agent: AgentID? = nil, limit: Int = 50
  ) -> Explanation? {
    guard let callback = callback(id) else { return nil }
    var explanation = Explanation()
    explain(callback, &explanation)
    guard callback.state.isLive else { return explanation }
    // What becomes of the agents changes nothing for a callback that is held itself, and of one that
    // is offered only what becomes of its own offer.
    let isHeld = !explanation.reasons.isEmpty
    for member in index.queues[callback.queue].members.keys {
      guard let (reason, until) = reason(member, callback, at: now) else { continue }
      explanation.counts[reason, default: 0] += 1
      if let until, reason == .hasOffer || !isHeld && callback.state == .queued {
        explanation.noteChange(until)
      }
      guard agent.map({ $0 < member }) ?? true else { continue }
      if explanation.agents.count < limit {
        explanation.agents.append(.init(agent: member, reason: reason, until: until))
      } else {
        explanation.hasMore = true
      }
    }
    return explanation
  }

  private func explain(_ callback: Callback, _ explanation: inout Explanation) {
    switch callback.state {
    case .scheduled(let until, _):
      explanation.reasons.append(.notYet)
      explanation.nextWallChange = until
      explainWaiting(callback, &explanation)
    case .retryWait(let until):
      explanation.reasons.append(.notYet)
      explanation.noteChange(until)
      explainWaiting(callback, &explanation)
    case .dialing(let id), .connected(let id):
      explanation.reasons.append(.attemptRunning)
      if let deadline = attempts[id]?.value.deadline { explanation.noteChange(deadline) }
    case .uncertain: explanation.reasons.append(.uncertain)
    case .finished: explanation.reasons.append(.ended)
    case .queued:
      explainWaiting(callback, &explanation)
      explainCalls(of: callback, &explanation)
    case .offered: break
    }
    if callback.state.isLive { explanation.ahead = UInt32(clamping: position(of: callback)) }
    if let deadline = callback.deadline { explanation.noteChange(deadline) }
  }

  private func explainWaiting(_ callback: Callback, _ explanation: inout Explanation) {
    if let until = callback.suspendedUntil {
      explanation.reasons.append(.callerArrived)
      explanation.noteChange(until)
    }
    if queues[callback.queue]?.isOffering != true { explanation.reasons.append(.queuePaused) }
    if !canBeDialled(callback) { explanation.reasons.append(.noConnector) }
    if index.queues[callback.queue].members.isEmpty {
      explanation.reasons.append(.noMembers)
    }
  }

  /// Calls of its number, or its own under another one, which are over before its time has come
  /// where that is still to come.
  private func explainCalls(of callback: Callback, _ explanation: inout Explanation) {
    if isLineInUse(callback.line, byOtherThan: callback.id) {
      explanation.reasons.append(.numberBusy)
    } else if index.running[callback.id] != nil {
      explanation.reasons.append(.attemptRunning)
    }
  }

  private func reason(
    _ id: AgentID, _ callback: Callback, at now: Instant
  ) -> (Explanation.AgentReason, Instant?)? {
    guard let agent = agent(id) else { return nil }
    switch agent.status {
    case .offered(let offer):
      let isThis = callback.state == .offered(offer)
      return (isThis ? .hasOffer : .offeredAnother, offers[offer]?.value.deadline)
    case .onCall, .onOtherCall: return (.onCall, nil)
    case .cooldown(let until): return (.cooldown, until)
    case .notAnswering: return (.noAnswer, nil)
    case .inactive: return (.inactive, agent.inactiveUntil)
    case .offline: return (.offline, nil)
    case .ready: break
    }
    if !agent.isConnected { return (.notConnected, agent.graceUntil) }
    if let decline = callback.declines.first(where: { $0.agent == id && $0.until > now }) {
      return (.declined, decline.until)
    }
    return (.available, nil)
  }
}

extension Explanation {
  fileprivate mutating func noteChange(_ moment: Instant) {
    nextChange = min(nextChange ?? moment, moment)
  }
}
