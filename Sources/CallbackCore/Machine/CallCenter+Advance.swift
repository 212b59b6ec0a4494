/// What time alone brings about (DOMAIN, "Time").
extension CallCenter {
  /// The earliest moment of the engine's clock at which time alone changes something.
  public var nextDeadline: Instant? {
    let moments = [
      index.offerTimers.first?.at, index.attemptTimers.first?.at, index.agentTimers.first?.at,
      index.callbackTimers.first?.at,
    ]
    return moments.compactMap(\.self).min().map { Instant($0) }
  }

  /// The earliest moment of the wall clock at which time alone changes something.
  public var nextWallDeadline: WallTime? {
    let dayEnd = WallTime((Int64(counters.day) + 1) * Self.day)
    guard let first = index.callbackWallTimers.first else { return dayEnd }
    return min(WallTime(first.at), dayEnd)
  }

  /// Does everything that is due, in the order of deadlines, then makes the offers that have
  /// become possible. Commands that were received before `context.now` are decided first.
  ///
  /// - Parameter wasAway: whether nothing could be acknowledged when it became due: then offers that
  ///   could not be answered are withdrawn, not missed, and dial deadlines start anew.
  public mutating func advance(in context: DecisionContext, wasAway: Bool = false) -> [Event] {
    var step = Step(context: context, actor: .service, receivedAt: context.now)
    let isKept = journal.isKept
    if wasAway { forgiveWhatIsDue(&step) }
    readWallClock(&step)
    while true {
      // What the wall clock brings about may be due on the engine's clock at once.
      while let timer = nextTimer(at: step.now) { fire(timer, &step) }
      guard let first = index.callbackWallTimers.first, first.at <= step.wall.milliseconds
      else { break }
      if case .scheduled = callbacks[first.id]?.value.state {
        queueAgain(first.id, .timeReached, &step)
      } else {
        checkCallingHours(of: first.id, &step)
      }
    }
    makeOffers(&step)
    if !isKept { forgetMarks() }
    return step.events
  }

  private enum Timer {
    case offer(OfferID)
    case attempt(AttemptID)
    case agent(AgentID)
    case callback(CallbackID)
  }

  /// The earliest timer that is due; of equal ones offers, attempts, agents, then callbacks.
  private func nextTimer(at now: Instant) -> Timer? {
    var next: Timer?
    var earliest = now.milliseconds
    if let due = index.callbackTimers.first, due.at <= earliest {
      (next, earliest) = (.callback(due.id), due.at)
    }
    if let due = index.agentTimers.first, due.at <= earliest {
      (next, earliest) = (.agent(due.id), due.at)
    }
    if let due = index.attemptTimers.first, due.at <= earliest {
      (next, earliest) = (.attempt(due.id), due.at)
    }
    if let due = index.offerTimers.first, due.at <= earliest {
      (next, earliest) = (.offer(due.id), due.at)
    }
    return next
  }

  private mutating func fire(_ timer: Timer, _ step: inout Step) {
    switch timer {
    case .offer(let id): timeOut(offer: id, &step)
    case .attempt(let id): timeOut(attempt: id, &step)
    case .agent(let id): timeOut(agent: id, &step)
    case .callback(let id): timeOut(callback: id, &step)
    }
  }

  /// A missed offer goes to the next agent; after too many misses the agent is No answer.
  private mutating func timeOut(offer id: OfferID, _ step: inout Step) {
    guard let offer = offers[id]?.value else { return }
    let state = missedState(of: offer)
    close(id, as: state, &step)
    guard state == .timedOut, let agent = agents[offer.agent]?.value else { return }
    let limit = queues[offer.queue]?.settings.missesUntilNotAnswering ?? 0
    if limit > 0, agent.misses >= limit { emit(.agentStoppedAnswering(agent.id), &step) }
  }

  private mutating func timeOut(attempt id: AttemptID, _ step: inout Step) {
    guard let attempt = attempts[id]?.value else { return }
    switch attempt.phase {
    case .unclaimed: endAttempt(id, .notClaimed, &step)
    case .dialing: makeUncertain(id, &step)
    case .talking:
      endAttempt(id, attempt.outcome == .voicemail ? .voicemail : .answeredEndUnknown, &step)
    case .uncertain, .ended: emit(.attemptDeadlineMoved(id, nil), &step)
    }
  }

