/// Checks that bytes are text which protobuf-c can hold: UTF-8 without NUL.
///
/// protobuf-c accepts any bytes for a string and lets NUL end it early.
enum TextCheck {
  /// What is wrong with the text, or nil.
  @inline(__always)
  static func defect(_ start: UnsafePointer<UInt8>, _ count: Int) -> WireError.Reason? {
    let raw = UnsafeRawPointer(start)
    var index = 0
    while index < count {
      while index &+ 8 <= count {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        // No byte of 0x80 or more, and no byte that borrows when one is taken from it.
        let suspicious = (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080
        if suspicious != 0 { break }
        index &+= 8
      }
      if index == count { return nil }
      let byte = start[index]
      if byte == 0 { return .embeddedNUL }
      if byte < 0x80 {
        index &+= 1
        continue
      }
      let length = sequenceLength(start + index, count &- index)
      if length == 0 { return .invalidUTF8 }
      index &+= length
    }
    return nil
  }

  /// The length of the well-formed sequence of several bytes at `start`, 0 if there is none:
  /// Unicode's table of well-formed UTF-8 byte sequences (section 3.9, table 3-7).
  private static func sequenceLength(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let first = start[0]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      second = 0xA0...0xBF
    case 0xED:
      length = 3
      second = 0x80...0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      second = 0x90...0xBF
    case 0xF1...0xF3: length = 4
    case 0xF4:
      length = 4
      second = 0x80...0x8F
    default: return 0
    }
    guard length <= count, second.contains(start[1]) else { return 0 }
    for index in 2..<max(length, 2) where start[index] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
