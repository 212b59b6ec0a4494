/// Keeps look-ups away from a directory that fails, and lets one through now and then to see.
///
/// ```
/// closed ──failures in a row──▶ open ──time──▶ half-open ──success──▶ closed
///                                 ◀──failure, twice as long──┘
/// ```
struct CircuitBreaker {
  enum State: Equatable {
    /// Look-ups go through; so many failed in a row.
    case closed(failures: Int)
    /// None goes through before `until`.
    case open(until: Duration, time: Duration)
    /// The look-up `probe` is under way; `time` is how long the circuit was open before it.
    case halfOpen(probe: UInt64, time: Duration)
  }

  private(set) var state = State.closed(failures: 0)
  private let failuresToOpen: Int
  private let openTime: Duration
  private let longestOpenTime: Duration

  init(_ settings: ResolverSettings) {
    failuresToOpen = settings.failuresToOpen
    openTime = settings.openTime
    longestOpenTime = settings.longestOpenTime
  }

  /// Whether a look-up would be kept back now.
  func isOpen(at now: Duration) -> Bool {
    switch state {
    case .closed: false
    case .halfOpen: true
    case .open(let until, _): now < until
    }
  }

  /// Whether a look-up may start now; one that may must end in `succeeded` or `failed`.
  mutating func permit(_ lookup: UInt64, at now: Duration) -> Bool {
    switch state {
    case .closed: return true
    case .halfOpen: return false
    case .open(let until, let time):
      guard now >= until else { return false }
      state = .halfOpen(probe: lookup, time: time)
      return true
    }
  }

  /// A look-up was answered, with records or without; any of them shows that the directory is there.
  mutating func succeeded() { state = .closed(failures: 0) }

  /// A look-up failed or was given up.
  mutating func failed(_ lookup: UInt64, at now: Duration) {
    switch state {
    case .closed(let failures) where failures + 1 < failuresToOpen:
      state = .closed(failures: failures + 1)
    case .closed:
      state = .open(until: now + openTime, time: openTime)
    case .halfOpen(probe: lookup, let time):
      let longer = min(time * 2, longestOpenTime)
      state = .open(until: now + longer, time: longer)
    case .open, .halfOpen:
      // Began before the circuit opened: it tells nothing new, and the probe is still under way.
      break
    }
  }
}
