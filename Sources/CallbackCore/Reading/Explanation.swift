/// Why a callback is where it is, and when that can next change.
public struct Explanation: Hashable, Sendable {
  /// The callback.
  public var callback: Callback
  /// What holds for the callback itself; empty where only its agents decide.
  public var reasons: [ExplainReason]
  /// How many agents of the queue each reason holds for, in the order of reasons.
  public var counts: [Count]
  /// One page of the queue's agents, by name.
  public var agents: [AgentReason]
  /// When time alone can next change something, on the engine's clock.
  public var nextChange: Instant?
  /// When time alone can next change something, on the wall clock.
  public var nextWallChange: WallTime?
  /// How many callbacks are before it in its queue.
  public var ahead: UInt32
  /// Whether agents follow behind this page.
  public var hasMoreAgents: Bool

  /// How many agents a reason holds for.
  public struct Count: Hashable, Sendable {
    /// The reason.
    public var reason: ExplainReason
    /// How many agents.
    public var agents: UInt32
  }

  /// One agent's reason.
  public struct AgentReason: Hashable, Sendable {
    /// The agent.
    public var agent: AgentID
    /// Why they do not have the callback.
    public var reason: ExplainReason
    /// When the reason ends by itself; nil where it does not.
    public var until: Instant?
  }
}

/// Why an agent does not have a callback, or why nobody can.
public enum ExplainReason: UInt8, Hashable, Sendable, CaseIterable {
  /// The agent has the offer.
  case hasOffer = 1
  /// The agent is offline.
  case offline = 2
  /// The agent is Ready, and has no stream.
  case notConnected = 3
  /// The agent has another offer to answer.
  case offeredAnother = 4
  /// The agent is on a call.
  case onCall = 5
  /// The agent is in cooldown.
  case cooldown = 6
  /// The agent missed offers, and has not said Ready since.
  case notAnswering = 7
  /// The agent is inactive.
  case inactive = 8
  /// The agent rejected, missed or failed this callback a short while ago.
  case declined = 9
  /// The not-before, or the gap after an attempt, has not passed.
  case notYet = 10
  /// The queue dials by connector, and none is attached that has room and serves the location.
  case noConnector = 11
  /// The queue has no agents.
  case noMembers = 12
  /// Another call of this number is offered, dialled or talking.
  case numberBusy = 13
  /// The attempt is running.
  case attemptRunning = 14
  /// The fate of the attempt is unknown.
  case uncertain = 15
  /// The callback has ended.
  case ended = 16
  /// The agent is available: the offer is about to be made.
  case available = 17
  /// The queue makes no offers.
  case queuePaused = 18
  /// The caller has phoned in, and may be served.
  case callerArrived = 19
  /// It is a quiet hour where the called party may be.
  case quietHours = 20
}

extension CallCenter {
  /// Why nobody has a callback now, agent by agent, and when something can next change. Looks at
  /// every agent of the queue.
  ///
  /// - Parameters:
  ///   - agent: the page begins behind this agent; nil for the first page.
  ///   - limit: how many agents a page holds.
  /// - Throws: `Rejection.notFound` for a callback that is not kept.
  public func explain(
    _ id: CallbackID, agentsAfter agent: AgentID? = nil, limit: Int = 50
  ) throws(Rejection) -> Explanation {
    let callback = try known(id, ifRevision: nil)
    var explanation = Explanation(
      callback: callback, reasons: reasons(for: callback), counts: [], agents: [],
      nextChange: callback.deadline, nextWallChange: callback.wallDeadline,
      ahead: UInt32(clamping: position(of: callback)), hasMoreAgents: false)
    if let attempt = callback.state.attempt, let deadline = attempts[attempt]?.value.deadline {
      explanation.nextChange = min(explanation.nextChange ?? deadline, deadline)
    }
    guard callback.state.isLive else { return explanation }
    let members = index.queues[callback.queue]?.members
    var counts: [ExplainReason: UInt32] = [:]
    for id in members?.keys ?? [] {
      guard let member = agents[id]?.value else { continue }
      let reason = reason(member, for: callback)
      counts[reason.reason, default: 0] += 1
      if let until = reason.until, until < explanation.nextChange ?? Instant(.max) {
        explanation.nextChange = until
      }
      guard agent.map({ $0 < id }) ?? true else { continue }
      if explanation.agents.count < limit {
        explanation.agents.append(reason)
      } else {
        explanation.hasMoreAgents = true
      }
    }
    explanation.counts = ExplainReason.allCases.compactMap { reason in
      counts[reason].map { Explanation.Count(reason: reason, agents: $0) }
    }
    return explanation
  }

  /// How many callbacks are before a callback in the line of its queue.
  public func position(of callback: Callback) -> Int {
    index.queues[callback.queue]?.line.rank(of: Place(callback)) ?? 0
  }

  private func reasons(for callback: Callback) -> [ExplainReason] {
    var reasons: [ExplainReason] = []
    switch callback.state {
    case .scheduled(_, .quietHours): reasons.append(.quietHours)
    case .scheduled(_, .notBefore), .retryWait: reasons.append(.notYet)
    case .dialing, .connected: return [.attemptRunning]
    case .uncertain: return [.uncertain]
    case .finished: return [.ended]
    case .offered: return []
    case .queued: break
    }
    if callback.suspendedUntil != nil { reasons.append(.callerArrived) }
    if isLineInUse(callback.line, byOtherThan: callback.id) { reasons.append(.numberBusy) }
    if queues[callback.queue]?.isOffering != true { reasons.append(.queuePaused) }
    if !canBeDialled(callback) { reasons.append(.noConnector) }
    if index.queues[callback.queue]?.members.isEmpty ?? true { reasons.append(.noMembers) }
    return reasons
  }

  private func reason(_ agent: Agent, for callback: Callback) -> Explanation.AgentReason {
    func because(_ reason: ExplainReason, until: Instant? = nil) -> Explanation.AgentReason {
      Explanation.AgentReason(agent: agent.id, reason: reason, until: until)
    }
    switch agent.status {
    case .offered(let id):
      let isThis = callback.state == .offered(id)
      return because(isThis ? .hasOffer : .offeredAnother, until: offers[id]?.value.deadline)
    case .onCall, .onOtherCall: return because(.onCall)
    case .cooldown(let until): return because(.cooldown, until: until)
    case .notAnswering: return because(.notAnswering)
    case .inactive: return because(.inactive)
    case .offline: return because(.offline)
    case .ready: break
    }
    if !agent.isConnected { return because(.notConnected) }
    if let decline = callback.declines.first(where: {
      $0.agent == agent.id && $0.until > counters.now
    }) {
      return because(.declined, until: decline.until)
    }
    return because(.available)
  }
}
