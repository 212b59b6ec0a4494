import Glibc

/// Moments as people write them in an option.
enum MomentText {
  /// Reads `+10m` (from now), `14:30` (the next time the clock shows it), `2026-11-23 14:30`,
  /// `2026-11-23T14:30:00Z` and `2026-11-23T14:30:00+01:00`; without an offset in `zone`.
  static func parse(_ text: String, now: Moment, zone: Zone) -> Moment? {
    if text.first == "+" { return DurationText.parse(String(text.dropFirst())).map { now + $0 } }
    let parts = text.split(maxSplits: 1, whereSeparator: { $0 == "T" || $0 == "t" || $0 == " " })
    switch parts.count {
    case 1 where text.contains(":"): return next(timeOfDay: parts[0], after: now, zone: zone)
    case 1: return on(date: parts[0], time: "00:00", zone: zone)
    case 2: return on(date: parts[0], time: parts[1], zone: zone)
    default: return nil
    }
  }

  private static func next(timeOfDay: Substring, after now: Moment, zone: Zone) -> Moment? {
    guard let clock = clock(timeOfDay) else { return nil }
    for day in [0, 24] as [Int64] {
      var fields = zone.fields(of: now + .seconds(day * 3_600))
      (fields.tm_hour, fields.tm_min, fields.tm_sec) = clock
      if let moment = zone.moment(of: fields), moment > now { return moment }
    }
    return nil
  }

  private static func on(date: Substring, time: Substring, zone: Zone) -> Moment? {
    let day = date.split(separator: "-", omittingEmptySubsequences: false).map { integer($0) }
    guard day.count == 3, let year = day[0], let month = day[1], let monthDay = day[2],
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(monthDay),
      let (time, offset) = separated(time), let clock = clock(time)
    else { return nil }
    var fields = tm()
    (fields.tm_year, fields.tm_mon, fields.tm_mday) = (year - 1900, month - 1, monthDay)
    (fields.tm_hour, fields.tm_min, fields.tm_sec) = clock
    guard let offset else { return zone.moment(of: fields) }
    return Zone.utc.moment(of: fields).map { $0 + .seconds(-offset) }
  }

  /// The time of day, and the seconds east of UTC where an offset is given.
  private static func separated(_ text: Substring) -> (Substring, Int64?)? {
    if text.last == "Z" || text.last == "z" { return (text.dropLast(), 0) }
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, nil) }
    guard let offset = clock(text[text.index(after: sign)...]) else { return nil }
    let seconds = Int64(offset.0) * 3_600 + Int64(offset.1) * 60
    return (text[..<sign], text[sign] == "-" ? -seconds : seconds)
  }

  private static func clock(_ text: Substring) -> (Int32, Int32, Int32)? {
    let whole = text.prefix { $0 != "." }
    let parts = whole.split(separator: ":", omittingEmptySubsequences: false).map { integer($0) }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let second = parts.count == 3 ? parts[2] : 0,
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    return (hour, minute, second)
  }

  private static func integer(_ text: Substring) -> Int32? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int32(text) : nil
  }
}
