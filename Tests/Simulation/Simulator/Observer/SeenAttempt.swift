import CallbackCore

/// What the observer knows of an attempt.
struct SeenAttempt: Sendable {
  var callback: CallbackID
  var agent: AgentID
  var queue: QueueID
  var line: PhoneNumber.Line
  var dialing: Dialing
  var phase: AttemptPhase
  var dialer: DialerID?
  var deadline: Instant?
  var isGranted = false
  var agentAnswered = false
  var lastSequence: UInt32 = 0
  var lastReport: AttemptReport?
  /// The record that carried the last report.
  var reportedAt: UInt64 = 0
  var hangUpRequested = false

  init(_ attempt: Attempt) {
    callback = attempt.callback
    agent = attempt.agent
    queue = attempt.queue
    line = attempt.line
    dialing = attempt.dialing
    phase = attempt.phase
    deadline = attempt.deadline
  }

  var isRunning: Bool {
    switch phase {
    case .unclaimed, .dialing, .talking: true
    case .uncertain, .ended: false
    }
  }
}

extension Observer {
  mutating func observeAttempt(_ event: Event) {
    switch event {
    case .attemptHandedOut(let id, let dialer):
      expect(attempts[id]?.phase == .unclaimed, "7: \(id) is handed out after its claim")
      expect(dialers[dialer] != nil, "7: \(id) is handed to a connector that is gone")
      attempts[id]?.dialer = dialer
    case .attemptGranted(let id, let dialer, let deadline): observeGrant(id, dialer, deadline)
    case .attemptDeadlineMoved(let id, let deadline): attempts[id]?.deadline = deadline
    case .attemptReported(let report, let dialer): observeReport(report, dialer)
    case .attemptConnected(let id, let outcome, let deadline):
      observeConnected(id, outcome, deadline)
    case .attemptBecameUncertain(let id): observeUncertain(id)
    case .hangUpRequested(let id): attempts[id]?.hangUpRequested = true
    case .attemptEnded(let attempt): observeEnd(attempt)
    default: break
    }
  }

  private mutating func observeGrant(_ id: AttemptID, _ dialer: DialerID, _ deadline: Instant) {
    guard let attempt = attempts[id] else { return report("7: a grant of nothing") }
    expect(!attempt.isGranted, "7: attempt \(id) is granted twice")
    expect(attempt.phase == .unclaimed, "7: attempt \(id) is granted while \(attempt.phase)")
    expect(
      attempt.dialer == dialer && dialers[dialer] != nil,
      "7: attempt \(id) is granted to another connector")
    if let received = only?.receivedAt, let until = attempt.deadline {
      expect(received < until, "7: attempt \(id) is granted after its revocation")
    }
    expect(
      callbacks[attempt.callback]?.state == .dialing(id),
      "7: attempt \(id) is granted, its callback not dialled")
    expect(
      deadline == now + settings(of: attempt.queue).connectorReportTimeout,
      "9: attempt \(id) has a deadline of its own")
    attempts[id]?.isGranted = true
    attempts[id]?.phase = .dialing
    attempts[id]?.deadline = deadline
  }

  private mutating func observeReport(_ report: AttemptReport, _ dialer: DialerID?) {
    let id = report.attempt
    guard let attempt = attempts[id] else { return self.report("report: of nothing") }
    if attempt.dialing == .reported || dialer != nil {
      expect(report.sequence > attempt.lastSequence, "report: an old one of \(id) was applied")
      attempts[id]?.lastSequence = report.sequence
    }
    expect(
      attempt.dialing == .reported || attempt.isGranted, "7: \(id) is reported without a grant")
    if report.kind == .agentAnswered { attempts[id]?.agentAnswered = true }
    attempts[id]?.lastReport = report
    attempts[id]?.reportedAt = position
  }

