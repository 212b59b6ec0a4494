/// The checksum of zip and PNG (ISO 3309), which programs of any language can compute.
public struct CRC32: Sendable {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 0 ? value >> 1 : 0xedb8_8320 ^ value >> 1
    }
  }

  private var state = UInt32.max

  /// The checksum of no bytes.
  public init() {}

  /// The checksum so far.
  public var value: UInt32 { ~state }

  /// Goes on with more bytes.
  public mutating func add(_ bytes: some Sequence<UInt8>) {
    var state = state
    Self.table.withUnsafeBufferPointer { table in
      for byte in bytes { state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8 }
    }
    self.state = state
  }

  /// The checksum of bytes that stand alone.
  public static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var checksum = CRC32()
    checksum.add(bytes)
    return checksum.value
  }
}
