/// The text forms of google.protobuf.Timestamp (RFC 3339) and Duration in protobuf's JSON mapping.
enum TimeText {
  /// Seconds since 1970 of the years 1 to 9999, both whole.
  private static let timestampRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  /// 10,000 years, the bound that Google's Duration has.
  private static let durationRange: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  /// `2026-11-22T15:05:41.250Z`, nil outside the years 1 to 9999.
  static func timestamp(seconds: Int64, nanos: Int32) -> String? {
    guard timestampRange.contains(seconds), (0...999_999_999).contains(nanos) else { return nil }
    let days = floorDivide(seconds, 86_400)
    let time = seconds - days * 86_400
    let (year, month, day) = civil(fromDays: days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let clock = [time / 3600, time / 60 % 60, time % 60].map { padded($0, 2) }
    return "\(date)T\(clock.joined(separator: ":"))\(fraction(nanos))Z"
  }

  /// `1.500s`, nil where the parts disagree in sign or exceed 10,000 years.
  static func duration(seconds: Int64, nanos: Int32) -> String? {
    guard durationRange.contains(seconds), (-999_999_999...999_999_999).contains(nanos) else {
      return nil
    }
    if (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0) { return nil }
    let sign = seconds < 0 || nanos < 0 ? "-" : ""
    return "\(sign)\(seconds.magnitude)\(fraction(Int32(nanos.magnitude)))s"
  }

  static func parseTimestamp(_ text: String) -> (seconds: Int64, nanos: Int32)? {
    var rest = Substring(text)
    guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2),
      take(&rest, "-"), let day = number(&rest, 2), take(&rest, "T"),
      let hour = number(&rest, 2), take(&rest, ":"), let minute = number(&rest, 2),
      take(&rest, ":"), let second = number(&rest, 2), let nanos = parseFraction(&rest),
      let offset = parseOffset(&rest), rest.isEmpty
    else { return nil }
    guard (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60 else {
      return nil
    }
    let days = days(year: year, month: month, day: day)
    guard civil(fromDays: days) == (year, month, day) else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return timestampRange.contains(seconds) ? (seconds, nanos) : nil
  }

  static func parseDuration(_ text: String) -> (seconds: Int64, nanos: Int32)? {
    var rest = Substring(text)
    let isNegative = take(&rest, "-")
    let whole = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(whole.count)
    guard !whole.isEmpty, let seconds = Int64(whole), durationRange.contains(seconds),
      let nanos = parseFraction(&rest), rest == "s"
    else { return nil }
    return isNegative ? (-seconds, -nanos) : (seconds, nanos)
  }

  /// 0, 3, 6 or 9 digits, as few as say it all.
  private static func fraction(_ nanos: Int32) -> String {
    if nanos == 0 { return "" }
    if nanos % 1_000_000 == 0 { return "." + padded(Int64(nanos / 1_000_000), 3) }
    if nanos % 1_000 == 0 { return "." + padded(Int64(nanos / 1_000), 6) }
    return "." + padded(Int64(nanos), 9)
  }

  /// Nanoseconds after a point; 0 where there is no point.
  private static func parseFraction(_ rest: inout Substring) -> Int32? {
    guard take(&rest, ".") else { return 0 }
    let digits = rest.prefix { ("0"..."9").contains($0) }
    guard (1...9).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int32(String(digits) + String(repeating: "0", count: 9 - digits.count))
  }

  /// Seconds east of UTC.
  private static func parseOffset(_ rest: inout Substring) -> Int64? {
    if take(&rest, "Z") { return 0 }
    let isWest = take(&rest, "-")
    guard isWest || take(&rest, "+"), let hours = number(&rest, 2), take(&rest, ":"),
      let minutes = number(&rest, 2), hours < 24, minutes < 60
    else { return nil }
    return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
  }

  private static func number(_ rest: inout Substring, _ count: Int) -> Int64? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return Int64(digits)
  }

  private static func take(_ rest: inout Substring, _ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private static func padded(_ number: Int64, _ count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }

  private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }

  /// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the
  /// day of leap comes last; 146,097 days make 400 years.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = floorDivide(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
