extension CallCenter {
  /// Replays a recorded event. Never fails: a log that was written always replays; an event
  /// about something that is not there changes nothing.
  public mutating func apply(_ record: EventRecord) {
    apply(record.event, stamp: record.stamp)
    stirred.clear()
  }

  /// Applies an event: the only way in which anything changes.
  mutating func apply(_ event: Event, stamp: EventStamp) {
    counters.position += 1
    counters.now = max(counters.now, stamp.now)
    counters.wall = stamp.wall
    change(by: event)
    dropWhatIsOld()
  }

  private mutating func change(by event: Event) {
    switch event {
    case .callbackRequested, .requestMerged, .callbackUpdated, .callbackQueued, .callbackRequeued,
      .callbackScheduled, .retryScheduled, .callbackSuspended, .callbackResumed,
      .resolutionUpdated, .declinesEnded, .endRequested, .callbackFinished:
      applyToCallbacks(event)
    case .offerMade, .offerClosed, .offerAccepted:
      applyToOffers(event)
    case .attemptHandedOut, .attemptGranted, .attemptDeadlineMoved, .attemptReported,
      .attemptConnected, .hangUpRequested, .attemptBecameUncertain, .attemptEnded,
      .dispositionRecorded:
      applyToAttempts(event)
    case .sessionOpened, .sessionClosed, .agentAttached, .agentDetached, .statusWanted,
      .agentStoppedAnswering, .cooldownBegan, .cooldownEnded, .agentCallStarted, .agentCallEnded,
      .agentCallsCleared, .graceBegan, .agentDisconnected:
      applyToAgents(event)
    case .queuePut, .queueDeleted, .agentPut, .agentDeleted, .locationPut, .locationDeleted,
      .numberPut, .numberDeleted, .exclusionPut, .exclusionDeleted, .inactiveReasonPut,
      .inactiveReasonDeleted, .settingsPut:
      applyToConfiguration(event)
    case .dialerAttached(let dialer): set(dialer, for: dialer.id)
    case .dialerDetached(let id): set(nil as Dialer?, for: id)
    case .serviceStarted: dropStreams()
    case .dayBegan(let day): begin(day)
    case .replyRemembered(let key, let fingerprint, let reply):
      remember(reply, for: key, fingerprint)
    case .callerForgotten(let callbacks): forget(Set(callbacks))
    }
  }

  private mutating func applyToCallbacks(_ event: Event) {
    switch event {
    case .callbackRequested(let callback):
      counters.taken += 1
      counters.idsMade &+= 1
      set(callback)
    case .requestMerged(let after):
      counters.taken += 1
      counters.merged += 1
      change(callback: after.id) {
        $0.take(after)
        $0.merged &+= 1
      }
    case .callbackUpdated(let after): change(callback: after.id) { $0.take(after) }
    case .callbackQueued(let id, _, let decline, let quietFrom):
      let now = counters.now
      change(callback: id) {
        $0.state = .queued
        $0.quietFrom = quietFrom
        $0.notBefore = nil
        $0.askedAgain = false
        if let decline { $0.add(decline, at: now) }
      }
    case .callbackRequeued(let after):
      counters.requeued += 1
      change(callback: after.id) {
        $0.take(after)
        $0.finishedAt = nil
        $0.equalOutcomes = 0
        $0.attemptsCounted = 0
        $0.lastOutcome = nil
        $0.declines = []
      }
    case .callbackScheduled(let id, let until, let reason):
      change(callback: id) {
        $0.state = .scheduled(until: until, reason: reason)
        $0.quietFrom = nil
      }
    case .retryScheduled(let id, let until, let outcome):
      change(callback: id) {
        $0.count(outcome)
        $0.state = .retryWait(until: until)
        $0.askedAgain = false
      }
    case .callbackSuspended(let id, let until): change(callback: id) { $0.suspendedUntil = until }
    case .callbackResumed(let id): change(callback: id) { $0.suspendedUntil = nil }
    case .resolutionUpdated(let id, let resolution):
      change(callback: id) { $0.resolution = resolution }
    case .declinesEnded(let id, let upTo):
      change(callback: id) { $0.declines.removeAll { $0.until <= upTo } }
    case .endRequested(let id, let end): change(callback: id) { $0.pendingEnd = end }
    case .callbackFinished(let callback):
      count(callback)
      set(callback)
      keepForAWhile(callback.id)
    default: break
    }
  }

  private mutating func count(_ finished: Callback) {
    guard case .finished(let result) = finished.state else { return }
    switch result {
    case .answered, .answeredEndUnknown, .voicemail: counters.completed += 1
    case .exhausted: counters.failed += 1
    case .cancelled, .callerReached: counters.cancelled += 1
    case .expired: counters.expired += 1
    case .merged: counters.merged += 1
    }
  }

