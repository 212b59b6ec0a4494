/// The invariants of DOMAIN, checked on a whole state; for tests and simulation.
extension CallCenter {
  /// What is wrong with this state, in words; empty for every state that the rules can reach.
  /// Looks at everything: takes time in proportion to the size of the state.
  public func violations() -> [String] {
    offerViolations() + dialViolations() + conservationViolations() + mergeViolations()
      + idlenessViolations() + wayOutViolations() + indexViolations()
  }

  /// Invariants 1 and 3: offers and those who have them.
  private func offerViolations() -> [String] {
    var found: [String] = []
    var byAgent: [AgentID: Int] = [:]
    for offer in offers.values.map(\.value) where offer.state == .pending {
      byAgent[offer.agent, default: 0] += 1
      if callbacks[offer.callback]?.value.state != .offered(offer.id) {
        found.append("1: offer \(offer.id) is pending, its callback not offered")
      }
      guard let agent = agents[offer.agent]?.value else {
        found.append("1: offer \(offer.id) is pending to nobody")
        continue
      }
      if agent.work != .offered(offer.id) {
        found.append("1: offer \(offer.id) is pending, its agent not offered")
      }
      if agent.settings.value.membership(in: offer.queue) == nil {
        found.append("3: agent \(agent.id) has an offer of a queue they do not belong to")
      }
      if !agent.isConnected, agent.graceUntil == nil {
        found.append("3: agent \(agent.id) has an offer and no stream")
      }
      if agent.wanted != .ready {
        found.append("3: agent \(agent.id) has an offer and does not want one")
      }
      if queues[offer.queue]?.isOffering != true {
        found.append("3: queue \(offer.queue) is paused and has an offer")
      }
    }
    for (agent, count) in byAgent where count > 1 {
      found.append("1: agent \(agent) has \(count) offers")
    }
    return found
  }

  /// Invariants 1 and 7: attempts, their agents, callbacks and lines.
  private func dialViolations() -> [String] {
    var found: [String] = []
    var byLine: [PhoneNumber.Line: Int] = [:]
    var byCallback: [CallbackID: Int] = [:]
    for attempt in attempts.values.map(\.value) where attempt.isRunning {
      byLine[attempt.plan.value.number.line, default: 0] += 1
      byCallback[attempt.callback, default: 0] += 1
      if attempt.dialing == .connector, attempt.phase != .unclaimed, attempt.dialer == nil {
        found.append("7: attempt \(attempt.id) is dialled without a connector")
      }
    }
    if byLine.values.contains(where: { $0 > 1 }) {
      found.append("1: a number is dialled twice at once")
    }
    for (callback, count) in byCallback {
      let isOffered = callbacks[callback]?.value.state.isOffered == true
      if count + (isOffered ? 1 : 0) > 1 {
        found.append("1: callback \(callback) has \(count) attempts, offered: \(isOffered)")
      }
    }
    return found
  }

  /// Invariant 2: no callback is lost.
  private func conservationViolations() -> [String] {
    let live = UInt64(callbacks.values.count { $0.value.state.isLive })
    let ended = counters.completed + counters.failed + counters.cancelled + counters.expired
    let isBalanced = counters.taken + counters.requeued == counters.merged + live + ended
    return isBalanced
      ? []
      : [
        "2: taken \(counters.taken) + requeued \(counters.requeued) != merged "
          + "\(counters.merged) + live \(live) + ended \(ended)"
      ]
  }

  /// One live callback per queue and number: a second request merges into it.
  private func mergeViolations() -> [String] {
    var seen: [QueueID: Set<PhoneNumber.Line>] = [:]
    return callbacks.values.map(\.value)
      .filter { !$0.state.hasLeftQueue && !seen[$0.queue, default: []].insert($0.line).inserted }
      .map { "2: the number of callback \($0.id) waits twice in \($0.queue)" }
  }

  /// Invariant 6: an offerable callback and an agent eligible for it never both wait.
  private func idlenessViolations() -> [String] {
    var found: [String] = []
    for agent in agents.values.map(\.value) where agent.isIdle {
      if let place = bestCallback(for: agent, at: counters.now) {
        found.append("6: agent \(agent.id) and callback \(place.id) both wait")
      }
    }
    return found
  }

