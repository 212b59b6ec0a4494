/// What agents want, and the streams that show them their offers (DOMAIN, "Agents").
extension CallCenter {
  /// How many agents a session may show: a supervisor's desktop or a gateway for a whole site.
  static var sessionAgentLimit: Int { 10_000 }
  /// How many sessions may show one agent: a few desktops and telephones.
  static var agentSessionLimit: Int { 16 }
  /// How many other calls an agent may have at once: as many as a telephone can hold.
  static var otherCallLimit: Int { 16 }

  mutating func decideSession(
    _ command: Command, _ step: inout Step
  ) throws(Rejection) -> Reply {
    switch command {
    case .openSession(let id, let stream, let agents):
      return try openSession(id, stream, agents, &step)
    case .closeSession(let id, let stream):
      if sessions[id]?.stream == stream {
        emit(.sessionClosed(id, graceUntil: step.now + settings.presenceGrace), &step)
      }
    case .attachAgent(let agent, let id):
      guard let session = sessions[id] else { throw .notFound(.session(id)) }
      try checkRoom(for: agent, in: id)
      guard session.agents.count < Self.sessionAgentLimit else { throw .tooMany(.agent) }
      if !session.agents.contains(agent) { emit(.agentAttached(agent, session: id), &step) }
    case .detachAgent(let agent, let id):
      guard let session = sessions[id] else { throw .notFound(.session(id)) }
      guard agents[agent] != nil else { throw .notFound(.agent(agent)) }
      if session.agents.contains(agent) {
        let graceUntil = step.now + settings.presenceGrace
        emit(.agentDetached(agent, session: id, graceUntil: graceUntil), &step)
      }
    default: break
    }
    return .done
  }

  private mutating func openSession(
    _ id: SessionID, _ stream: StreamID, _ agents: [AgentID], _ step: inout Step
  ) throws(Rejection) -> Reply {
    let agents = Set(agents).sorted()
    guard agents.count <= Self.sessionAgentLimit else { throw .tooMany(.agent) }
    for agent in agents { try checkRoom(for: agent, in: id) }
    if sessions[id] != nil {
      emit(.sessionClosed(id, graceUntil: step.now + settings.presenceGrace), &step)
    }
    emit(.sessionOpened(id, stream: stream, agents: agents), &step)
    return .sessionOpened(id)
  }

  private func checkRoom(for id: AgentID, in session: SessionID) throws(Rejection) {
    guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
    guard agent.sessions.contains(session) || agent.sessions.count < Self.agentSessionLimit
    else { throw .tooMany(.session) }
  }

  mutating func setAgentStatus(
    _ id: AgentID, _ wanted: WantedStatus?, endCooldown: Bool, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
    if case .inactive(let reason?) = wanted, inactiveReasons[reason] == nil {
      throw .notFound(.inactiveReason(reason))
    }
    if let wanted { want(wanted, agent, &step) }
    let leaves = wanted != nil && wanted != .ready
    if endCooldown || leaves, case .cooldown = agents[id]?.value.work {
      emit(.cooldownEnded(id), &step)
      restartInactivity(id, &step)
    }
    return .agent(reply(about: id, or: agent))
  }

  private mutating func want(_ wanted: WantedStatus, _ agent: Agent, _ step: inout Step) {
    if wanted != .ready { withdrawOffer(to: agent.id, .agentLeft, &step) }
    let isNew = wanted != agent.wanted || agent.isNotAnswering || agent.misses > 0
    if isNew {
      let until = inactiveUntil(wanted, at: step.now)
      emit(.statusWanted(agent.id, wanted, inactiveUntil: until), &step)
    }
  }

  func reply(about id: AgentID, or fallback: Agent) -> AgentReply {
    let agent = agents[id]?.value ?? fallback
    let waits =
      switch agent.work {
      case .onCallback, .onOtherCall: true
      case .cooldown: true
      case .none, .offered: false
      }
    return AgentReply(
      id: id, status: agent.status, wanted: agent.wanted, application: waits ? .afterCall : .now)
  }

  mutating func reportAgentCall(
    _ id: AgentID, _ reference: String, _ phase: AgentCallPhase, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
    let isKnown = agent.otherCalls.contains(reference)
    switch phase {
    case .started where !isKnown:
      guard agent.otherCalls.count < Self.otherCallLimit else { throw .tooMany(.agent) }
      withdrawOffer(to: id, .agentBusy, &step)
      let until = step.now + settings.otherCallLimit
      emit(.agentCallStarted(id, reference: reference, until: until), &step)
    case .ended where isKnown:
      emit(.agentCallEnded(id, reference: reference), &step)
      resumeAfterOtherCalls(id, wasOnCall: agent.work == .onOtherCall, &step)
    case .started, .ended: break
    }
    return .agent(reply(about: id, or: agent))
  }

  /// After the last other call: the cooldown that it interrupted, one of its own, or the wanted
  /// status.
  mutating func resumeAfterOtherCalls(_ id: AgentID, wasOnCall: Bool, _ step: inout Step) {
    guard wasOnCall, let agent = agents[id]?.value, agent.work == .none else { return }
    let own = step.now + settings.cooldownAfterOtherCall
    let until = max(own, agent.cooldownUntil ?? own)
    coolDown(id, for: until - step.now, &step)
  }

  mutating func overrideAgent(
    _ id: AgentID, _ wanted: WantedStatus, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
    if case .inactive(let reason?) = wanted, inactiveReasons[reason] == nil {
      throw .notFound(.inactiveReason(reason))
    }
    if !agent.otherCalls.isEmpty { emit(.agentCallsCleared(id), &step) }
    if case .onCallback(let attempt) = agent.work { giveUp(attempt, &step) }
    withdrawOffer(to: id, .agentLeft, &step)
    if let agent = agents[id]?.value { want(wanted, agent, &step) }
    if case .cooldown = agents[id]?.value.work { emit(.cooldownEnded(id), &step) }
    return .agent(reply(about: id, or: agent))
  }

  /// Frees an agent from an attempt without knowing its end.
  private mutating func giveUp(_ id: AttemptID, _ step: inout Step) {
    guard let attempt = attempts[id]?.value else { return }
    if attempt.dialing == .connector, attempt.phase != .unclaimed, !attempt.hangUpRequested {
      emit(.hangUpRequested(id), &step)
    }
    switch attempt.phase {
    case .unclaimed: endAttempt(id, .notClaimed, &step)
    case .dialing: makeUncertain(id, &step)
    case .talking:
      endAttempt(id, attempt.outcome == .voicemail ? .voicemail : .answeredEndUnknown, &step)
    case .uncertain, .ended: break
    }
  }
}
