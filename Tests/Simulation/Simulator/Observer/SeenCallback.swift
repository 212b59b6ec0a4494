import CallbackCore

/// What the observer knows of a callback.
struct SeenCallback: Sendable {
  var id: CallbackID
  var queue: QueueID
  var state: CallbackState
  var priority: Int32
  var line: PhoneNumber.Line
  var location: LocationID?
  var notBefore: WallTime?
  var expiresAt: Instant?
  var isSuspended = false
  var suspendedUntil: Instant?
  var declines: [AgentID: Instant] = [:]
  var counted: UInt32 = 0
  var lastOutcome: AttemptOutcome?
  var equalOutcomes: UInt32 = 0
  var askedAgain = false
  var pendingEnd: Callback.PendingEnd?
  /// The outcome of its attempt, until the event comes that the rules ask for.
  var awaits: AttemptOutcome?
  var awaitsAgent: AgentID?

  init(_ callback: Callback) {
    id = callback.id
    queue = callback.queue
    state = callback.state
    priority = callback.priority
    line = callback.line
    location = callback.request.value.location
    notBefore = callback.notBefore
    expiresAt = callback.expiresAt
  }

  mutating func take(_ change: CallbackChange) {
    queue = change.queue
    state = change.state
    priority = change.priority
    line = change.request.value.number.line
    location = change.request.value.location
    notBefore = change.notBefore
    expiresAt = change.expiresAt
    isSuspended = change.suspendedUntil != nil
    suspendedUntil = change.suspendedUntil
    askedAgain = change.askedAgain
    pendingEnd = change.pendingEnd
  }

  /// Whether it goes before `other` where both could go.
  func goesBefore(_ other: SeenCallback) -> Bool {
    priority != other.priority ? priority > other.priority : id < other.id
  }
}

extension Observer {
  mutating func observeCallback(_ event: Event) {
    switch event {
    case .callbackRequested(let callback): observeRequest(callback)
    case .requestMerged(let change): observeMerge(change)
    case .callbackUpdated(let change): observeUpdate(change)
    case .callbackQueued(let id, _, _, _): observeQueued(id)
    case .callbackScheduled(let id, let until, let reason):
      expect(until > wall, "callback: \(id) waits for a time that has passed")
      settle(id, as: "scheduled") { !$0.isCounted && $0 != .answered }
      callbacks[id]?.state = .scheduled(until: until, reason: reason)
    case .retryScheduled(let id, let until, let outcome): observeRetry(id, until, outcome)
    case .callbackSuspended(let id, let until):
      expect(callbacks[id]?.state.hasLeftQueue == false, "callback: \(id) is suspended for nothing")
      callbacks[id]?.isSuspended = true
      callbacks[id]?.suspendedUntil = until
    case .callbackResumed(let id):
      if actor == .service, let until = callbacks[id]?.suspendedUntil {
        expect(until <= now, "callback: \(id) was resumed early")
      }
      callbacks[id]?.isSuspended = false
      callbacks[id]?.suspendedUntil = nil
    case .declinesEnded(let id, let upTo):
      expect(upTo <= now, "callback: exclusions of \(id) ended early")
    case .endRequested(let id, let end):
      expect(callbacks[id]?.state.attempt != nil, "callback: \(id) ends later for no reason")
      callbacks[id]?.pendingEnd = end
    case .callbackRequeued(let change): observeRequeue(change)
    case .callbackFinished(let callback): observeFinish(callback)
    default: break
    }
  }

  private mutating func observeRequest(_ callback: Callback) {
    tally.taken += 1
    let other = callbacks.values.contains {
      $0.queue == callback.queue && $0.line == callback.line && !$0.state.hasLeftQueue
    }
    expect(!other, "callback: \(callback.id) should have merged")
    expect(
      queues[callback.queue]?.queue.isAccepting == true,
      "callback: \(callback.id) was taken by a closed queue")
    let waits =
      callback.notBefore.map { $0 > wall } ?? false
      || isQuiet(callback.line, at: callback.request.value.location)
    expect(
      callback.state == (waits ? callback.state : .queued) && (!waits || callback.state != .queued),
      "callback: \(callback.id) begins as \(callback.state)")
    callbacks[callback.id] = SeenCallback(callback)
  }

