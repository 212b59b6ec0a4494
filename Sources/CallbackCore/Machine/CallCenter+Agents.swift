extension CallCenter {
  /// An agent; nil if none is configured under that name.
  public func agent(_ id: AgentID) -> Agent? { agents[id]?.value }

  mutating func set(_ agent: Agent) {
    journal.note(.agent(agent.id, agents[agent.id]))
    replace(agent: agent.id, with: Shared(agent))
  }

  mutating func remove(agent id: AgentID) {
    journal.note(.agent(id, agents[id]))
    replace(agent: id, with: nil)
  }

  /// Applies `change` to an agent; one who became ready by it is idle since `now`, unless they
  /// keep their place among the idle.
  mutating func change(
    agent id: AgentID, at now: Instant, keepsIdle: Bool = false, _ change: (inout Agent) -> Void
  ) {
    guard var agent = agents[id]?.value else { return }
    let wasReady = agent.status == .ready
    change(&agent)
    if !wasReady, !keepsIdle, agent.status == .ready { agent.idleSince = now }
    set(agent)
  }

  mutating func replace(agent id: AgentID, with new: Shared<Agent>?) {
    let old =
      if let new { agents.updateValue(new, forKey: id) } else {
        agents.removeValue(forKey: id)
      }
    if old == nil, new != nil { index.agents.insert(id) }
    if old != nil, new == nil { index.agents.remove(id) }
    let (oldDue, newDue) = (old?.value.deadline, new?.value.deadline)
    if oldDue != newDue {
      if let oldDue { index.agentTimers.remove(AgentDue(at: oldDue.milliseconds, id: id)) }
      if let newDue { index.agentTimers.insert(AgentDue(at: newDue.milliseconds, id: id)) }
    }
    let sameSettings = old?.value.settings === new?.value.settings
    if !sameSettings {
      for membership in old?.value.settings.value.memberships ?? [] {
        index.queues[membership.queue].members.remove(id)
      }
      for membership in new?.value.settings.value.memberships ?? [] {
        index.queues[membership.queue].members.insert(id)
      }
    }
    reindexDuty(from: old, to: new, sameSettings: sameSettings)
    if sameSettings, let old = old?.value, let new = new?.value, old.hasSameTurn(as: new) {
      return
    }
    if let old = old?.value, old.isIdle { removeTurns(of: old) }
    if let new = new?.value, new.isIdle {
      insertTurns(of: new)
      stirred.agents.append(id)
    }
  }

  private mutating func reindexDuty(
    from old: Shared<Agent>?, to new: Shared<Agent>?, sameSettings: Bool
  ) {
    let (wasOnDuty, isOnDuty) = (old?.value.isOnDuty ?? false, new?.value.isOnDuty ?? false)
    if sameSettings, wasOnDuty == isOnDuty { return }
    if wasOnDuty, let queues = old?.value.queues {
      for queue in queues { index.queues[queue].duty.remove(queues) }
    }
    if isOnDuty, let queues = new?.value.queues {
      for queue in queues { index.queues[queue].duty.add(queues) }
    }
  }

  private mutating func removeTurns(of agent: Agent) {
    for membership in agent.settings.value.memberships {
      guard let strategy = queues[membership.queue]?.settings.strategy else { continue }
      index.queues[membership.queue].idle.remove(Turn(agent, in: membership, by: strategy))
    }
  }

  private mutating func insertTurns(of agent: Agent) {
    for membership in agent.settings.value.memberships {
      guard let strategy = queues[membership.queue]?.settings.strategy else { continue }
      index.queues[membership.queue].idle
        .insert(Turn(agent, in: membership, by: strategy))
    }
  }

  /// Orders the idle agents of a queue anew, after its strategy changed.
  mutating func rebuildTurns(of queue: QueueID) {
    var idle = OrderedIndex<Turn>()
    if let strategy = queues[queue]?.settings.strategy {
      for id in index.queues[queue].members.keys {
        guard let agent = agents[id]?.value, agent.isIdle,
          let membership = agent.settings.value.membership(in: queue)
        else { continue }
        idle.insert(Turn(agent, in: membership, by: strategy))
      }
    }
    index.queues[queue].idle = idle
  }
}

extension AgentSettings {
  /// The agent's place in a queue; nil if they do not belong to it.
  public func membership(in queue: QueueID) -> Membership? {
    memberships.first { $0.queue == queue }
  }
}

extension Agent {
  /// The queues that the agent serves, sorted.
  fileprivate var queues: [QueueID] { settings.value.memberships.map(\.queue) }

  /// When time alone changes the agent next, on the engine's clock. While a call runs, the loss
  /// of streams waits for its end (DOMAIN, "Agents").
  var deadline: Instant? {
    var earliest: Instant?
    func consider(_ moment: Instant?) {
      if let moment, moment < earliest ?? Instant(.max) { earliest = moment }
    }
    switch work {
    case .none:
      consider(graceUntil)
      if case .inactive = wanted { consider(inactiveUntil) }
    case .offered: consider(graceUntil)
    case .cooldown(let until):
      consider(graceUntil)
      consider(until)
    case .onCallback, .onOtherCall: break
    }
    consider(otherCallsUntil)
    return earliest
  }

  fileprivate func hasSameTurn(as other: Agent) -> Bool {
    guard isIdle || other.isIdle else { return true }
    return isIdle == other.isIdle && idleSince == other.idleSince
      && lastOfferedAt == other.lastOfferedAt && acceptedToday == other.acceptedToday
  }
}
