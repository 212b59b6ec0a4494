extension CallCenter {
  mutating func applyToAgents(_ event: Event) {
    let now = counters.now
    switch event {
    case .sessionOpened(let id, let stream, let agents):
      set(Session(stream: stream, agents: agents.sorted()), for: id)
      for agent in agents { attach(agent, to: id) }
    case .sessionClosed(let id, let graceUntil):
      let agents = sessions[id]?.agents ?? []
      set(nil as Session?, for: id)
      for agent in agents { detach(agent, from: id, graceUntil: graceUntil) }
    case .agentAttached(let agent, let id):
      if var session = sessions[id] {
        session.agents = (session.agents.filter { $0 != agent } + [agent]).sorted()
        set(session, for: id)
      }
      attach(agent, to: id)
    case .agentDetached(let agent, let id, let graceUntil):
      if var session = sessions[id] {
        session.agents.removeAll { $0 == agent }
        set(session, for: id)
      }
      detach(agent, from: id, graceUntil: graceUntil)
    case .graceBegan(let id, let until): change(agent: id, at: now) { $0.graceUntil = until }
    case .agentDisconnected(let id):
      change(agent: id, at: now) {
        $0.wanted = .offline
        $0.graceUntil = nil
        $0.inactiveUntil = nil
      }
    case .statusWanted(let id, let wanted, let inactiveUntil):
      change(agent: id, at: now) {
        $0.wanted = wanted
        $0.inactiveUntil = inactiveUntil
        $0.isNotAnswering = false
        $0.misses = 0
        if wanted == .offline { $0.graceUntil = nil }
      }
    case .agentStoppedAnswering(let id): change(agent: id, at: now) { $0.isNotAnswering = true }
    case .cooldownBegan(let id, let until):
      chargeCooldown(of: id, until: until)
      change(agent: id, at: now) {
        if $0.work == .none { $0.work = .cooldown(until: until) }
        $0.cooldownUntil = nil
      }
    case .cooldownEnded(let id):
      takeBackCooldown(of: id)
      change(agent: id, at: now) {
        if case .cooldown = $0.work { $0.work = .none }
        $0.cooldownUntil = nil
      }
    case .agentCallStarted, .agentCallEnded, .agentCallsCleared: applyToOtherCalls(event)
    default: break
    }
  }

  private mutating func applyToOtherCalls(_ event: Event) {
    let now = counters.now
    switch event {
    case .agentCallStarted(let id, let reference, let until):
      takeBackCooldown(of: id)
      change(agent: id, at: now) {
        $0.otherCalls = ($0.otherCalls.filter { $0 != reference } + [reference]).sorted()
        $0.otherCallsUntil = until
        $0.servedQueue = nil
        switch $0.work {
        case .none, .offered, .onOtherCall: $0.work = .onOtherCall
        case .cooldown(let until):
          $0.work = .onOtherCall
          $0.cooldownUntil = until
        case .onCallback: break
        }
      }
    case .agentCallEnded(let id, let reference):
      change(agent: id, at: now) { $0.endCalls { $0 == reference } }
    case .agentCallsCleared(let id): change(agent: id, at: now) { $0.endCalls { _ in true } }
    default: break
    }
  }

  private mutating func attach(_ agent: AgentID, to session: SessionID) {
    change(agent: agent, at: counters.now) {
      if !$0.sessions.contains(session) { $0.sessions = ($0.sessions + [session]).sorted() }
      $0.graceUntil = nil
    }
  }

  private mutating func detach(
    _ agent: AgentID, from session: SessionID, graceUntil: Instant
  ) {
    change(agent: agent, at: counters.now) {
      guard $0.sessions.contains(session) else { return }
      $0.sessions.removeAll { $0 == session }
      if $0.sessions.isEmpty, $0.wanted != .offline { $0.graceUntil = graceUntil }
    }
  }
}

extension Agent {
  fileprivate mutating func endCalls(where isOver: (String) -> Bool) {
    otherCalls.removeAll(where: isOver)
    guard otherCalls.isEmpty else { return }
    otherCallsUntil = nil
    if work == .onOtherCall { work = .none }
  }
}
