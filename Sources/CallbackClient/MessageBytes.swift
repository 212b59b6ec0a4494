import NIOCore
import ProtobufC

extension ByteBuffer {
  /// A buffer with the packed message.
  init(packing message: some WireMessage) {
    self = message.withPackable { packable in
      var buffer = ByteBuffer()
      let size = packable.packedSize
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { room in
        size == 0 ? 0 : packable.pack(into: room)
      }
      return buffer
    }
  }

  /// The message whose packed bytes these are.
  func unpacked<Message: WireMessage>(
    as type: Message.Type, method: String
  ) throws(CallbackError) -> Message {
    let result = withUnsafeReadableBytes { bytes -> Result<Message, WireError> in
      do throws(WireError) {
        return .success(try Message(wire: bytes, limits: .reply))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let message): return message
    case .failure(let error): throw .malformedAnswer(error, method: method)
    }
  }
}
