/// Lengths of time as the configuration writes them: a whole number and a unit, such as 250ms.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// Reads a length; nil where the text is none, or is longer than can be counted.
  static func parse(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Int64(digits), let scale = units.first(where: { $0.name == unit }) else {
      return nil
    }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: scale.milliseconds)
    return overflow ? nil : .milliseconds(milliseconds)
  }

  /// Writes a length in the largest unit in which it is whole.
  static func print(_ span: Duration) -> String {
    let (seconds, attoseconds) = span.components
    let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    let unit = units.first { milliseconds % $0.milliseconds == 0 && milliseconds != 0 }
    guard let unit else { return "0s" }
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
  }
}
