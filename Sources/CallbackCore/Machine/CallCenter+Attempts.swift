/// What becomes of attempts (DOMAIN, "Dialling").
extension CallCenter {
  mutating func reportAttempt(
    _ report: AttemptReport, _ dialer: DialerID?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let attempt = attempts[report.attempt]?.value else {
      throw .notFound(.attempt(report.attempt))
    }
    try checkReporter(of: attempt, report, dialer)
    let counts = attempt.dialing == .reported || dialer != nil
    let isOld = counts && report.sequence <= attempt.lastSequence
    guard !isOld, attempt.phase != .ended else {
      return .reported(reply(about: attempt, report, applied: false))
    }
    try checkOutcome(of: report)
    emit(.attemptReported(report, by: dialer), &step)
    follow(report, of: attempt, &step)
    let after = attempts[attempt.id]?.value ?? attempt
    return .reported(reply(about: after, report, applied: true))
  }

  /// The connector that holds the command reports; with `reported`, the desktop does. Of a
  /// connector's attempt an agent may say that voicemail answered.
  private func checkReporter(
    of attempt: Attempt, _ report: AttemptReport, _ dialer: DialerID?
  ) throws(Rejection) {
    switch (attempt.dialing, dialer) {
    case (.reported, nil): break
    case (.connector, nil) where report.kind == .voicemail: break
    case (.connector, let dialer?) where dialer == attempt.dialer: break
    default: throw .notYours(.attempt(attempt.id))
    }
    if attempt.phase == .unclaimed { throw .attemptPhase(attempt.id, .unclaimed) }
  }

  /// A report of an attempt that did not connect cannot name a connected outcome.
  private func checkOutcome(of report: AttemptReport) throws(Rejection) {
    guard let outcome = report.outcome else { return }
    switch (report.kind, outcome) {
    case (.notConnected, .answered), (.notConnected, .voicemail), (_, .answeredEndUnknown),
      (_, .unknown), (_, .notClaimed):
      throw .invalid(field: "outcome", reason: "cannot be reported so")
    default: break
    }
  }

  private mutating func follow(
    _ report: AttemptReport, of attempt: Attempt, _ step: inout Step
  ) {
    switch report.kind {
    case .ringing, .agentAnswered: break
    case .answered: connect(attempt, .answered, &step)
    case .voicemail: connect(attempt, .voicemail, &step)
    case .fax: endAttempt(attempt.id, .failed, cause: report.cause, &step)
    case .notConnected: endReported(attempt, report, &step)
    case .ended:
      switch report.outcome {
      case .answered: connect(attempt, .answered, &step)
      case .voicemail: connect(attempt, .voicemail, &step)
      default: break
      }
      endReported(attempts[attempt.id]?.value ?? attempt, report, &step)
    }
  }

  /// The caller or voicemail answered. Voicemail completes the callback at once (seed); the
  /// attempt runs on, and holds its agent until it ends.
  private mutating func connect(
    _ attempt: Attempt, _ outcome: AttemptOutcome, _ step: inout Step
  ) {
    let limit = queues[attempt.queue]?.settings.callLimit ?? .hours(4)
    switch (attempt.phase, outcome) {
    case (.talking, _) where attempt.outcome == .voicemail || outcome == .answered: return
    case (.uncertain, _) where index.dials[attempt.plan.value.number.line] != nil:
      // The line is in use by a later dial: this call is over, whenever that was.
      endAttempt(attempt.id, outcome == .voicemail ? .voicemail : .answeredEndUnknown, &step)
      return
    case (.uncertain, _): withdrawOffers(of: attempt.plan.value.number.line, &step)
    default: break
    }
    emit(.attemptConnected(attempt.id, outcome, deadline: step.now + limit), &step)
    // An agent may say so while the connector is gone.
    let isLost = attempt.dialer.map { dialers[$0] == nil } ?? true
    if attempt.dialing == .connector, isLost { limitLostCall(attempt.id, &step) }
    if outcome == .voicemail { settleCallback(of: attempt, .voicemail, &step) }
  }

