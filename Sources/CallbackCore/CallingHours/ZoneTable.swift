/// What the rules have to know of the world's clocks. It is handed in with every decision; what
/// was decided with it is in the events, so that a replay needs none.
public protocol ZoneTable: Sendable {
  /// The time zones that a number may be in, by their IANA names; empty where none is known.
  /// - Parameter e164: the number with its plus sign.
  func zones(of e164: String) -> [String]

  /// How the clock of a zone stands at a moment; nil for a zone that is not known.
  func offset(of zone: String, at wall: WallTime) -> ZoneOffset?
}

/// How far the clock of a zone is ahead of UTC, and for how long.
public struct ZoneOffset: Hashable, Sendable {
  /// Milliseconds that are added to UTC for the local time.
  public var ahead: Span
  /// When the clock is next put forward or back; nil for never.
  public var until: WallTime?

  /// An offset that holds until a moment.
  public init(ahead: Span, until: WallTime? = nil) { (self.ahead, self.until) = (ahead, until) }
}

/// Knows no zone: no location can have calling hours.
public struct NoZones: ZoneTable {
  /// Knows nothing.
  public init() {}
  /// None.
  public func zones(of e164: String) -> [String] { [] }
  /// Unknown.
  public func offset(of zone: String, at wall: WallTime) -> ZoneOffset? { nil }
}
