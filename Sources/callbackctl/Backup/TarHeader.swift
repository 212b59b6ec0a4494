/// The header of a file in a tar archive (POSIX.1-2017, pax, "ustar Interchange Format").
struct TarHeader: Equatable {
  /// Headers and contents are padded to this.
  static let blockBytes = 512

  /// The file's name; at most 100 bytes.
  var name: String
  /// Its length.
  var bytes: UInt64
  /// When it was changed, in seconds of Unix time.
  var modifiedAt: UInt64

  /// Bytes after the contents up to the next block.
  var padding: Int {
    let rest = Int(bytes % UInt64(Self.blockBytes))
    return rest == 0 ? 0 : Self.blockBytes - rest
  }

  /// The header's block.
  var block: [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    func put(_ bytes: some Collection<UInt8>, at offset: Int) {
      block.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
    put(name.utf8.prefix(100), at: 0)
    put("0000600\u{0}0000000\u{0}0000000\u{0}".utf8, at: 100)
    put(Self.number(bytes), at: 124)
    put(Self.number(modifiedAt), at: 136)
    put("        0".utf8, at: 148)
    put("ustar\u{0}00".utf8, at: 257)
    let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
    put(Self.octal(sum, digits: 6) + [0, 0x20], at: 148)
    return block
  }

  /// Reads a header's block; nil where it is none, or its checksum is wrong.
  init?(block: [UInt8]) {
    guard block.count == Self.blockBytes, block[257..<262].elementsEqual("ustar".utf8) else {
      return nil
    }
    var cleared = block
    cleared.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
    let sum = cleared.reduce(UInt64(0)) { $0 + UInt64($1) }
    guard Self.read(block[148..<156]) == sum, let bytes = Self.read(block[124..<136]),
      let modifiedAt = Self.read(block[136..<148]),
      let name = String(validating: block[..<100].prefix { $0 != 0 }, as: UTF8.self)
    else { return nil }
    self.init(name: name, bytes: bytes, modifiedAt: modifiedAt)
  }

  init(name: String, bytes: UInt64, modifiedAt: UInt64) {
    self.name = name
    self.bytes = bytes
    self.modifiedAt = modifiedAt
  }

  // MARK: - Numbers

  /// Twelve bytes: octal digits, or where there are too few of them a binary number, as all tars
  /// read it.
  private static func number(_ value: UInt64) -> [UInt8] {
    if value < 1 << 33 { return octal(value, digits: 11) + [0] }
    return [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
  }

  private static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8)
  }

  private static func read(_ field: ArraySlice<UInt8>) -> UInt64? {
    if field.first == 0x80 { return field.suffix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    return UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
