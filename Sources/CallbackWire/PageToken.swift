/// Where a page of a list ended: opaque text that works for the same list with the same filter only.
public enum PageToken {
  /// Bytes of the checksum at the end of a token.
  private static let checksumLength = 8

  /// Makes a token.
  ///
  /// - Parameters:
  ///   - key: where the page ended, in bytes that the list itself understands.
  ///   - list: the list's method and its filter, packed; another filter needs a token of its own.
  public static func seal(_ key: [UInt8], for list: [UInt8]) -> String {
    var bytes = key
    bytes.appendBigEndian(checksum(of: key, for: list))
    return Base64URL.encode(bytes)
  }

  /// Reads a token.
  ///
  /// - Returns: the key; nil where the token was made for another list or filter, or was damaged.
  public static func open(_ token: String, for list: [UInt8]) -> [UInt8]? {
    guard token.utf8.count <= FieldLimits.tokenBytes, let bytes = Base64URL.decode(token),
      bytes.count >= checksumLength
    else { return nil }
    let key = Array(bytes.dropLast(checksumLength))
    let sealed = UInt64(bigEndianBytes: bytes.suffix(checksumLength))
    return sealed == checksum(of: key, for: list) ? key : nil
  }

  private static func checksum(of key: [UInt8], for list: [UInt8]) -> UInt64 {
    var hash = StableHash()
    hash.combine(list)
    hash.combine(key)
    return hash.high ^ hash.low
  }
}

extension [UInt8] {
  /// Appends a number as eight bytes, the most significant first.
  mutating func appendBigEndian(_ number: UInt64) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}

extension UInt64 {
  /// Reads up to eight bytes, the most significant first.
  init(bigEndianBytes bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