  private mutating func timeOut(agent id: AgentID, _ step: inout Step) {
    guard let agent = agents[id]?.value else { return }
    func isDue(_ moment: Instant?) -> Bool { moment.map { $0 <= step.now } ?? false }
    if isDue(agent.otherCallsUntil) {
      emit(.agentCallsCleared(id), &step)
      resumeAfterOtherCalls(id, wasOnCall: agent.work == .onOtherCall, &step)
    } else if case .cooldown(let until) = agent.work, isDue(until) {
      emit(.cooldownEnded(id), &step)
      restartInactivity(id, &step)
    } else if isDue(agent.graceUntil) {
      withdrawOffer(to: id, .agentDisconnected, &step)
      emit(.agentDisconnected(id), &step)
    } else {
      emit(.statusWanted(id, .offline, inactiveUntil: nil), &step)
    }
  }

  private mutating func timeOut(callback id: CallbackID, _ step: inout Step) {
    guard let callback = callbacks[id]?.value else { return }
    func isDue(_ moment: Instant?) -> Bool { moment.map { $0 <= step.now } ?? false }
    if callback.pendingEnd == nil, isDue(callback.expiresAt) {
      expire(callback, &step)
    } else if isDue(callback.suspendedUntil) {
      emit(.callbackResumed(id), &step)
    } else if case .retryWait(let until) = callback.state, isDue(until) {
      queueAgain(id, .timeReached, &step)
    } else {
      emit(.declinesEnded(id, upTo: step.now), &step)
    }
  }

  /// A callback that waits expires; of one that is dialled, answered or uncertain the attempt
  /// decides first.
  private mutating func expire(_ callback: Callback, _ step: inout Step) {
    switch callback.state {
    case .scheduled, .queued, .retryWait: finish(callback.id, .expired, &step)
    case .offered:
      withdrawOffer(of: callback.id, .callbackExpired, &step)
      finish(callback.id, .expired, &step)
    case .dialing, .connected, .uncertain: emit(.endRequested(callback.id, .expired), &step)
    case .finished: break
    }
  }

  /// Begins the day of the wall clock if it has not begun, and looks at all calling hours again
  /// where the clock was put back: their timers only know when hours end.
  mutating func readWallClock(_ step: inout Step) {
    if step.wall < counters.wall { checkAllCallingHours(&step) }
    let day = Int32(clamping: step.wall.milliseconds.floorDivided(by: Self.day))
    if day != counters.day { emit(.dayBegan(day), &step) }
  }

  /// A day in milliseconds.
  private static var day: Int64 { 86_400_000 }

  /// After a start every stream is gone: presence has its grace anew, and so have dial
  /// deadlines; offers that nobody could see to their end are withdrawn, not missed.
  mutating func startService(_ step: inout Step) -> Reply {
    let connected = agentIDs.filter {
      agents[$0]?.value.isConnected == true || agents[$0]?.value.graceUntil != nil
    }
    emit(.serviceStarted, &step)
    let graceUntil = step.now + settings.presenceGrace
    for id in connected where agents[id]?.value.wanted != .offline {
      emit(.graceBegan(id, until: graceUntil), &step)
    }
    withdrawDueOffers(&step)
    for due in index.attemptTimers.keys { restartDeadline(of: due.id, &step) }
    // The table of zones may be a newer one.
    checkAllCallingHours(&step)
    return .done
  }

  private mutating func forgiveWhatIsDue(_ step: inout Step) {
    withdrawDueOffers(&step)
    for due in index.attemptTimers.keys where due.at <= step.now.milliseconds {
      restartDeadline(of: due.id, &step)
    }
  }

  /// Offers whose deadline passed while nobody could answer them.
  private mutating func withdrawDueOffers(_ step: inout Step) {
    for due in index.offerTimers.keys where due.at <= step.now.milliseconds {
      withdraw(due.id, .serviceRestarted, &step)
    }
  }

  private mutating func restartDeadline(of id: AttemptID, _ step: inout Step) {
    guard let attempt = attempts[id]?.value, let settings = queues[attempt.queue]?.settings
    else { return }
    switch (attempt.phase, attempt.dialing) {
    case (.unclaimed, _):
      emit(.attemptDeadlineMoved(id, step.now + settings.claimTimeout), &step)
    case (.dialing, .connector):
      emit(.attemptDeadlineMoved(id, step.now + settings.connectorReportTimeout), &step)
    case (.dialing, .reported):
      emit(.attemptDeadlineMoved(id, step.now + settings.reportedReportTimeout), &step)
    case (.talking, .connector): limitLostCall(id, &step)
    case (.talking, .reported), (.uncertain, _), (.ended, _): break
    }
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity.
  func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