  private mutating func observeMerge(_ change: CallbackChange) {
    tally.taken += 1
    tally.merged += 1
    guard let old = callbacks[change.id] else { return report("merge: into nothing") }
    expect(!old.state.hasLeftQueue, "merge: into \(old.state)")
    expect(change.priority >= old.priority, "merge: \(change.id) loses its priority")
    if case .requestCallback(let request)? = only?.command {
      expect(
        change.priority == max(old.priority, request.priority),
        "merge: \(change.id) has not the higher priority")
    }
    if let notBefore = change.notBefore {
      expect(old.notBefore.map { notBefore <= $0 } ?? false, "merge: \(change.id) is put off")
    }
    switch old.state {
    case .dialing:
      expect(
        change.state == old.state && change.askedAgain, "merge: \(change.id) forgets the repeat")
    case .queued where isQuiet(change.request.value.number.line, at: change.request.value.location):
      break
    case .queued, .offered:
      expect(change.state == old.state, "merge: \(change.id) loses its state")
    case .scheduled, .retryWait, .uncertain:
      expect(change.state.attempt == nil, "merge: \(change.id) is not queued")
      if case .retryWait = change.state { report("merge: \(change.id) waits for its gap") }
    case .connected, .finished: break
    }
    callbacks[change.id]?.awaits = nil
    callbacks[change.id]?.take(change)
  }

  private mutating func observeUpdate(_ change: CallbackChange) {
    guard let old = callbacks[change.id] else { return report("update: of nothing") }
    if old.state.attempt != nil {
      expect(change.state == old.state, "update: \(change.id) leaves its attempt")
    }
    if case .offered = old.state {
      expect(
        change.state == old.state && change.queue == old.queue,
        "update: \(change.id) is moved with its offer")
    }
    callbacks[change.id]?.take(change)
  }

  private mutating func observeQueued(_ id: CallbackID) {
    guard let old = callbacks[id] else { return report("queued: nothing") }
    switch old.state {
    case .scheduled(let until, let reason):
      // Quiet hours can be changed under way; that no quiet callback is queued is checked for all.
      expect(
        until <= wall || reason == .quietHours, "callback: \(id) is queued before its time")
    case .retryWait(let until): expect(until <= now, "callback: the gap of \(id) is cut short")
    case .dialing, .connected, .uncertain:
      settle(id, as: "queued") { outcome in
        switch outcome {
        case .agentSide, .cancelled, .notDialled, .notClaimed, .unknown: true
        case .voicemail: old.askedAgain
        default: false
        }
      }
      let delay = settings(of: old.queue).declineDelay
      if let agent = old.awaitsAgent, old.awaits == .agentSide || old.awaits == .cancelled,
        delay > .zero
      {
        callbacks[id]?.declines[agent] = now + delay
      }
    case .queued, .offered, .finished: report("callback: \(id) is queued from \(old.state)")
    }
    expect(old.pendingEnd == nil, "callback: \(id) is queued, though its end was asked for")
    callbacks[id]?.state = .queued
    callbacks[id]?.notBefore = nil
    callbacks[id]?.askedAgain = false
  }

  private mutating func observeRetry(
    _ id: CallbackID, _ until: Instant, _ outcome: AttemptOutcome
  ) {
    guard let old = callbacks[id] else { return report("retry: of nothing") }
    expect(outcome.isCounted, "callback: \(id) waits after \(outcome)")
    settle(id, as: "retry") { $0 == outcome }
    let queue = settings(of: old.queue)
    let equal = old.lastOutcome == outcome ? old.equalOutcomes : 0
    let gap = until - now
    expect(
      gap == Self.gap(after: outcome, repeated: equal, queue),
      "callback: the gap of \(id) is \(gap)")
    expect(
      queue.maxAttempts == 0 || old.counted + 1 < queue.maxAttempts,
      "callback: \(id) goes beyond its attempts")
    expect(old.pendingEnd == nil, "callback: \(id) waits, though its end was asked for")
    callbacks[id]?.counted += 1
    callbacks[id]?.equalOutcomes = equal + 1
    callbacks[id]?.lastOutcome = outcome
    callbacks[id]?.askedAgain = false
    callbacks[id]?.state = .retryWait(until: until)
  }

