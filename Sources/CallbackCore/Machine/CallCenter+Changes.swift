/// Changes of callbacks that exist.
extension CallCenter {
  mutating func updateCallback(
    _ update: UpdateCallback, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let callback = try known(update.id, ifRevision: update.ifRevision)
    switch callback.state {
    case .scheduled, .queued, .offered, .retryWait: break
    case .dialing, .connected, .uncertain, .finished:
      throw .callbackState(callback.id, callback.state)
    }
    var changed = callback
    if let queue = update.queue, queue != callback.queue {
      guard queues[queue] != nil else { throw .notFound(.queue(queue)) }
      changed.queue = queue
    }
    if let priority = update.priority { changed.priority = priority }
    if let notBefore = update.notBefore {
      try checkNotBefore(notBefore, liesBefore: callback.expiresAt, at: step)
      changed.notBefore = notBefore > step.wall ? notBefore : nil
    }
    var request = callback.request.value
    if let number = update.number {
      request.number = try dialable(number)
      try checkExclusion(of: request.number, at: request.location)
    }
    if let note = update.note { request.note = note }
    if request != callback.request.value { changed.request = Shared(request) }
    if let lookup = update.lookup {
      changed.resolution = Shared(resolution(of: lookup, for: changed))
    }
    let other = waitingCallbacks(of: changed.line, in: changed.queue, but: callback.id).first
    if let other { return combine(changed, with: other, note: update.note, &step) }
    if changed.queue != callback.queue { try checkRoom(in: changed.queue) }
    rescheduleIfMoved(&changed, from: callback, at: step)
    let mustLeave = changed.queue != callback.queue || changed.line != callback.line
    if callback.state.isOffered, mustLeave || changed.state != callback.state {
      withdrawOffer(of: callback.id, .callbackChanged, &step)
      if changed.state.isOffered { changed.state = .queued }
    }
    emit(.callbackUpdated(CallbackChange(changed)), &step)
    return .callback(reply(about: callback.id, or: changed))
  }

  /// A callback that is kept, at the revision that the client has seen.
  func known(_ id: CallbackID, ifRevision: UInt32?) throws(Rejection) -> Callback {
    guard let callback = callbacks[id]?.value else { throw .notFound(.callback(id)) }
    if let ifRevision, ifRevision != callback.revision { throw .changed(.callback(id)) }
    return callback
  }

  private func checkRoom(in id: QueueID) throws(Rejection) {
    guard let queue = queues[id] else { throw .notFound(.queue(id)) }
    guard waitingCount(in: id) < queue.settings.capacity else { throw .refused(.queueFull) }
  }

  private func waitingCallbacks(
    of line: PhoneNumber.Line, in queue: QueueID, but id: CallbackID
  ) -> [Callback] {
    liveCallbacks(of: line).filter {
      $0.id != id && $0.queue == queue && !$0.state.hasLeftQueue
    }
  }

  /// A not-before that was changed schedules a callback, or lets a scheduled one go. A gap after
  /// an attempt stays: the not-before counts at its end.
  private func rescheduleIfMoved(
    _ changed: inout Callback, from callback: Callback, at step: Step
  ) {
    switch callback.state {
    case .scheduled, .queued: schedule(&changed, at: step)
    case .offered:
      switch readiness(of: changed, at: step) {
      case .wait: schedule(&changed, at: step)
      case .now(let quietFrom): changed.quietFrom = quietFrom
      }
    case .retryWait, .dialing, .connected, .uncertain, .finished: break
    }
  }

  /// A callback that did not connect after all waits again: a request of its number that came
  /// while it was CONNECTED goes on in it, and ends its gap as any second request does.
  mutating func takeInNewerRequest(_ id: CallbackID, _ step: inout Step) {
    guard let callback = callbacks[id]?.value,
      let newer = waitingCallbacks(of: callback.line, in: callback.queue, but: id).first
    else { return }
    let note = newer.request.value.note
    _ = combine(callback, with: newer, note: note.isEmpty ? nil : note, &step)
  }

  /// A callback moved to where its number already waits: the older place goes on, with the note
  /// that was given last. One that is being dialled, or is uncertain, goes on in any case.
  private mutating func combine(
    _ moved: Callback, with other: Callback, note: String?, _ step: inout Step
  ) -> Reply {
    let otherStays = other.state.attempt != nil || other.id < moved.id
    var survivor = otherStays ? other : moved
    let leaving = otherStays ? moved : other
    withdrawOffer(of: moved.id, .callbackChanged, &step)
    if !otherStays { withdrawOffer(of: other.id, .callbackChanged, &step) }
    finish(leaving.id, .merged(into: survivor.id), &step)
    survivor.priority = max(moved.priority, other.priority)
    survivor.notBefore = Self.earlier(moved.notBefore, other.notBefore, at: step.wall)
    survivor.expiresAt = Self.later(moved.expiresAt, other.expiresAt)
    // The one that came goes on in it: an end that was asked for before concerned the other alone.
    survivor.pendingEnd = nil
    if let note, note != survivor.request.value.note {
      var request = survivor.request.value
      request.note = note
      survivor.request = Shared(request)
    }
    switch survivor.state {
    case .scheduled, .retryWait, .queued: schedule(&survivor, at: step)
    case .offered where !otherStays: schedule(&survivor, at: step)
    case .offered, .dialing, .connected, .uncertain, .finished: break
    }
    emit(.callbackUpdated(CallbackChange(survivor)), &step)
    return .callback(reply(about: survivor.id, or: survivor, merged: true))
  }