  /// Takes back what is being offered of a line that turns out to be in use.
  private mutating func withdrawOffers(of line: PhoneNumber.Line, _ step: inout Step) {
    for callback in index.lines.callbacks(at: line) {
      withdrawOffer(of: callback, .callbackChanged, &step)
    }
  }

  private mutating func endReported(
    _ attempt: Attempt, _ report: AttemptReport, _ step: inout Step
  ) {
    let outcome: AttemptOutcome
    if attempt.phase == .talking {
      outcome = attempt.outcome ?? .answered
    } else {
      let isCancelled = isEndRequested(attempt)
      // The table of causes is the caller's leg's: where the agent's leg ended, nobody called them.
      let told =
        report.outcome
        ?? (report.leg == .agent && !isCancelled
          ? .agentSide
          : report.cause.outcome(
            agentHungUpFirst: report.agentHungUpFirst, wasCancelled: attempt.hangUpRequested))
      outcome = told == .cancelled && !isCancelled ? .agentSide : told
    }
    let legFailed = !attempt.agentAnswered && !report.agentHungUpFirst
    endAttempt(
      attempt.id, outcome, cause: report.cause, agentLegFailed: legFailed, &step)
  }

  private func isEndRequested(_ attempt: Attempt) -> Bool {
    callbacks[attempt.callback]?.value.pendingEnd != nil || attempt.hangUpRequested
  }

  /// Ends an attempt: frees its agent, and does with the callback what the outcome asks for.
  mutating func endAttempt(
    _ id: AttemptID, _ outcome: AttemptOutcome, cause: DialCause = .none,
    agentLegFailed: Bool = false, _ step: inout Step
  ) {
    guard var attempt = attempts[id]?.value, attempt.phase != .ended else { return }
    let heldAgent = agents[attempt.agent]?.value.work == .onCallback(id)
    attempt.phase = .ended
    attempt.outcome = outcome
    attempt.cause = cause
    attempt.deadline = nil
    attempt.endedAt = Moment(at: step.now, wall: step.wall)
    emit(.attemptEnded(attempt), &step)
    settleCallback(of: attempt, outcome, &step)
    if heldAgent { freeAgent(of: attempt, outcome, legFailed: agentLegFailed, &step) }
  }

  /// What an outcome means for the callback, unless the callback has gone on without it.
  private mutating func settleCallback(
    of attempt: Attempt, _ outcome: AttemptOutcome, _ step: inout Step
  ) {
    guard let callback = callbacks[attempt.callback]?.value,
      callback.state.attempt == attempt.id
    else { return }
    switch outcome {
    case .answered: finish(callback.id, .answered, &step)
    case .answeredEndUnknown: finish(callback.id, .answeredEndUnknown, &step)
    case .voicemail where callback.askedAgain && callback.pendingEnd == nil:
      queueAgain(callback.id, .askedAgain, &step)
    case .voicemail: finish(callback.id, .voicemail, &step)
    case .busy, .noAnswer, .rejected, .invalidNumber, .congestion, .failed:
      waitForRetry(callback, after: outcome, &step)
    case .agentSide, .cancelled:
      let delay = queues[attempt.queue]?.settings.declineDelay ?? .zero
      let decline = Callback.Decline(agent: attempt.agent, until: step.now + delay)
      queueAgain(
        callback.id, .notAttempted, decline: delay > .zero ? decline : nil, &step)
    case .notDialled, .notClaimed: queueAgain(callback.id, .notAttempted, &step)
    case .unknown: break
    }
  }

  /// A counted attempt that did not connect: the callback stays in the queue (seed), after a gap.
  private mutating func waitForRetry(
    _ callback: Callback, after outcome: AttemptOutcome, _ step: inout Step
  ) {
    let settings = queues[callback.queue]?.settings ?? QueueSettings()
    if let end = callback.pendingEnd {
      finish(callback.id, end.result, counting: outcome, &step)
    } else if settings.maxAttempts > 0, callback.attemptsCounted + 1 >= settings.maxAttempts {
      finish(callback.id, .exhausted, counting: outcome, &step)
    } else {
      let equal = callback.lastOutcome == outcome ? callback.equalOutcomes : 0
      let gap = settings.gap(after: outcome, equalBefore: equal)
      emit(.retryScheduled(callback.id, until: step.now + gap, after: outcome), &step)
      takeInNewerRequest(callback.id, &step)
    }
  }

