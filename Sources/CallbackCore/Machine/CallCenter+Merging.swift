/// A second request of a number that waits (DOMAIN, "Taking requests").
extension CallCenter {
  /// Merges a request: the older place, the higher priority and the earlier not-before stay, and
  /// a retry gap ends.
  mutating func merge(
    _ admitted: Admitted, into waiting: Callback, validateOnly: Bool, _ step: inout Step
  ) -> Reply {
    if !validateOnly, case .uncertain(let attempt) = waiting.state {
      endAttempt(attempt, .unknown, &step)
    }
    var merged = waiting
    merged.priority = max(merged.priority, admitted.request.priority)
    merged.notBefore =
      waiting.isDue
      ? nil : Self.earlier(merged.notBefore, admitted.request.notBefore, at: step.wall)
    merged.expiresAt = Self.later(merged.expiresAt, admitted.expiresAt)
    merged.suspendedUntil = nil
    merged.pendingEnd = nil
    merged.request = Shared(request(of: waiting, mergedWith: admitted))
    if admitted.resolution.status == .resolved || merged.resolution.value.status != .resolved {
      merged.resolution = Shared(admitted.resolution)
    }
    switch waiting.state {
    case .scheduled, .retryWait, .uncertain, .queued: schedule(&merged, at: step)
    case .offered:
      // A location that is known only now can have its quiet hours: the timer takes the offer back.
      switch readiness(of: merged, at: step) {
      case .wait: merged.quietFrom = step.wall
      case .now(let quietFrom): merged.quietFrom = quietFrom
      }
    case .dialing: merged.askedAgain = true
    case .connected, .finished: break
    }
    if !validateOnly { emit(.requestMerged(CallbackChange(merged)), &step) }
    let after = validateOnly ? merged : callbacks[merged.id]?.value ?? merged
    return .requested(reply(for: after, merged: true, validateOnly: validateOnly, at: step))
  }

  private func request(of waiting: Callback, mergedWith admitted: Admitted) -> CallbackRequest {
    var request = waiting.request.value
    if request.caller.name.isEmpty { request.caller.name = admitted.request.caller.name }
    if request.caller.number == nil { request.caller.number = admitted.request.caller.number }
    if !admitted.request.note.isEmpty { request.note = admitted.request.note }
    if request.location == nil { request.location = admitted.location }
    if request.adSource.isEmpty { request.adSource = admitted.adSource }
    return request
  }

  /// The earlier of two not-befores; none is earliest of all, and one that has passed is none.
  static func earlier(_ a: WallTime?, _ b: WallTime?, at wall: WallTime) -> WallTime? {
    guard let a, let b, a > wall, b > wall else { return nil }
    return min(a, b)
  }

  /// The later of two expiries; none is latest of all.
  static func later(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return nil }
    return max(a, b)
  }
}

extension Callback {
  /// Whether its time has come, which a wall clock that goes back does not undo.
  fileprivate var isDue: Bool {
    switch state {
    case .queued, .offered: true
    case .scheduled, .retryWait, .uncertain, .dialing, .connected, .finished: false
    }
  }
}
