/// Times as files write them: RFC 3339, such as `2025-03-31T12:00:00Z`, or a date alone.
public enum FileTime {
  /// Milliseconds of Unix time of the years 1 to 9999 in UTC, which an offset may lead out of.
  public static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  /// Milliseconds of Unix time in the years 1 to 9999; a date is its midnight in UTC.
  static func milliseconds(_ text: String) throws(FileLineError) -> Int64 {
    guard let value = parse(Array(text.utf8)), range.contains(value) else {
      throw .badTime(String(text.prefix(FileLimits.excerpt)))
    }
    return value
  }

  /// The same as databases and APIs write it, too: an offset may lack its minutes or its colon,
  /// and where there is none, UTC is meant; nil for anything else.
  public static func lenientMilliseconds(_ text: String) -> Int64? {
    var bytes = Array(text.utf8)
    if let value = parse(bytes) { return value }
    guard bytes.count >= 19 else { return nil }
    let sign = bytes[19...].firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    switch sign.map({ bytes.count - $0 }) {
    case nil: bytes.append(UInt8(ascii: "Z"))
    case 3: bytes += Array(":00".utf8)
    case 5: bytes.insert(UInt8(ascii: ":"), at: bytes.count - 2)
    default: return nil
    }
    return parse(bytes)
  }

  /// The time in UTC, with milliseconds where there are any.
  static func text(_ milliseconds: Int64) -> String {
    let (days, rest) = floorDivide(milliseconds, 86_400_000)
    let date = date(ofDay: days)
    let seconds = rest / 1000
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { pad($0, 2) }
    let fraction = rest % 1000 == 0 ? "" : "." + pad(rest % 1000, 3)
    let day = "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
    return "\(day)T\(clock.joined(separator: ":"))\(fraction)Z"
  }

  private static func parse(_ bytes: [UInt8]) -> Int64? {
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10]), (1...12).contains(month),
      (1...daysIn(month, year)).contains(day)
    else { return nil }
    let midnight = dayNumber(year, month, day) * 86_400_000
    guard bytes.count > 10 else { return midnight }
    guard bytes.count >= 20, "Tt ".utf8.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), let hour = number(bytes[11..<13]),
      let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      hour < 24, minute < 60, second < 61
    else { return nil }
    var at = 19
    var fraction: Int64 = 0
    if bytes[at] == UInt8(ascii: ".") {
      let digits = bytes[(at + 1)...].prefix { isDigit($0) }
      guard !digits.isEmpty, let value = number((digits + [48, 48]).prefix(3)) else { return nil }
      fraction = value
      at = digits.endIndex
    }
    guard let offset = offset(bytes[at...]) else { return nil }
    return midnight + (hour * 3600 + minute * 60 + second) * 1000 + fraction - offset
  }

  /// `Z`, `+hh:mm` or `-hh:mm` in milliseconds.
  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard let sign = bytes.first else { return nil }
    if bytes.count == 1 { return sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") ? 0 : nil }
    let start = bytes.startIndex
    guard bytes.count == 6, bytes[start + 3] == UInt8(ascii: ":"),
      let hours = number(bytes[(start + 1)..<(start + 3)]),
      let minutes = number(bytes[(start + 4)..<(start + 6)]), hours < 24, minutes < 60
    else { return nil }
    let offset = (hours * 60 + minutes) * 60_000
    switch sign {
    case UInt8(ascii: "+"): return offset
    case UInt8(ascii: "-"): return -offset
    default: return nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func number(_ bytes: some Collection<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
      guard isDigit(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    return value
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, rest: Int64) {
    let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
    return rest < 0 ? (quotient - 1, rest + b) : (quotient, rest)
  }

  private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01. Years are counted from March, so that a leap day ends one.
  private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(shifted, 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The date of a day since 1970-01-01.
  private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(day + 719_468, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}
