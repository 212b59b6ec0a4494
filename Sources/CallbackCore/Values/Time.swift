/// A moment on the engine's clock, which no one can set: milliseconds, counted on from the last
/// event of the log (DOMAIN, "Time"). Deadlines run on it.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since the log began.
  public let milliseconds: Int64
  /// Names a moment by its milliseconds.
  public init(_ milliseconds: Int64) { self.milliseconds = milliseconds }
  /// Earlier is less.
  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
  /// The moment `span` later; stops at the largest moment instead of overflowing.
  public static func + (a: Instant, span: Span) -> Instant {
    let (sum, overflow) = a.milliseconds.addingReportingOverflow(span.milliseconds)
    return Instant(overflow ? .max : sum)
  }
  /// The time from `b` to `a`.
  public static func - (a: Instant, b: Instant) -> Span { Span(a.milliseconds - b.milliseconds) }
}

/// A moment of the wall clock: milliseconds of Unix time. Not-before, quiet hours, days and
/// display use it (DOMAIN, "Time").
public struct WallTime: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64
  /// Names a moment by its milliseconds.
  public init(_ milliseconds: Int64) { self.milliseconds = milliseconds }
  /// Earlier is less.
  public static func < (a: WallTime, b: WallTime) -> Bool { a.milliseconds < b.milliseconds }
  /// The moment `span` later; stops at the largest moment instead of overflowing.
  public static func + (a: WallTime, span: Span) -> WallTime {
    let (sum, overflow) = a.milliseconds.addingReportingOverflow(span.milliseconds)
    return WallTime(overflow ? .max : sum)
  }
  /// The time from `b` to `a`.
  public static func - (a: WallTime, b: WallTime) -> Span { Span(a.milliseconds - b.milliseconds) }
}

/// A length of time in whole milliseconds.
public struct Span: Hashable, Comparable, Sendable {
  /// The length in milliseconds.
  public let milliseconds: Int64
  /// Makes a length out of milliseconds.
  public init(_ milliseconds: Int64) { self.milliseconds = milliseconds }
  /// A length in whole seconds.
  public static func seconds(_ n: Int64) -> Span { Span(n * 1000) }
  /// A length in whole minutes.
  public static func minutes(_ n: Int64) -> Span { Span(n * 60_000) }
  /// A length in whole hours.
  public static func hours(_ n: Int64) -> Span { Span(n * 3_600_000) }
  /// No time at all; in settings, "off".
  public static let zero = Span(0)
  /// Both lengths one after the other; stops at the largest length instead of overflowing.
  public static func + (a: Span, b: Span) -> Span {
    let (sum, overflow) = a.milliseconds.addingReportingOverflow(b.milliseconds)
    return Span(overflow ? .max : sum)
  }
  /// Shorter is less.
  public static func < (a: Span, b: Span) -> Bool { a.milliseconds < b.milliseconds }
}

/// A moment on both clocks.
public struct Moment: Hashable, Sendable {
  /// On the engine's clock.
  public var at: Instant
  /// On the wall clock.
  public var wall: WallTime
  /// Names a moment on both clocks.
  public init(at: Instant, wall: WallTime) { (self.at, self.wall) = (at, wall) }
}
