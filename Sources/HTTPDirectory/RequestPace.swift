/// When the next request may go: so many in a second, and none while the API asked for quiet.
struct RequestPace {
  /// How long an API is left alone that says "too many", but not for how long.
  static let quietTime = Duration.seconds(1)

  private let interval: Duration
  private var next = ContinuousClock.now
  private var heldUntil = ContinuousClock.now

  init(perSecond: Int?) {
    interval = perSecond.map { .seconds(1) / max(1, $0) } ?? .zero
  }

  /// Takes a turn; nil where it would come only after `deadline`, and then takes none.
  mutating func turn(
    at now: ContinuousClock.Instant, before deadline: ContinuousClock.Instant
  ) -> ContinuousClock.Instant? {
    let turn = max(now, next, heldUntil)
    guard turn < deadline else { return nil }
    next = turn + interval
    return turn
  }

  /// The API wants no request before `time`.
  mutating func hold(until time: ContinuousClock.Instant) { heldUntil = max(heldUntil, time) }

  /// Seconds of a Retry-After header, at most an hour; nil where it holds something else.
  static func retryAfter(_ text: String?) -> Duration? {
    guard let text, let seconds = Double(text), seconds >= 0 else { return nil }
    return .milliseconds(Int64(min(seconds, 3600) * 1000))
  }
}
