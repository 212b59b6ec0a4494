/// Bounds on one message, checked before and while it is unpacked.
public struct WireLimits: Hashable, Sendable {
  /// Bytes of the packed message.
  public var bytes: Int
  /// Messages inside messages, the outermost counted as 1.
  public var depth: Int
  /// Field occurrences in the whole message, unknown ones included.
  public var fields: Int
  /// Occurrences of fields that the receiver does not know.
  public var unknownFields: Int
  /// Bytes of memory that unpacking may take.
  public var memory: Int

  /// Sets each bound.
  public init(bytes: Int, depth: Int, fields: Int, unknownFields: Int, memory: Int) {
    self.bytes = bytes
    self.depth = depth
    self.fields = fields
    self.unknownFields = unknownFields
    self.memory = memory
  }

  /// For what a peer sends: 64 KiB, the size limit of a call. Two bytes of an empty submessage cost
  /// about 100 bytes of memory, hence the bound on fields.
  public static let standard = WireLimits(
    bytes: 64 * 1024, depth: 32, fields: 16_384, unknownFields: 1_024, memory: 4 << 20)

  /// For what a client receives: 4 MiB, gRPC's usual bound.
  public static let reply = WireLimits(
    bytes: 4 << 20, depth: 32, fields: 1 << 20, unknownFields: 65_536, memory: 256 << 20)

  /// For what this program stored itself, such as a snapshot of a large call center.
  public static let stored = WireLimits(
    bytes: 1 << 30, depth: 32, fields: 1 << 28, unknownFields: 1 << 20, memory: 16 << 30)
}
