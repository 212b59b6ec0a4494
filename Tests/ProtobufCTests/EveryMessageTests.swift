import CallbackMessages
import ProtobufC
import SampleMessages
import Testing

@Suite("Every message type of every proto file")
struct EveryMessageTests {
  /// The seed of all random messages here; a failure names the message's own seed.
  static let seeds: ClosedRange<UInt64> = 1...40
  static let types: [any WireMessage.Type] = MessageTypes.all + SampleTypes.all

  @Test("random bytes mean the same after a way through the Swift value")
  func roundTrip() throws {
    for type in Self.types {
      for seed in Self.seeds {
        var random = RandomBytes(seed: seed)
        try check(type, random.message(type.descriptor), seed)
      }
    }
  }

  private func check<Message: WireMessage>(
    _ type: Message.Type, _ bytes: [UInt8], _ seed: UInt64
  ) throws {
    let context: Comment = "\(type.messageName), seed \(seed)"
    let value = try Message(wire: bytes, limits: .reply)
    let packed = value.serialized()
    #expect(try Message(wire: packed, limits: .reply) == value, context)
    #expect(try Message(wire: packed, limits: .reply).serialized() == packed, context)
    // The JSON reads protobuf-c's structs and knows nothing of the Swift value.
    let before = try MessageJSON.text(of: bytes, as: type.descriptor)
    let after = try MessageJSON.text(of: packed, as: type.descriptor)
    #expect(before == after, context)
    #expect(try Message(json: before) == value, context)
    #expect(
      try MessageJSON.text(of: Message(json: before).serialized(), as: type.descriptor) == before)
  }

  @Test("no field set: no bytes, and {} in JSON unless the type has a form of its own")
  func empty() throws {
    for type in Self.types {
      #expect(type.init().serialized().isEmpty)
      let json = try type.init().json()
      #expect(json == "{}" || type.messageName.hasPrefix("google.protobuf."), "\(type)")
    }
  }

  @Test("random damage is refused or read, and protobuf-c never refuses what the guard let pass")
  func damage() {
    for type in Self.types {
      for seed in Self.seeds {
        var random = RandomBytes(seed: seed)
        var damage = SeededRandom(seed: seed)
        var bytes = random.message(type.descriptor)
        guard !bytes.isEmpty else { continue }
        for _ in 0..<3 {
          bytes[Int.random(in: 0..<bytes.count, using: &damage)] = .random(
            in: 0...255, using: &damage)
        }
        do throws(WireError) {
          _ = try type.init(wire: bytes)
        } catch {
          #expect(error.reason != .refused, "\(type.messageName), seed \(seed)")
        }
      }
    }
  }
}