  private mutating func observeConnected(
    _ id: AttemptID, _ outcome: AttemptOutcome, _ deadline: Instant
  ) {
    guard let attempt = attempts[id] else { return report("connected: nothing") }
    expect(
      attempt.dialing == .reported || attempt.isGranted, "7: \(id) talks without a grant")
    let taken = attempts.contains {
      $0.key != id && $0.value.isRunning && $0.value.line == attempt.line
    }
    expect(!taken, "1: \(attempt.line.e164) is dialled twice at once")
    attempts[id]?.phase = .talking
    attempts[id]?.deadline = deadline
    guard callbacks[attempt.callback]?.state.attempt == id else { return }
    if outcome == .answered {
      callbacks[attempt.callback]?.state = .connected(id)
    } else {
      callbacks[attempt.callback]?.awaits = outcome
      callbacks[attempt.callback]?.awaitsAgent = attempt.agent
    }
  }

  private mutating func observeUncertain(_ id: AttemptID) {
    guard let attempt = attempts[id] else { return report("uncertain: nothing") }
    if actor == .service, let deadline = attempt.deadline {
      expect(deadline <= now, "attempt: \(id) is given up early")
    }
    attempts[id]?.phase = .uncertain
    attempts[id]?.deadline = nil
    if callbacks[attempt.callback]?.state.attempt == id {
      callbacks[attempt.callback]?.state = .uncertain(id)
    }
    free(attempt.agent, from: id, rest: settings(of: attempt.queue).cooldownAfterCallback)
  }

  /// What a report that ends an attempt before any answer means, by DOMAIN's table of causes.
  private func meaning(of report: AttemptReport, for attempt: SeenAttempt) -> AttemptOutcome {
    if report.kind == .fax { return .failed }
    let told = report.outcome ?? meaning(of: report.cause, report.agentHungUpFirst)
    let isAsked = callbacks[attempt.callback]?.pendingEnd != nil || attempt.hangUpRequested
    return told == .cancelled && !isAsked ? .agentSide : told
  }

  private func meaning(of cause: DialCause, _ agentHungUpFirst: Bool) -> AttemptOutcome {
    switch cause.q850 {
    case 17: return .busy
    case 18, 19, 20, 27: return .noAnswer
    case 16, 31: return agentHungUpFirst ? .agentSide : .noAnswer
    case 21: return .rejected
    case 1, 3, 22, 28: return .invalidNumber
    case 34, 38, 41, 42: return .congestion
    case nil: return agentHungUpFirst ? .agentSide : .failed
    default: return .failed
    }
  }

  private mutating func observeEnd(_ ended: Attempt) {
    guard let attempt = attempts[ended.id], let outcome = ended.outcome else {
      return report("ended: nothing, or nothing came of it")
    }
    expect(attempt.phase != .ended, "attempt: \(ended.id) ended twice")
    if let report = attempt.lastReport, attempt.reportedAt + 1 == position, report.isFinal,
      attempt.phase == .dialing
    {
      let told = meaning(of: report, for: attempt)
      expect(outcome == told, "attempt: \(ended.id) ended as \(outcome), not \(told)")
    }
    if outcome == .notClaimed {
      expect(attempt.phase == .unclaimed, "7: \(ended.id) is taken back after its claim")
      if actor == .service, let deadline = attempt.deadline {
        expect(deadline <= now, "7: \(ended.id) is taken back before its deadline")
      }
    } else if attempt.phase == .unclaimed {
      report("7: \(ended.id) has an outcome, \(outcome), without a claim")
    }
    attempts[ended.id]?.phase = .ended
    attempts[ended.id]?.deadline = nil
    if callbacks[attempt.callback]?.state.attempt == ended.id {
      callbacks[attempt.callback]?.awaits = outcome == .unknown ? nil : outcome
      callbacks[attempt.callback]?.awaitsAgent = attempt.agent
    }
    let isHeld = agents[attempt.agent]?.attempt == ended.id
    let rest: Span
    switch outcome {
    case .agentSide:
      rest = .zero
      if isHeld, !attempt.agentAnswered, attempt.lastReport?.agentHungUpFirst == false {
        agents[attempt.agent]?.owesStop = true
      }
    case .cancelled, .notDialled, .notClaimed: rest = .zero
    default: rest = settings(of: attempt.queue).cooldownAfterCallback
    }
    free(attempt.agent, from: ended.id, rest: rest)
  }
}
