/// Finds the heads of frames in what a client sends, before libnghttp2 reads it: the library tells
/// nobody of DATA on a stream that it has forgotten.
struct FrameScanner {
  /// Bytes to pass over: of the preface at first, then of the payload of a frame.
  private var skip = 24
  private var head: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
    (0, 0, 0, 0, 0, 0, 0, 0, 0)
  private var headCount = 0

  private static let headBytes = 9

  /// Calls `found` with the stream of each DATA frame that begins in `bytes`.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, dataFrame found: (Int32) -> Void) {
    var position = 0
    while position < bytes.count {
      if skip > 0 {
        let part = min(skip, bytes.count - position)
        skip -= part
        position += part
        continue
      }
      if headCount == 0, bytes.count - position >= Self.headBytes {
        let size = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        skip = Int(size >> 8)
        if size & 0xFF == 0 {
          let id = UInt32(
            bigEndian: bytes.loadUnaligned(fromByteOffset: position + 5, as: UInt32.self))
          found(Int32(id & 0x7FFF_FFFF))
        }
        position += Self.headBytes
        continue
      }
      let part = min(Self.headBytes - headCount, bytes.count - position)
      withUnsafeMutableBytes(of: &head) { head in
        for index in 0..<part { head[headCount + index] = bytes[position + index] }
      }
      headCount += part
      position += part
      guard headCount == Self.headBytes else { return }
      headCount = 0
      skip = Int(head.0) << 16 | Int(head.1) << 8 | Int(head.2)
      if head.3 == 0 { found(stream) }
    }
  }

  /// The stream of the frame whose head is complete, without the reserved bit.
  private var stream: Int32 {
    Int32(head.5 & 0x7F) << 24 | Int32(head.6) << 16 | Int32(head.7) << 8 | Int32(head.8)
  }
}
