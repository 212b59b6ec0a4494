public import CallbackCore
public import CallbackMessages

/// The two clocks at one moment: what turns a deadline into an instant that clients can read.
public struct Clocks: Hashable, Sendable {
  /// The engine's clock.
  public var now: Instant
  /// The wall clock at the same moment.
  public var wall: WallTime

  /// Reads both clocks.
  public init(now: Instant, wall: WallTime) { (self.now, self.wall) = (now, wall) }

  /// The wall clock's reading of a moment of the engine's clock, as far as can be said now.
  public func wallTime(of instant: Instant) -> WallTime { wall + (instant - now) }

  /// A deadline as the contract sends it: an instant, and what remains.
  public func deadline(
    _ instant: Instant
  ) -> (at: GoogleProtobuf.Timestamp, remaining: GoogleProtobuf.Duration) {
    let remaining = max(instant - now, .zero)
    return (GoogleProtobuf.Timestamp(wall + remaining), GoogleProtobuf.Duration(remaining))
  }
}

extension GoogleProtobuf.Timestamp {
  /// The seconds that protobuf allows: the years 1 to 9999.
  static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// A moment of the wall clock; one out of protobuf's range becomes the nearest within it.
  public init(_ time: WallTime) {
    let (seconds, milliseconds) = time.milliseconds.flooredDivision(by: 1_000)
    let bounded = min(max(seconds, Self.secondsRange.lowerBound), Self.secondsRange.upperBound)
    self.init(seconds: bounded, nanos: bounded == seconds ? Int32(milliseconds) * 1_000_000 : 0)
  }

  /// The moment, truncated to milliseconds.
  ///
  /// - Throws: where seconds or nanos are out of protobuf's range.
  public func wallTime(_ path: String) throws(FieldError) -> WallTime {
    guard Self.secondsRange.contains(seconds), (0..<1_000_000_000).contains(nanos) else {
      throw FieldError(path, .invalid("must be an instant in the years 1 to 9999"))
    }
    return WallTime(seconds * 1_000 + Int64(nanos / 1_000_000))
  }
}

extension GoogleProtobuf.Duration {
  /// A length of time.
  public init(_ span: Span) {
    self.init(
      seconds: span.milliseconds / 1_000, nanos: Int32(span.milliseconds % 1_000) * 1_000_000)
  }

  /// The length, truncated to milliseconds.
  ///
  /// - Parameter range: the lengths that the field takes, in milliseconds.
  public func span(
    _ path: String,
    in range: ClosedRange<Int64> = 0...FieldLimits.longestSettingMilliseconds
  ) throws(FieldError) -> Span {
    let bound: Int64 = 315_576_000_000
    guard (-bound...bound).contains(seconds), (-999_999_999...999_999_999).contains(nanos),
      seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
    else { throw FieldError(path, .invalid("must be a length of time")) }
    let milliseconds = seconds * 1_000 + Int64(nanos / 1_000_000)
    guard range.contains(milliseconds), (range.lowerBound > 0 || nanos >= 0) else {
      let bounds = "\(range.lowerBound / 1_000) to \(range.upperBound / 1_000) seconds"
      throw FieldError(path, .invalid("must be a length of time from \(bounds)"))
    }
    return Span(milliseconds)
  }
}

extension Int64 {
  /// Divides so that the remainder is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