  private func reply(
    about id: CallbackID, or fallback: Callback, merged: Bool = false
  ) -> CallbackReply {
    let callback = callbacks[id]?.value ?? fallback
    return CallbackReply(
      id: id, state: callback.state, revision: callback.revision, merged: merged)
  }

  mutating func requeueCallback(
    _ id: CallbackID, _ step: inout Step
  ) throws(Rejection) -> Reply {
    var callback = try known(id, ifRevision: nil)
    guard case .finished(let result) = callback.state else {
      throw .callbackState(id, callback.state)
    }
    if case .merged = result { throw .callbackState(id, callback.state) }
    guard let queue = queues[callback.queue] else { throw .notFound(.queue(callback.queue)) }
    guard queue.isAccepting else { throw .refused(.queueClosed) }
    let request = callback.request.value
    try checkExclusion(of: request.number, at: request.location)
    if let other = waitingCallback(of: callback.line, in: callback.queue) {
      return .callback(reply(about: other.id, or: other, merged: true))
    }
    try checkRoom(in: callback.queue)
    callback.notBefore = nil
    callback.expiresAt =
      queue.settings.expiry > .zero ? step.now + queue.settings.expiry : nil
    schedule(&callback, at: step)
    emit(.callbackRequeued(CallbackChange(callback)), &step)
    return .callback(reply(about: id, or: callback))
  }

  mutating func cancelCallback(
    _ id: CallbackID, _ revision: UInt32?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let callback = try known(id, ifRevision: revision)
    switch callback.state {
    case .connected: throw .callbackState(id, callback.state)
    case .finished(.cancelled): return .cancelled(id, pending: false)
    case .finished: throw .callbackState(id, callback.state)
    case .scheduled, .queued, .offered, .retryWait, .dialing, .uncertain:
      return .cancelled(id, pending: end(callback, .cancelled, &step))
    }
  }

  /// Ends a callback that is neither answered nor over, or asks for the end of its attempt.
  ///
  /// - Returns: whether the end waits for the attempt's report.
  mutating func end(
    _ callback: Callback, _ end: Callback.PendingEnd, _ step: inout Step
  ) -> Bool {
    switch callback.state {
    case .dialing(let attempt):
      return endDialing(callback, attempt, end, &step)
    case .offered: withdrawOffer(of: callback.id, end.withdrawalReason, &step)
    case .uncertain(let attempt): endAttempt(attempt, .unknown, &step)
    case .scheduled, .queued, .retryWait, .connected, .finished: break
    }
    finish(callback.id, end.result, &step)
    return false
  }

  /// A dial command that no connector has claimed is taken back; of any other the report decides.
  private mutating func endDialing(
    _ callback: Callback, _ id: AttemptID, _ end: Callback.PendingEnd, _ step: inout Step
  ) -> Bool {
    emit(.endRequested(callback.id, end), &step)
    guard let attempt = attempts[id]?.value else { return true }
    if attempt.phase == .unclaimed {
      endAttempt(id, .notClaimed, &step)
      return false
    }
    if attempt.dialing == .connector, !attempt.hangUpRequested {
      emit(.hangUpRequested(id), &step)
    }
    return true
  }

  mutating func reportCallerReached(
    _ target: CallerTarget, _ phase: CallerReachedPhase, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let callbacks: [Callback]
    switch target {
    case .callback(let id): callbacks = [try known(id, ifRevision: nil)]
    case .number(let line): callbacks = liveCallbacks(of: line)
    }
    guard !callbacks.isEmpty else { throw .notFound(.callbacksOfNumber) }
    if case .callback(let id) = target, let callback = callbacks.first,
      callback.state.hasLeftQueue
    {
      throw .callbackState(id, callback.state)
    }
    var changed: UInt32 = 0
    var pending: UInt32 = 0
    for callback in callbacks where !callback.state.hasLeftQueue {
      switch phase {
      case .arrived:
        suspend(callback, &step)
        changed += 1
      case .left where callback.suspendedUntil != nil:
        emit(.callbackResumed(callback.id), &step)
        changed += 1
      case .served:
        if end(callback, .callerReached, &step) { pending += 1 } else { changed += 1 }
      case .left: break
      }
    }
    return .callerReached(changed: changed, pending: pending)
  }

  private mutating func suspend(_ callback: Callback, _ step: inout Step) {
    guard let queue = queues[callback.queue] else { return }
    withdrawOffer(of: callback.id, .callerArrived, &step)
    emit(
      .callbackSuspended(callback.id, until: step.now + queue.settings.callerArrivedTimeout),
      &step)
  }

  private func resolution(of lookup: CallerLookup, for callback: Callback) -> CallerResolution {
    CallerRanking.resolve(
      lookup, at: callback.request.value.location,
      previousCustomerCard: queues[callback.queue]?.settings.previousCustomerCard ?? .customer)
  }

  mutating func updateResolution(
    _ id: CallbackID, _ lookup: CallerLookup, asked line: PhoneNumber.Line, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let callback = try known(id, ifRevision: nil)
    guard callback.line == line else { return .callback(reply(about: id, or: callback)) }
    switch callback.state {
    case .scheduled, .queued, .offered, .retryWait, .uncertain: break
    case .dialing, .connected, .finished: throw .callbackState(id, callback.state)
    }
    let resolution = resolution(of: lookup, for: callback)
    if resolution != callback.resolution.value {
      emit(.resolutionUpdated(id, Shared(resolution)), &step)
    }
    return .callback(reply(about: id, or: callback))
  }
}

extension Callback.PendingEnd {
  /// Why the offer of a callback that ends so is taken back.
  var withdrawalReason: WithdrawalReason {
    switch self {
    case .cancelled, .callerReached: .callbackCancelled
    case .expired: .callbackExpired
    }
  }
}
