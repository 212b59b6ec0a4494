import NIOCore
import ProtobufC
import UnixRPC

extension ByteBuffer {
  /// Decodes a request of a service that every server has: small, and refused in words.
  func request<Message: WireMessage>(_: Message.Type = Message.self) throws(RPCError) -> Message {
    do throws(WireError) {
      return try message(limits: .standard)
    } catch {
      throw RPCError(.invalidArgument, "The message is malformed: \(error).")
    }
  }
}
