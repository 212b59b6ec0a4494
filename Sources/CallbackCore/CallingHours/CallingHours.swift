/// The hours in which a location's callers are called, by the clock where they may be (DOMAIN,
/// "Dialling": quiet hours are all others).
public struct CallingHours: Hashable, Sendable {
  /// Minutes after midnight at which they begin, below 1,440.
  public var opens: UInt16
  /// Minutes after midnight at which they end, below 1,440; before `opens` for hours that last
  /// over midnight.
  public var closes: UInt16

  /// Hours from one minute of the day to another, which must differ.
  public init(opens: UInt16, closes: UInt16) { (self.opens, self.closes) = (opens, closes) }

  static var minutesOfDay: Int64 { 1_440 }

  /// Whether both ends are minutes of a day, and it has quiet and other hours.
  var isValid: Bool {
    opens < Self.minutesOfDay && closes < Self.minutesOfDay && opens != closes
  }

  /// Whether a local time lies in the hours.
  /// - Parameter local: milliseconds on the local clock.
  func contain(_ local: Int64) -> Bool {
    let minute = local.floorRemainder(by: Self.day) / 60_000
    let (opens, closes) = (Int64(opens), Int64(closes))
    return opens < closes ? minute >= opens && minute < closes : minute >= opens || minute < closes
  }

  /// Milliseconds from a local time to the next begin or end of the hours; above zero.
  func untilChange(after local: Int64) -> Int64 {
    let time = local.floorRemainder(by: Self.day)
    return [opens, closes].map { minute in
      let distance = Int64(minute) * 60_000 - time
      return distance > 0 ? distance : distance + Self.day
    }.min()!
  }

  private static var day: Int64 { Span.hours(24).milliseconds }
}

extension Int64 {
  /// The remainder of a division that rounds towards minus infinity; never negative.
  func floorRemainder(by divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
