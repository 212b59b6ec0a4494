/// Counts what a peer may do for nothing: tokens come back with time, and can be earned.
struct TokenBucket {
  private(set) var tokens: Int
  let capacity: Int
  let perSecond: Int
  private var refilledAt: UInt64 = 0

  init(capacity: Int, perSecond: Int) {
    tokens = capacity
    self.capacity = capacity
    self.perSecond = perSecond
  }

  /// Takes tokens; false when there were too few.
  /// - Parameter now: monotonic nanoseconds; looked at only when the bucket runs low.
  mutating func spend(_ cost: Int, at now: UInt64) -> Bool {
    if tokens < cost { refill(at: now) }
    guard tokens >= cost else { return false }
    tokens -= cost
    return true
  }

  mutating func earn(_ count: Int) {
    tokens = min(capacity, tokens + count)
  }

  private mutating func refill(at now: UInt64) {
    // Bounded, so that neither a long pause nor the first call overflows.
    let elapsed = min(now &- refilledAt, 3_600_000_000_000)
    let gained = Int(elapsed) / 1_000 * perSecond / 1_000_000
    if gained > 0 {
      tokens = min(capacity, tokens + gained)
      refilledAt = now
    }
  }
}
