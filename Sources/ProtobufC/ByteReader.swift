import CProtobufC

/// Reads the elements of the wire format from bytes that it does not own.
struct ByteReader {
  private(set) var position: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>, count: Int) {
    position = start
    end = start + count
  }

  @inline(__always)
  var isAtEnd: Bool { position == end }
  @inline(__always)
  var remaining: Int { end - position }

  /// Reads a tag: at most five bytes and 32 bits.
  @inline(__always)
  mutating func tag() throws(WireError.Reason) -> UInt32 {
    let first = position[0]
    if first < 0x80 {
      position += 1
      return UInt32(first)
    }
    return try word(tooBig: .invalidFieldNumber)
  }

  /// Reads a length and checks that as many bytes follow.
  @inline(__always)
  mutating func length() throws(WireError.Reason) -> Int {
    guard position != end else { throw .truncated }
    let value: Int
    if position[0] < 0x80 {
      value = Int(position[0])
      position += 1
    } else {
      value = Int(try word(tooBig: .malformedLength))
    }
    guard value <= remaining else { throw .malformedLength }
    return value
  }

  /// Moves past bytes whose presence was checked.
  @inline(__always)
  mutating func advance(_ count: Int) { position += count }

  /// Moves past a value of fixed size.
  @inline(__always)
  mutating func skipFixed(_ count: Int) throws(WireError.Reason) {
    guard remaining >= count else { throw .truncated }
    position += count
  }

  /// Moves past a variable-length integer of at most ten bytes.
  @inline(__always)
  mutating func skipVarint() throws(WireError.Reason) {
    let available = min(remaining, 10)
    var index = 0
    while index < available {
      if position[index] < 0x80 {
        position += index &+ 1
        return
      }
      index &+= 1
    }
    throw available < 10 ? .truncated : .malformedVarint
  }

  /// A variable-length integer of at most five bytes and 32 bits.
  @inline(never)
  private mutating func word(
    tooBig: WireError.Reason
  ) throws(WireError.Reason) -> UInt32 {
    var value: UInt32 = 0
    for index in 0..<5 {
      guard index < remaining else { throw .truncated }
      let byte = position[index]
      if index == 4 && byte & 0x80 != 0 { throw .malformedVarint }
      if index == 4 && byte > 0x0F { throw tooBig }
      value |= UInt32(byte & 0x7F) << (7 * UInt32(index))
      if byte < 0x80 {
        position += index + 1
        return value
      }
    }
    throw .malformedVarint
  }
}

extension WireError.Reason: Error {}