  private mutating func applyToOffers(_ event: Event) {
    let now = counters.now
    switch event {
    case .offerMade(let offer):
      counters.idsMade &+= 1
      set(offer)
      change(callback: offer.callback) { $0.state = .offered(offer.id) }
      change(agent: offer.agent, at: now) {
        $0.work = .offered(offer.id)
        $0.lastOfferedAt = now
        $0.servedQueue = offer.queue
      }
    case .offerClosed(let offer, let declinedUntil):
      chargeAlert(offer)
      set(offer)
      keepForAWhile(offer.id)
      change(callback: offer.callback) {
        guard $0.state == .offered(offer.id) else { return }
        $0.state = .queued
        if let declinedUntil {
          $0.add(Callback.Decline(agent: offer.agent, until: declinedUntil), at: now)
        }
      }
      let isWithdrawn = if case .withdrawn = offer.state { true } else { false }
      change(agent: offer.agent, at: now, keepsIdle: isWithdrawn) {
        if $0.work == .offered(offer.id) { $0.work = .none }
        switch offer.state {
        case .timedOut: $0.misses &+= 1
        case .rejected: $0.misses = 0
        case .pending, .accepted, .withdrawn: break
        }
      }
    case .offerAccepted(let offer, let attempt):
      counters.idsMade &+= 1
      set(offer)
      keepForAWhile(offer.id)
      set(attempt)
      change(callback: offer.callback) {
        $0.state = .dialing(attempt.id)
        $0.attemptsStarted &+= 1
      }
      change(agent: offer.agent, at: now) {
        $0.work = .onCallback(attempt.id)
        $0.misses = 0
        $0.acceptedToday &+= 1
      }
    default: break
    }
  }

  private mutating func applyToAttempts(_ event: Event) {
    let wall = counters.wall
    switch event {
    case .attemptHandedOut(let id, let dialer): change(attempt: id) { $0.dialer = dialer }
    case .attemptGranted(let id, let dialer, let deadline):
      change(attempt: id) {
        $0.phase = .dialing
        $0.dialer = dialer
        $0.deadline = deadline
      }
    case .attemptDeadlineMoved(let id, let deadline): change(attempt: id) { $0.deadline = deadline }
    case .attemptReported(let report, let dialer):
      change(attempt: report.attempt) {
        if $0.dialing == .reported || dialer != nil {
          $0.lastSequence = max($0.lastSequence, report.sequence)
        }
        if report.kind == .agentAnswered { $0.agentAnswered = true }
      }
    case .attemptConnected(let id, let outcome, let deadline):
      change(attempt: id) {
        $0.phase = .talking
        $0.outcome = outcome
        $0.answeredAt = $0.answeredAt ?? wall
        $0.deadline = deadline
      }
      if outcome == .answered, let callback = attempts[id]?.value.callback {
        change(callback: callback) { $0.state = .connected(id) }
      }
    case .hangUpRequested(let id): change(attempt: id) { $0.hangUpRequested = true }
    case .attemptBecameUncertain(let id):
      change(attempt: id) {
        $0.phase = .uncertain
        $0.deadline = nil
      }
      guard let attempt = attempts[id]?.value else { return }
      change(callback: attempt.callback) {
        if $0.state.attempt == id { $0.state = .uncertain(id) }
      }
      release(attempt)
    case .attemptEnded(let attempt):
      set(attempt)
      keepForAWhile(attempt.id)
      release(attempt)
    case .dispositionRecorded(let attempt): set(attempt)
    default: break
    }
  }

  /// Lets go of the agent whom an attempt held; a call reported meanwhile holds them on.
  private mutating func release(_ attempt: Attempt) {
    observeService(of: attempt)
    change(agent: attempt.agent, at: counters.now) {
      guard $0.work == .onCallback(attempt.id) else { return }
      $0.work = $0.otherCalls.isEmpty ? .none : .onOtherCall
    }
  }

  private mutating func dropStreams() {
    for id in sessions.keys.sorted() { set(nil as Session?, for: id) }
    for id in dialerIDs { set(nil as Dialer?, for: id) }
    for id in agentIDs where agents[id]?.value.isConnected == true {
      change(agent: id, at: counters.now) { $0.sessions = [] }
    }
  }

  private mutating func begin(_ day: Int32) {
    counters.day = day
    for id in agentIDs where agents[id]?.value.acceptedToday != 0 {
      change(agent: id, at: counters.now) { $0.acceptedToday = 0 }
    }
  }
}

extension Callback {
  /// Takes over the values of a change.
  fileprivate mutating func take(_ change: CallbackChange) {
    queue = change.queue
    state = change.state
    priority = change.priority
    notBefore = change.notBefore
    quietFrom = change.quietFrom
    expiresAt = change.expiresAt
    suspendedUntil = change.suspendedUntil
    request = change.request
    resolution = change.resolution
    askedAgain = change.askedAgain
    pendingEnd = change.pendingEnd
  }

  /// Excludes an agent for a while; exclusions that are over make room.
  fileprivate mutating func add(_ decline: Decline, at now: Instant) {
    declines.removeAll { $0.agent == decline.agent || $0.until <= now }
    let place = declines.firstIndex { $0.until > decline.until } ?? declines.count
    declines.insert(decline, at: place)
  }

  /// Counts an attempt that did not connect.
  mutating func count(_ outcome: AttemptOutcome) {
    attemptsCounted &+= 1
    equalOutcomes = lastOutcome == outcome ? equalOutcomes &+ 1 : 1
    lastOutcome = outcome
  }
}
