import NIOCore

/// A message that has arrived.
struct ReceivedMessage: Sendable {
  var bytes: ByteBuffer
  /// Whether it was compressed on the wire.
  var wasCompressed = false
}

/// Cuts a body into messages, checking each declared length before anything is kept.
struct MessageAssembler {
  /// How messages with the compression flag are encoded.
  var encoding = MessageEncoding.identity
  private var limit: Int
  private var inflater: Inflater?
  private var prefix: (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0)
  private var prefixCount = 0
  private var needed = 0
  /// The message being gathered; its memory is kept for the next.
  private var current = ByteBuffer()

  init(limit: Int) {
    self.limit = limit
  }

  /// Starts over with a body of another call.
  mutating func reset(limit: Int) {
    self.limit = limit
    encoding = .identity
    inflater = nil
    prefixCount = 0
    needed = 0
    // A buffer that one large message left behind is not worth keeping for small ones.
    if current.capacity > 16 * 1024 { current = ByteBuffer() } else { current.clear() }
  }

  /// Whether a message has begun and not ended.
  var isInsideMessage: Bool { prefixCount > 0 }
  /// The bytes of the unfinished message that are kept.
  var keptBytes: Int { current.readableBytes }

  /// Takes in bytes and hands over each message that is complete.
  /// - Throws: RESOURCE_EXHAUSTED for a message over the limit, INTERNAL for a broken prefix or
  ///   broken compression.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, _ deliver: (ReceivedMessage) throws(RPCError) -> Void
  ) throws(RPCError) {
    var position = 0
    // A copy of what is left of `bytes`, made for the first message that lies within it whole;
    // the messages are slices of it.
    var copy: ByteBuffer?
    var copyStart = 0
    while position < bytes.count || (prefixCount == MessagePrefix.bytes && needed == 0) {
      if prefixCount < MessagePrefix.bytes {
        let isComplete = try takePrefix(bytes, &position)
        if !isComplete { continue }
        if position == bytes.count, needed > 0 { break }
      }
      let part = min(needed - current.readableBytes, bytes.count - position)
      if current.readableBytes == 0, part == needed, bytes.count - position > part || copy != nil {
        if copy == nil {
          copy = ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: bytes[position...]))
          copyStart = position
        }
        position += part
        prefixCount = 0
        try deliver(unpack(copy!.getSlice(at: position - part - copyStart, length: part)!))
      } else {
        current.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[position..<position + part]))
        position += part
        if current.readableBytes == needed {
          prefixCount = 0
          let message = current
          // The memory is looked at again for the next message, when this one may be done with.
          current.moveReaderIndex(to: current.writerIndex)
          try deliver(unpack(message))
        }
      }
    }
  }

  /// The message behind the bytes of the wire.
  private mutating func unpack(_ bytes: ByteBuffer) throws(RPCError) -> ReceivedMessage {
    if prefix.0 == 0 { return ReceivedMessage(bytes: bytes) }
    let inflater = inflater ?? Inflater()
    self.inflater = inflater
    return ReceivedMessage(
      bytes: try inflater.inflate(bytes, limit: limit), wasCompressed: true)
  }

  /// Takes bytes of the prefix; true when it is complete and in order.
  private mutating func takePrefix(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int
  ) throws(RPCError) -> Bool {
    let part = min(MessagePrefix.bytes - prefixCount, bytes.count - position)
    withUnsafeMutableBytes(of: &prefix) { prefix in
      let target = UnsafeMutableRawBufferPointer(rebasing: prefix[prefixCount...])
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + part]))
    }
    prefixCount += part
    position += part
    guard prefixCount == MessagePrefix.bytes else { return false }
    if current.writerIndex > 0 { current.clear() }
    switch prefix.0 {
    case 0: break
    case 1:
      if encoding == .identity {
        throw RPCError(.internal, "A compressed message without an encoding.")
      }
    default: throw RPCError(.internal, "A message's compression flag is neither 0 nor 1.")
    }
    needed =
      Int(prefix.1) << 24 | Int(prefix.2) << 16 | Int(prefix.3) << 8 | Int(prefix.4)
    if needed > limit {
      throw RPCError(
        .resourceExhausted, "A message of \(needed) bytes; the limit is \(limit) bytes.")
    }
    return true
  }
}
