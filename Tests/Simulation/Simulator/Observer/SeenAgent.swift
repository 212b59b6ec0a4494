import CallbackCore

/// What the observer knows of an agent.
struct SeenAgent: Sendable {
  var memberships: [Membership]
  var wanted = WantedStatus.offline
  var isNotAnswering = false
  var misses: UInt32 = 0
  var sessions: Set<SessionID> = []
  var graceUntil: Instant?
  var offer: OfferID?
  var attempt: AttemptID?
  var otherCalls: Set<String> = []
  var cooldown: Instant?
  /// A pause that the rules ask for, until its event comes.
  var owesRest: Instant?
  /// The agent missed too many offers, or their leg failed: an event has to say so.
  var owesStop = false

  var status: AgentStatus {
    if let offer { return .offered(offer) }
    if let attempt { return .onCall(attempt) }
    if !otherCalls.isEmpty { return .onOtherCall }
    if let cooldown { return .cooldown(until: cooldown) }
    if let owesRest { return .cooldown(until: owesRest) }
    switch wanted {
    case .offline: return .offline
    case .inactive(let reason): return .inactive(reason)
    case .ready: return isNotAnswering ? .notAnswering : .ready
    }
  }

  /// Ready, connected and held by nothing.
  var isEligible: Bool { !sessions.isEmpty && status == .ready }

  func belongs(to queue: QueueID) -> Bool { memberships.contains { $0.queue == queue } }
}

extension Observer {
  mutating func observeAgent(_ event: Event) {
    switch event {
    case .agentPut(let id, let put, _):
      agents[id, default: SeenAgent(memberships: [])].memberships = put.memberships
    case .agentDeleted(let id):
      expect(agents[id]?.attempt == nil, "agent: \(id) was removed during a call")
      agents[id] = nil
      for session in sessions.keys { sessions[session]?.remove(id) }
    case .sessionOpened(let id, _, let members):
      sessions[id] = Set(members)
      for agent in members { join(agent, id) }
    case .sessionClosed(let id, let until):
      let members = sessions.removeValue(forKey: id) ?? []
      for agent in members.sorted() { leave(agent, id, until) }
    case .agentAttached(let agent, let id):
      sessions[id]?.insert(agent)
      join(agent, id)
    case .agentDetached(let agent, let id, let until):
      sessions[id]?.remove(agent)
      leave(agent, id, until)
    case .graceBegan(let id, let until):
      expect(until == now + settings.presenceGrace, "agent: \(id) has a grace of its own")
      agents[id]?.graceUntil = until
    case .agentDisconnected(let id):
      expect(
        agents[id]?.sessions.isEmpty == true && agents[id]?.graceUntil.map { $0 <= now } == true,
        "agent: \(id) went offline before the grace was over")
      agents[id]?.wanted = .offline
      agents[id]?.graceUntil = nil
    case .statusWanted(let id, let wanted, _): observeWish(id, wanted)
    case .agentStoppedAnswering(let id):
      expect(agents[id]?.owesStop == true, "agent: \(id) is No answer without a reason")
      agents[id]?.owesStop = false
      agents[id]?.isNotAnswering = true
    default: observeWork(event)
    }
  }

  private mutating func observeWish(_ id: AgentID, _ wanted: WantedStatus) {
    expect(agents[id]?.offer == nil || wanted == .ready, "3: \(id) leaves with an offer")
    agents[id]?.wanted = wanted
    agents[id]?.isNotAnswering = false
    agents[id]?.misses = 0
    if wanted == .offline { agents[id]?.graceUntil = nil }
  }

  private mutating func join(_ agent: AgentID, _ session: SessionID) {
    agents[agent]?.sessions.insert(session)
    agents[agent]?.graceUntil = nil
  }

  private mutating func leave(_ agent: AgentID, _ session: SessionID, _ until: Instant) {
    guard agents[agent]?.sessions.remove(session) != nil else { return }
    guard agents[agent]?.sessions.isEmpty == true, agents[agent]?.wanted != .offline else { return }
    // A host's lease was the grace of those who were connected to it.
    expect(
      until == now + settings.presenceGrace || until == now && actor == .service,
      "agent: \(agent) has a grace of its own")
    agents[agent]?.graceUntil = until
  }

  /// After a start nobody is connected, and everybody who was has the grace anew.
  mutating func observeStart() {
    sessions = [:]
    dialers = [:]
    for id in agents.keys.sorted() {
      guard let agent = agents[id] else { continue }
      agents[id]?.sessions = []
      if !agent.sessions.isEmpty || agent.graceUntil != nil, agent.wanted != .offline {
        agents[id]?.graceUntil = now + settings.presenceGrace
      }
    }
  }

  private mutating func observeWork(_ event: Event) {
    switch event {
    case .cooldownBegan(let id, let until):
      let owed = agents[id]?.owesRest
      expect(
        until == owed, "agent: \(id) pauses until \(until), not \(String(describing: owed))")
      agents[id]?.owesRest = nil
      agents[id]?.cooldown = until
    case .cooldownEnded(let id):
      if actor == .service, let until = agents[id]?.cooldown {
        expect(until <= now, "agent: the cooldown of \(id) ended early")
      }
      agents[id]?.cooldown = nil
      agents[id]?.owesRest = nil
    case .agentCallStarted(let id, let reference, _):
      expect(agents[id]?.offer == nil, "3: \(id) is on a call and has an offer")
      agents[id]?.otherCalls.insert(reference)
    case .agentCallEnded(let id, let reference):
      agents[id]?.otherCalls.remove(reference)
      if agents[id]?.otherCalls.isEmpty == true { endOtherCalls(id) }
    case .agentCallsCleared(let id):
      agents[id]?.otherCalls = []
      if actor == .service {
        endOtherCalls(id)
      } else {
        // An operator sets the agent free at once.
        agents[id]?.cooldown = nil
      }
    default: break
    }
  }

  /// The cooldown that the call interrupted, or one of its own, whichever ends later.
  private mutating func endOtherCalls(_ id: AgentID) {
    guard let agent = agents[id], agent.attempt == nil else { return }
    let own = now + settings.cooldownAfterOtherCall
    let until = max(own, agent.cooldown ?? own)
    agents[id]?.cooldown = nil
    agents[id]?.owesRest = until > now ? until : nil
  }

  /// An attempt lets go of its agent, who pauses for `rest`.
  mutating func free(_ id: AgentID, from attempt: AttemptID, rest: Span) {
    guard agents[id]?.attempt == attempt else { return }
    agents[id]?.attempt = nil
    guard agents[id]?.otherCalls.isEmpty == true, rest > .zero else { return }
    agents[id]?.owesRest = now + rest
  }
}
