import CallbackCore

/// At the end every fault heals and everybody does their work: then every callback that can
/// finish does, and every agent is free (invariant 9).
extension World {
  private static var rounds: Int { 600 }

  mutating func heal() {
    note("everything heals")
    isNetworkFaulty = false
    (node.fates, node.isSlow) = ([], false)
    if node.isWaiting || node.isUnsettled { diskAnswers() }
    chance = Chance(seed: 0)
    if !node.isUp { restart() }
    clocks.setRight()
    healMessages()
    healManagement()
    for _ in 0..<Self.rounds where failure == nil {
      work()
      if isDone { return finish() }
      passToNextDeadline()
      pump()
    }
    if failure == nil {
      let left = state.callbacks(after: nil, limit: 1_000).filter(\.state.isLive)
      fail("9: \(left.count) callbacks remain, the first \(String(describing: left.first?.state))")
    }
  }

  /// Late messages arrive before anybody acts on the end of the faults.
  private mutating func healMessages() {
    for item in late { deliver([item]) }
    late = []
    pump()
  }

  private mutating func healManagement() {
    for id in profile.queues { now(.setQueueState(id, accepting: true, offering: true)) }
    let everywhere = profile.queues.map { Membership(queue: $0) }
    for (index, id) in profile.agents.enumerated() {
      now(.putAgent(id, AgentSettings(memberships: everywhere), ifRevision: nil))
      let stream = nextStream()
      now(.openSession(SessionID("s\(index)"), stream: stream, agents: [id]))
      for reference in observer.agents[id]?.otherCalls.sorted() ?? [] {
        now(.reportAgentCall(id, reference: reference, .ended))
      }
    }
    for id in profile.dialers {
      attach(id, capacity: 0, locations: [])
      pump()
    }
  }

  /// Sends a command over a network that works.
  mutating func now(_ command: Command) {
    let submission = Submission(command, actor: Actor(userID: 7), receivedAt: clocks.now)
    note(Self.words(command))
    node.receive([Node.Item(submission: submission, ticket: .nobody)])
    pump()
  }

  /// Everybody does what waits for them.
  private mutating func work() {
    for id in profile.agents where observer.agents[id]?.status != .ready {
      if observer.agents[id]?.wanted != .ready || observer.agents[id]?.isNotAnswering == true {
        now(.setAgentStatus(id, wanted: .ready, endCooldown: false))
      }
    }
    for id in observer.offers.keys.sorted() where observer.offers[id]?.state == .pending {
      now(.acceptOffer(id, agent: nil, session: nil))
    }
    for id in profile.dialers { workAsConnector(id) }
    for id in observer.attempts.keys.sorted() {
      guard let attempt = observer.attempts[id] else { continue }
      if attempt.phase == .uncertain { now(.settleAttempt(id, .answered)) }
      guard attempt.isRunning, attempt.dialing == .reported else { continue }
      let ended = AttemptReport(
        attempt: id, sequence: attempt.lastSequence + 1, kind: .ended, outcome: .answered)
      now(.reportAttempt(ended, dialer: nil))
    }
  }

  private mutating func workAsConnector(_ id: DialerID) {
    while let attempt = connectors[id]?.queries.popLast() {
      answerQuery(attempt, by: id)
      pump()
    }
    for attempt in connectors[id]?.commands(where: { $0 == .told || $0 == .claiming }) ?? [] {
      guard let stream = connectors[id]?.stream else { continue }
      claim(attempt, by: id, stream: stream)
      pump()
    }
    for attempt in connectors[id]?.commands(where: { $0 == .dialing }) ?? [] {
      let sequence = connectors[id]?.nextSequence(of: attempt, skipping: 1) ?? 1
      let report = AttemptReport(
        attempt: attempt, sequence: sequence, kind: .ended, outcome: .answered)
      connectors[id]?.commands[attempt] = .over(report)
      now(.reportAttempt(report, dialer: id))
    }
  }

  private var isDone: Bool {
    state.liveCallbackCount == 0 && !observer.attempts.values.contains(where: \.isRunning)
      && profile.agents.allSatisfy { state.agent($0)?.status == .ready }
  }

  private mutating func passToNextDeadline() {
    var spans: [Span] = []
    if let next = state.nextDeadline { spans.append(next - clocks.now) }
    // Days that begin meanwhile change nothing that anybody waits for.
    for callback in state.callbacks(after: nil, limit: 1_000) {
      if case .scheduled(let until, _) = callback.state { spans.append(until - clocks.wall) }
    }
    clocks.pass(max(spans.min() ?? .seconds(1), Span(1)))
    let now = clocks.now
    note("it is \(now.milliseconds)")
  }

  /// Every callback that somebody was told of is in the log.
  private mutating func finish() {
    var logged: Set<CallbackID> = []
    for record in node.disk.records {
      if case .callbackRequested(let callback) = record.event { logged.insert(callback.id) }
    }
    for key in clients.sent.keys {
      guard case .requested(let reply)? = clients.sent[key]?.reply, let id = reply.callback else {
        continue
      }
      if !logged.contains(id) { fail("log: callback \(id) was promised and is not there") }
    }
  }
}
