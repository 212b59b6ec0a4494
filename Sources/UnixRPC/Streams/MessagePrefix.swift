import NIOCore

/// The five bytes before every gRPC message: a compression flag and the length.
enum MessagePrefix {
  static let bytes = 5

  static func write(flag: UInt8, count: Int, to out: UnsafeMutablePointer<UInt8>) {
    out[0] = flag
    out[1] = UInt8(truncatingIfNeeded: count >> 24)
    out[2] = UInt8(truncatingIfNeeded: count >> 16)
    out[3] = UInt8(truncatingIfNeeded: count >> 8)
    out[4] = UInt8(truncatingIfNeeded: count)
  }
}

extension ByteBuffer {
  /// Appends a message of at most `capacity` bytes that `encode` writes, with its prefix.
  /// - Parameter encode: gives the number of bytes that it has written.
  mutating func writeMessage(
    upTo capacity: Int, _ encode: (UnsafeMutableRawBufferPointer) -> Int
  ) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: MessagePrefix.bytes + capacity) { out in
      let end = MessagePrefix.bytes + capacity
      let count = encode(UnsafeMutableRawBufferPointer(rebasing: out[MessagePrefix.bytes..<end]))
      precondition(count >= 0 && count <= capacity, "more was written than there is room for")
      MessagePrefix.write(
        flag: 0, count: count, to: out.baseAddress!.assumingMemoryBound(to: UInt8.self))
      return MessagePrefix.bytes + count
    }
  }

  /// Appends a message with its prefix.
  mutating func writeMessage(_ message: ByteBuffer, flag: UInt8 = 0) {
    let count = message.readableBytes
    writeWithUnsafeMutableBytes(minimumWritableBytes: MessagePrefix.bytes + count) { out in
      MessagePrefix.write(
        flag: flag, count: count, to: out.baseAddress!.assumingMemoryBound(to: UInt8.self))
      message.withUnsafeReadableBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: out[MessagePrefix.bytes...]).copyMemory(from: bytes)
      }
      return MessagePrefix.bytes + count
    }
  }
}
