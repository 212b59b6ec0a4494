/// Base64 as gRPC's binary metadata uses it: written without padding, read with or without.
enum Base64 {
  static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count * 4 + 2) / 3)
    var bits = 0
    var held = 0
    for byte in bytes {
      held = held << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        out.append(alphabet[held >> bits & 63])
      }
      held &= (1 << bits) - 1
    }
    if bits > 0 { out.append(alphabet[held << (6 - bits) & 63]) }
    return out
  }

  /// The bytes, or nil where the text is not base64.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 3 / 4)
    var bits = 0
    var held = 0
    var digits = 0
    var padding = 0
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: character) else { return nil }
      digits += 1
      held = held << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(held >> bits & 255))
      }
      held &= (1 << bits) - 1
    }
    guard digits % 4 != 1, padding == 0 || (digits + padding) % 4 == 0, padding <= 2 else {
      return nil
    }
    return out
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func value(of character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) - 48 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