  /// Invariant 9: whatever only time or a lost party could end has an end set.
  private func wayOutViolations() -> [String] {
    var found: [String] = []
    for callback in callbacks.values.map(\.value) {
      switch callback.state {
      case .scheduled, .queued, .retryWait, .finished: break
      case .offered(let id):
        if offers[id]?.value.state != .pending {
          found.append("9: callback \(callback.id) is offered by no pending offer")
        }
      case .dialing(let id):
        if attempts[id]?.value.isRunning != true || attempts[id]?.value.deadline == nil {
          found.append("9: callback \(callback.id) is dialled by no attempt that ends")
        }
      case .connected(let id):
        if attempts[id]?.value.phase != .talking || attempts[id]?.value.deadline == nil {
          found.append("9: callback \(callback.id) is connected by no attempt that ends")
        }
      case .uncertain(let id):
        if attempts[id]?.value.phase != .uncertain {
          found.append("9: callback \(callback.id) is uncertain without an uncertain attempt")
        }
      }
    }
    for agent in agents.values.map(\.value) {
      switch agent.work {
      case .none, .cooldown: break
      case .offered(let id):
        if offers[id]?.value.state != .pending {
          found.append("9: agent \(agent.id) is held by no pending offer")
        }
      case .onCallback(let id):
        if attempts[id]?.value.isRunning != true {
          found.append("9: agent \(agent.id) is held by no running attempt")
        }
      case .onOtherCall:
        if agent.otherCallsUntil == nil {
          found.append("9: agent \(agent.id) is on another call without end")
        }
      }
    }
    return found
  }

  /// What is kept sorted is what the entities say.
  private func indexViolations() -> [String] {
    let fresh = CallCenter(restoring: snapshot()).index
    var found: [String] = []
    func compare<Key>(_ name: String, _ a: OrderedIndex<Key>?, _ b: OrderedIndex<Key>?) {
      if (a?.keys ?? []) != (b?.keys ?? []) { found.append("index of \(name) is out of step") }
    }
    compare("callbacks", index.callbacks, fresh.callbacks)
    compare("agents", index.agents, fresh.agents)
    compare("callback timers", index.callbackTimers, fresh.callbackTimers)
    compare("callback wall timers", index.callbackWallTimers, fresh.callbackWallTimers)
    compare("offer timers", index.offerTimers, fresh.offerTimers)
    compare("attempt timers", index.attemptTimers, fresh.attemptTimers)
    compare("agent timers", index.agentTimers, fresh.agentTimers)
    compare("commands no connector has", index.unassigned, fresh.unassigned)
    if requestsByAge.count != remembered.count
      || requestsByAge.contains(where: { remembered[$0.id]?.at != $0.at })
    {
      found.append("the answers by their age are not those that are remembered")
    }
    if index.liveCount != fresh.liveCount { found.append("count of live callbacks is off") }
    if index.running != fresh.running { found.append("index of running attempts is off") }
    if index.dials != fresh.dials { found.append("index of dials is out of step") }
    for id in Set(index.queues.ids).union(fresh.queues.ids) {
      let (a, b) = (index.queues[id], fresh.queues[id])
      compare("\(id): offerable", a.offerable, b.offerable)
      compare("\(id): line", a.line, b.line)
      compare("\(id): idle", a.idle, b.idle)
      compare("\(id): members", a.members, b.members)
      compare("\(id): pending", a.pending, b.pending)
      if a.duty != b.duty { found.append("\(id): agents on duty are out of step") }
      if a.waiting != b.waiting || a.live != b.live {
        found.append("counts of \(id) are off")
      }
    }
    for id in Set(index.dialers.keys).union(fresh.dialers.keys) {
      compare("\(id): running", index.dialers[id]?.running, fresh.dialers[id]?.running)
      compare("\(id): uncertain", index.dialers[id]?.uncertain, fresh.dialers[id]?.uncertain)
    }
    for callback in callbacks.values.map(\.value) {
      if index.lines.callbacks(at: callback.line) != fresh.lines.callbacks(at: callback.line) {
        found.append("index of lines is out of step")
      }
    }
    return found
  }
}

extension CallCenter {
  /// A callback that goes before `offered`, waits, and could be offered to `agent`: one that was
  /// passed over (invariant 4). Nil for every offer that the rules make.
  public func offerableCallback(
    before offered: Callback, for agent: Agent, at now: Instant
  ) -> CallbackID? {
    guard let place = bestCallback(for: agent, at: now), place < Place(offered) else { return nil }
    return place.id
  }
}
