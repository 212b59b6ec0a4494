/// Finds the heads of frames in what a client sends, before libnghttp2 reads it: the library tells
/// nobody of DATA on a stream that it has forgotten, nor of a PRIORITY that it has no use for.
struct FrameScanner {
  /// Bytes to pass over: of the preface at first, then of the payload of a frame.
  private var skip = 24
  private var head: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) =
    (0, 0, 0, 0, 0, 0, 0, 0, 0)
  private var headCount = 0
  /// The stream whose dependency comes next, and as much of it as has come; 0 where none does.
  private var dependent: Int32 = 0
  private var dependency: UInt32 = 0
  private var dependencyBytes = 0

  private static let headBytes = 9

  /// Calls `found` with the stream of each DATA frame that begins in `bytes`, and `loop` for each
  /// PRIORITY that makes a stream depend on itself.
  mutating func scan(
    _ bytes: UnsafeRawBufferPointer, dataFrame found: (Int32) -> Void,
    selfDependency loop: () -> Void
  ) {
    var position = 0
    while position < bytes.count {
      if skip > 0 {
        if dependent != 0 {
          if takeDependency(bytes[position]) { loop() }
          position += 1
          continue
        }
        let part = min(skip, bytes.count - position)
        skip -= part
        position += part
        continue
      }
      if headCount == 0, bytes.count - position >= Self.headBytes {
        let size = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        skip = Int(size >> 8)
        let type = size & 0xFF
        if type == 0 || type == 2 {
          let id = UInt32(
            bigEndian: bytes.loadUnaligned(fromByteOffset: position + 5, as: UInt32.self))
          let stream = Int32(id & 0x7FFF_FFFF)
          if type == 0 { found(stream) } else { expectDependency(of: stream) }
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
      if head.3 == 0 { found(stream) } else if head.3 == 2 { expectDependency(of: stream) }
    }
  }

  /// A PRIORITY of the right size begins with the stream that it depends on.
  private mutating func expectDependency(of stream: Int32) {
    guard skip == 5 else { return }
    dependent = stream
    dependency = 0
    dependencyBytes = 0
  }

  /// Takes a byte of the dependency; true when it is complete and names its own stream.
  private mutating func takeDependency(_ byte: UInt8) -> Bool {
    skip -= 1
    dependency = dependency << 8 | UInt32(byte)
    dependencyBytes += 1
    guard dependencyBytes == 4 else { return false }
    defer { dependent = 0 }
    return Int32(dependency & 0x7FFF_FFFF) == dependent
  }

  /// The stream of the frame whose head is complete, without the reserved bit.
  private var stream: Int32 {
    Int32(head.5 & 0x7F) << 24 | Int32(head.6) << 16 | Int32(head.7) << 8 | Int32(head.8)
  }
}