  /// The gap by DOMAIN's words: the outcome's own, doubled with each equal one, at most the limit.
  static func gap(
    after outcome: AttemptOutcome, repeated: UInt32, _ queue: QueueSettings
  ) -> Span {
    let own: Span
    switch outcome {
    case .busy: own = queue.gapBusy
    case .noAnswer: own = queue.gapNoAnswer
    case .rejected: own = queue.gapRejected
    case .congestion: own = queue.gapCongestion
    case .invalidNumber: own = queue.gapInvalidNumber
    default: own = queue.gapFailed
    }
    let doubled = Double(own.milliseconds) * Double(1 << UInt64(min(repeated, 40)))
    let limited = min(doubled, Double(queue.gapLimit.milliseconds))
    return Span(max(own.milliseconds, Int64(limited)))
  }

  private mutating func observeRequeue(_ change: CallbackChange) {
    tally.requeued += 1
    if callbacks[change.id]?.state.isLive == true { report("requeue: \(change.id) is live") }
    callbacks[change.id]?.take(change)
    callbacks[change.id]?.counted = 0
    callbacks[change.id]?.equalOutcomes = 0
    callbacks[change.id]?.lastOutcome = nil
    callbacks[change.id]?.declines = [:]
  }

  private mutating func observeFinish(_ callback: Callback) {
    guard let old = callbacks[callback.id], case .finished(let result) = callback.state else {
      return report("finish: of nothing")
    }
    expect(old.state.isLive, "finish: \(callback.id) was over")
    if case .offered = old.state { report("1: \(callback.id) ends with its offer open") }
    let counts = old.awaits?.isCounted == true
    let counted = old.counted + (counts ? 1 : 0)
    settle(callback.id, as: "\(result)") { outcome in
      switch result {
      case .answered: outcome == .answered
      case .answeredEndUnknown: outcome == .answeredEndUnknown
      case .voicemail:
        outcome == .voicemail && (!old.askedAgain || old.pendingEnd != nil)
      case .exhausted: outcome.isCounted
      case .cancelled, .callerReached, .expired:
        old.pendingEnd != nil || outcome == .unknown
      case .merged: false
      }
    }
    observeEnd(old, result, counted: counted)
    callbacks[callback.id]?.counted = counted
    callbacks[callback.id]?.state = callback.state
    callbacks[callback.id]?.pendingEnd = nil
  }

  private mutating func observeEnd(
    _ old: SeenCallback, _ result: CallbackResult, counted: UInt32
  ) {
    switch result {
    case .answered, .answeredEndUnknown, .voicemail:
      tally.completed += 1
      expect(old.state.attempt != nil, "finish: \(old.id) is complete without an attempt")
    case .exhausted:
      tally.failed += 1
      let limit = settings(of: old.queue).maxAttempts
      expect(limit > 0 && counted >= limit, "finish: \(old.id) is not exhausted")
    case .cancelled, .callerReached: tally.cancelled += 1
    case .expired:
      tally.expired += 1
      expect(old.expiresAt.map { $0 <= now } ?? false, "finish: \(old.id) expires early")
    case .merged: tally.merged += 1
    }
  }

  /// A callback goes on after its attempt; `follows` says whether so after the outcome.
  private mutating func settle(
    _ id: CallbackID, as what: String, _ follows: (AttemptOutcome) -> Bool
  ) {
    guard let outcome = callbacks[id]?.awaits else { return }
    expect(follows(outcome), "callback: \(id) is \(what) after \(outcome)")
    callbacks[id]?.awaits = nil
    callbacks[id]?.awaitsAgent = nil
  }
}
