/// Collects fields in the wire format.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  /// Appends a field whose value is packed already, with its length where it needs one.
  mutating func field(_ number: Int, _ wireType: WireType, _ body: [UInt8]) {
    bytes += Self.varint(UInt64(number) << 3 | UInt64(wireType.rawValue))
    if wireType == .lengthDelimited { bytes += Self.varint(UInt64(body.count)) }
    bytes += body
  }

  /// Appends bytes as they are.
  mutating func append(_ more: [UInt8]) { bytes += more }

  static func varint(_ value: UInt64) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
    return bytes
  }

  static func fixed(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
  }
}