  private mutating func freeAgent(
    of attempt: Attempt, _ outcome: AttemptOutcome, legFailed: Bool, _ step: inout Step
  ) {
    let settings = queues[attempt.queue]?.settings ?? QueueSettings()
    switch outcome {
    case .answered, .answeredEndUnknown, .voicemail, .busy, .noAnswer, .rejected,
      .invalidNumber, .congestion, .failed, .unknown:
      coolDown(attempt.agent, for: settings.cooldownAfterCallback, &step)
    case .agentSide where legFailed:
      emit(.agentStoppedAnswering(attempt.agent), &step)
      restartInactivity(attempt.agent, &step)
    case .agentSide, .cancelled, .notDialled, .notClaimed:
      restartInactivity(attempt.agent, &step)
    }
  }

  /// No final report came: nobody knows whether the caller was reached, so that the callback is
  /// not dialled again by itself; the agent is free.
  mutating func makeUncertain(_ id: AttemptID, _ step: inout Step) {
    guard let attempt = attempts[id]?.value else { return }
    let heldAgent = agents[attempt.agent]?.value.work == .onCallback(id)
    emit(.attemptBecameUncertain(id), &step)
    if let callback = callbacks[attempt.callback]?.value, callback.state == .uncertain(id),
      let end = callback.pendingEnd, end != .expired
    {
      endAttempt(id, .unknown, &step)
      finish(callback.id, end.result, &step)
    }
    if heldAgent { freeAgent(of: attempt, .unknown, legFailed: false, &step) }
  }

  mutating func settleAttempt(
    _ id: AttemptID, _ outcome: AttemptOutcome, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let attempt = attempts[id]?.value else { throw .notFound(.attempt(id)) }
    guard attempt.phase == .uncertain else { throw .attemptPhase(id, attempt.phase) }
    guard outcome != .unknown else {
      throw .invalid(field: "outcome", reason: "settles nothing")
    }
    endAttempt(id, outcome, &step)
    let after = attempts[id]?.value ?? attempt
    return .reported(
      reply(about: after, AttemptReport(attempt: id, sequence: 0, kind: .ended), applied: true))
  }

  mutating func recordDisposition(
    _ id: AttemptID, _ disposition: Disposition, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard var attempt = attempts[id]?.value else { throw .notFound(.attempt(id)) }
    if attempt.phase == .unclaimed { throw .attemptPhase(id, .unclaimed) }
    attempt.disposition = disposition
    emit(.dispositionRecorded(attempt), &step)
    return .done
  }

  func reply(about attempt: Attempt, _ report: AttemptReport, applied: Bool) -> ReportReply {
    ReportReply(
      attempt: attempt.id, sequence: report.sequence, applied: applied, phase: attempt.phase,
      outcome: attempt.outcome, callbackState: callbacks[attempt.callback]?.value.state)
  }
}

extension QueueSettings {
  /// The gap before the next attempt: the outcome's own, doubled with each equal outcome in a
  /// row, at most `gapLimit` (DOMAIN, "Dialling"). A gap that is longer by itself is kept.
  ///
  /// - Parameter equalBefore: how many attempts in a row before this one ended alike.
  public func gap(after outcome: AttemptOutcome, equalBefore: UInt32) -> Span {
    let first: Span =
      switch outcome {
      case .busy: gapBusy
      case .noAnswer: gapNoAnswer
      case .rejected: gapRejected
      case .congestion: gapCongestion
      case .failed: gapFailed
      case .invalidNumber: gapInvalidNumber
      case .answered, .voicemail, .cancelled, .agentSide, .notDialled, .notClaimed,
        .answeredEndUnknown, .unknown:
        .zero
      }
    var gap = first.milliseconds
    for _ in 0..<equalBefore where gap < gapLimit.milliseconds { gap *= 2 }
    return Span(max(first.milliseconds, min(gap, gapLimit.milliseconds)))
  }
}
