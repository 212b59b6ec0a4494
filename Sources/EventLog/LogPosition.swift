import CallbackCore

/// A place in the log: records count from 1, and 0 is before the first.
public typealias LogPosition = UInt64

/// The end of a log: the position and the chained checksum of its last record.
///
/// Two logs with equal heads hold the same records, because every checksum covers the one before.
public struct LogHead: Hashable, Sendable {
  /// The position of the last record; 0 for an empty log.
  public var position: LogPosition
  /// The checksum of the last record; 0 for an empty log.
  public var checksum: UInt64

  /// Names the end of a log.
  public init(position: LogPosition, checksum: UInt64) {
    self.position = position
    self.checksum = checksum
  }

  /// The end of a log that holds nothing.
  public static let empty = LogHead(position: 0, checksum: 0)
}

/// Names one history of positions: two logs of one lineage never hold different records at the
/// same position.
///
/// It is made at random with the log, and anew when a backup is restored or a loss is accepted,
/// because from then on positions may mean something else than before.
public struct Lineage: Hashable, Sendable, CustomStringConvertible {
  /// The upper half of 128 random bits.
  public let high: UInt64
  /// The lower half.
  public let low: UInt64

  /// Puts a lineage together from its halves.
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// A lineage that nobody else has.
  public static func random() -> Lineage {
    var generator = SystemRandomNumberGenerator()
    return Lineage(high: generator.next(), low: generator.next())
  }

  /// 32 hexadecimal digits.
  public var description: String { Self.digits(high) + Self.digits(low) }

  private static func digits(_ half: UInt64) -> String {
    let text = String(half, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
