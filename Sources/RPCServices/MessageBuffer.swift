public import NIOCore
public import ProtobufC

/// Messages of protobuf-c as the transport's bytes.
extension ByteBuffer {
  /// The packed bytes of a message.
  public init(packing message: some WireMessage) {
    self = message.withPackable { packable in
      var buffer = ByteBufferAllocator().buffer(capacity: packable.packedSize)
      _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: packable.packedSize) { room in
        packable.pack(into: room)
      }
      return buffer
    }
  }

  /// Appends the packed bytes of a message.
  public mutating func write(packing message: some WireMessage) {
    message.withPackable { packable in
      _ = writeWithUnsafeMutableBytes(minimumWritableBytes: packable.packedSize) { room in
        packable.pack(into: room)
      }
    }
  }

  /// Decodes the bytes after checking them.
  public func message<Message: WireMessage>(
    _: Message.Type = Message.self, limits: WireLimits
  ) throws(WireError) -> Message {
    let decoded = withUnsafeReadableBytes { bytes -> Result<Message, WireError> in
      do throws(WireError) {
        return .success(try Message(wire: bytes, limits: limits))
      } catch {
        return .failure(error)
      }
    }
    return try decoded.get()
  }
}
