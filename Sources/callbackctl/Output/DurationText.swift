/// Durations as people write and read them.
enum DurationText {
  /// The two largest units: `20 s`, `1 min 30 s`, `2 h 5 min`, `3 d 4 h`; below 10 seconds with a
  /// fraction where there is one.
  static func readable(_ duration: Duration) -> String {
    if duration < .zero { return "−" + readable(.zero - duration) }
    let milliseconds = milliseconds(duration)
    if milliseconds < 1_000 { return milliseconds == 0 ? "0 s" : "\(milliseconds) ms" }
    if milliseconds < 10_000, milliseconds % 1_000 >= 100 {
      return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
    }
    let seconds = milliseconds / 1_000
    let parts = [
      (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"),
      (seconds % 60, "s"),
    ]
    let first = parts.firstIndex { $0.0 > 0 } ?? 3
    return parts[first...].prefix(2).filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }

  /// The same in whole seconds, for what has gone on since some moment.
  static func coarse(_ duration: Duration) -> String {
    readable(.seconds(max(.zero, duration).components.seconds))
  }

  /// As an option takes it, and exact to the millisecond: `20s`, `1m30s`, `24h`, `500ms`.
  static func exact(_ duration: Duration) -> String {
    let milliseconds = milliseconds(duration)
    if milliseconds == 0 { return "0s" }
    let parts = [
      (milliseconds / 86_400_000, "d"), (milliseconds / 3_600_000 % 24, "h"),
      (milliseconds / 60_000 % 60, "m"), (milliseconds / 1_000 % 60, "s"),
      (milliseconds % 1_000, "ms"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
  }

  /// Reads `20s`, `1m30s`, `1h`, `2d`, `500ms`, `1.5s`, and a bare number as seconds.
  ///
  /// - Returns: nil where the text is none of these, or the duration is longer than 366 days.
  static func parse(_ text: String) -> Duration? {
    var rest = Substring(text.lowercased().filter { $0 != " " })
    guard !rest.isEmpty else { return nil }
    if let seconds = number(rest) { return bounded(seconds) }
    var seconds = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let value = number(digits), let factor = units[String(unit)] else { return nil }
      seconds += value * factor
      rest = rest.dropFirst(digits.count + unit.count)
    }
    return bounded(seconds)
  }

  private static let units: [String: Double] = [
    "ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400,
  ]

  private static func number(_ text: Substring) -> Double? {
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else {
      return nil
    }
    return Double(text)
  }

  private static func bounded(_ seconds: Double) -> Duration? {
    seconds <= 366 * 86_400 ? .milliseconds(Int64((seconds * 1_000).rounded())) : nil
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
