/// One run of a daemon on a log that several share, counted by the log; 0 on a log that has one
/// daemon only.
public struct HostID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number, which no other run on the same log has.
  public let rawValue: UInt32

  /// Names a host.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The only host of a log that is not shared.
  public static let only = HostID(rawValue: 0)

  /// Younger is greater.
  public static func < (a: HostID, b: HostID) -> Bool { a.rawValue < b.rawValue }

  /// The number.
  public var description: String { "host \(rawValue)" }
}
