/// One stream of a desktop or a connector: the host that has it, and its place in that host's count.
///
/// So the late close of an old stream is told from a newer one, whichever host has that.
public struct StreamID: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral,
  CustomStringConvertible
{
  /// The host in the upper 32 bits, its count in the lower.
  public let rawValue: UInt64

  /// A stream as the log has it.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A stream of a host.
  public init(host: HostID, count: UInt32) {
    rawValue = UInt64(host.rawValue) << 32 | UInt64(count)
  }

  /// A stream of the only host.
  public init(integerLiteral value: UInt32) { self.init(host: .only, count: value) }

  /// The host that has the stream.
  public var host: HostID { HostID(rawValue: UInt32(rawValue >> 32)) }

  /// The host and the count.
  public var description: String { "\(host.rawValue).\(UInt32(truncatingIfNeeded: rawValue))" }
}
