/// Where a callback stands (DOMAIN, "State machines").
public enum CallbackState: Hashable, Sendable {
  /// It waits for a time of the wall clock. To: queued, cancelled, expired.
  case scheduled(until: WallTime, reason: ScheduleReason)
  /// It waits for an agent. To: offered, scheduled, cancelled, expired.
  case queued
  /// An agent sees the alert. To: queued, dialing, scheduled, cancelled, expired.
  case offered(OfferID)
  /// An agent accepted; the attempt may be under way. To: every state but offered.
  case dialing(AttemptID)
  /// The caller answered; complete for the queue. To: completed, retryWait (fax).
  case connected(AttemptID)
  /// Nobody knows what became of the attempt; never dialled again by itself.
  case uncertain(AttemptID)
  /// An attempt did not connect; the next waits. To: queued, scheduled, cancelled, expired.
  case retryWait(until: Instant)
  /// It is over.
  case finished(CallbackResult)

  /// Whether the callback still is in the service's care.
  public var isLive: Bool {
    if case .finished = self { false } else { true }
  }

  /// Whether it has left the queue: answered, or over.
  public var hasLeftQueue: Bool {
    switch self {
    case .connected, .finished: true
    case .scheduled, .queued, .offered, .dialing, .uncertain, .retryWait: false
    }
  }

  /// The attempt that is under way or uncertain.
  public var attempt: AttemptID? {
    switch self {
    case .dialing(let id), .connected(let id), .uncertain(let id): id
    case .scheduled, .queued, .offered, .retryWait, .finished: nil
    }
  }
}

/// Why a callback is scheduled.
public enum ScheduleReason: UInt8, Hashable, Sendable, CaseIterable {
  /// The requester named a time.
  case notBefore = 1
  /// It is a quiet hour where the called party may be.
  case quietHours = 2
}

/// How a callback ended. All final, but for `requeueCallback`.
public enum CallbackResult: Hashable, Sendable {
  /// The caller answered (seed: complete).
  case answered
  /// The caller answered; when the call ended is unknown.
  case answeredEndUnknown
  /// The call reached voicemail (seed: complete).
  case voicemail
  /// The limit of attempts was reached.
  case exhausted
  /// Somebody cancelled it.
  case cancelled
  /// The caller phoned in again and was served.
  case callerReached
  /// Its time ran out.
  case expired
  /// It was moved to a queue where its number already waits.
  case merged(into: CallbackID)
}
