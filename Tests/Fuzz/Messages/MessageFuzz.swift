import CallbackMessages
import CallbackWire
import ProtobufC

/// What any bytes have to stand as a message: refused, or the same after a way through the values.
enum MessageFuzz {
  /// The messages that arrive whole, by name: the first byte of an input picks one. Those inside
  /// them are reached through them.
  static let types: [any WireMessage.Type] = {
    let called = Services.methods.flatMap { [$0.requestType, $0.responseType] }
    let kept: [any WireMessage.Type] = [
      LogV1.Record.self, LogV1.Callback.self, LogV1.Attempt.self, LogV1.CallbackState.self,
      GoogleRPC.Status.self, GoogleRPC.ErrorInfo.self, V1.OfferClosed.self, V1.RetryInfo.self,
      V1.ResumeInfo.self, V1.GuardRefused.self,
    ]
    let named = Dictionary((called + kept).map { ($0.messageName, $0) }) { first, _ in first }
    precondition(named.count <= 256, "one byte picks a message")
    return named.sorted { $0.key < $1.key }.map(\.value)
  }()

  /// The input that holds a message's bytes, or nil where the type is none of ``types``.
  static func input(_ name: String, _ bytes: [UInt8]) -> [UInt8]? {
    types.firstIndex { $0.messageName == name }.map { [UInt8($0)] + bytes }
  }

  /// Runs one input: guard, unpack, map, pack.
  static func run(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let type = types[Int(first) % types.count]
    let bytes = Array(input.dropFirst())
    roundTrip(type, bytes)
    asText(type, bytes)
    throughTheLog(bytes)
  }

  private static func roundTrip<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) {
    do throws(WireError) {
      let value = try Message(wire: bytes)
      let packed = value.serialized()
      // A value can need more bytes than it came in, never without a bound.
      let again = try Message(wire: packed, limits: .stored)
      precondition(again.serialized() == packed, "packing is stable")
    } catch {
      precondition(error.reason != .refused, "protobuf-c refused what the guard let pass")
    }
  }

  private static func asText(_ type: any WireMessage.Type, _ bytes: [UInt8]) {
    guard let text = try? MessageJSON.text(of: bytes, as: type.descriptor) else { return }
    let again = try? MessageJSON.bytes(from: text, as: type.descriptor)
    precondition(again != nil, "JSON that was printed can be read")
  }

  /// The log's own messages, mapped to the values of the rules and back.
  private static func throughTheLog(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      if let record = try? LogCodec.decodeRecord(bytes, at: 1) {
        let packed = LogCodec.encode(record)
        let again = packed.withUnsafeBytes { try? LogCodec.decodeRecord($0, at: 1) }
        precondition(again == record, "a record survives the way through the log")
      }
      if let callback = try? LogCodec.decodeCallback(bytes) {
        let packed = LogCodec.encode(callback)
        let again = packed.withUnsafeBytes { try? LogCodec.decodeCallback($0) }
        precondition(again == callback, "a callback survives the way through the history")
      }
    }
  }
}
