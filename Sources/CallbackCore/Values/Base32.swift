/// Crockford's base32 for 128-bit ids: 26 characters, the first at most 7.
///
/// The alphabet leaves out I, L, O and U; reading takes no stand-ins for them, so that every id
/// has one text only (apart from case).
enum Base32 {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xff, count: 256)
    for (value, letter) in alphabet.enumerated() {
      values[Int(letter)] = UInt8(value)
      if letter >= 65 { values[Int(letter) + 32] = UInt8(value) }
    }
    return values
  }()

  /// The 26 characters of a 128-bit value.
  static func print(high: UInt64, low: UInt64) -> String {
    String(unsafeUninitializedCapacity: 26) { buffer in
      var (high, low) = (high, low)
      for index in stride(from: 25, through: 0, by: -1) {
        buffer[index] = alphabet[Int(low & 31)]
        low = low >> 5 | high << 59
        high >>= 5
      }
      return 26
    }
  }

  /// The value of 26 characters; nil for any other text and for values of more than 128 bits.
  static func parse(_ text: String) -> (high: UInt64, low: UInt64)? {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0
    for letter in text.utf8 {
      let value = values[Int(letter)]
      guard value != 0xff, count < 26, count > 0 || value < 8 else { return nil }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(value)
      count += 1
    }
    return count == 26 ? (high, low) : nil
  }
}
