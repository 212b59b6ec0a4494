import DirectoryFiles
import Glibc

/// When the next request may go: so many in a second, and none while the API asked for quiet.
struct RequestPace {
  /// How long an API is left alone at least that says "too many".
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

  /// Whether the API still wants no request.
  func isHeld(at now: ContinuousClock.Instant) -> Bool { now < heldUntil }

  /// How long a Retry-After header asks for, at most an hour: seconds or a date (RFC 9110, 10.2.3);
  /// nil where it holds something else.
  static func retryAfter(_ text: String?, at now: Int64 = Self.unixMilliseconds) -> Duration? {
    guard let text else { return nil }
    if let seconds = Double(text) {
      return seconds >= 0 ? .milliseconds(Int64(min(seconds, 3600) * 1000)) : nil
    }
    guard let time = Self.time(text) else { return nil }
    return .milliseconds(min(max(0, time - now), 3_600_000))
  }

  /// Milliseconds of Unix time of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func time(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard parts.count == 6, parts[5] == "GMT",
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let number = (month < 9 ? "0" : "") + String(month + 1)
    return FileTime.lenientMilliseconds("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
  }

  private static var unixMilliseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }
}
