/// The encoding of `grpc-message`: UTF-8 with everything but printable ASCII, and `%` itself,
/// written as `%XX`.
enum PercentEncoding {
  static func encode(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      // A space at either end would be white space around a field value, which RFC 9113 forbids.
      let atEdge = index == 0 || index == bytes.count - 1
      let plain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%")
      if plain || (byte == 0x20 && !atEdge) {
        out.append(byte)
      } else {
        out.append(UInt8(ascii: "%"))
        out.append(hexDigits[Int(byte >> 4)])
        out.append(hexDigits[Int(byte & 15)])
      }
    }
    return out
  }

  /// The text; a `%` that starts no escape stands for itself, as the gRPC protocol asks.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
    default: nil
    }
  }
}
