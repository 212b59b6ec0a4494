import Glibc

/// Moments as people read them: in their zone, with its name.
struct TimeText: Sendable {
  /// The zone to show times in.
  let zone: Zone
  /// What counts as today.
  let now: Moment

  /// Shows times in `zone`; those of the day of `now` without a date.
  init(zone: Zone = .local, now: Moment = .now) {
    self.zone = zone
    self.now = now
  }

  /// `10:06:31 PST` today, else `2026-11-21 10:06:31 PST`.
  func readable(_ moment: Moment) -> String {
    let day = formatted(moment, "%Y-%m-%d")
    let clock = formatted(moment, "%H:%M:%S %Z")
    return day == formatted(now, "%Y-%m-%d") ? clock : "\(day) \(clock)"
  }

  /// The time of day without the zone, for lines that come one after another.
  func clock(_ moment: Moment) -> String { formatted(moment, "%H:%M:%S") }

  /// `in 4 min 10 s`, or `4 min 10 s ago`.
  func relative(_ moment: Moment) -> String {
    if moment > now { return "in \(DurationText.readable(moment - now))" }
    let passed = now - moment
    return passed < .seconds(1) ? "just now" : "\(DurationText.coarse(passed)) ago"
  }

  /// The time and how far it is from now.
  func both(_ moment: Moment) -> String { "\(readable(moment)) (\(relative(moment)))" }

  private func formatted(_ moment: Moment, _ format: String) -> String {
    var fields = zone.fields(of: moment)
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room -> String in
      let count = strftime(room.baseAddress!, room.count, format, &fields)
      return String(decoding: room.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return zone == .utc ? text.replacing("GMT", with: "UTC") : text
  }
}
