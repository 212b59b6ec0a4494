import CallbackMessages
import ProtobufC
import SampleMessages
import Testing

@Suite("Bytes that are no message are refused by name, before protobuf-c sees them")
struct GuardTests {
  /// Bytes of a Scalars, the reason of their refusal, and the field it names.
  static let refusals: [(String, [UInt8], WireError.Reason, String)] = [
    ("a tag cut short", [0x80], .truncated, ""),
    ("a tag of six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x01], .malformedVarint, ""),
    ("a tag past 32 bits", [0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0x00], .invalidFieldNumber, ""),
    ("field number 0", [0x00, 0x00], .invalidFieldNumber, ""),
    ("a group", [0x0B, 0x0C], .unsupportedWireType, "int32"),
    ("the end of a group", [0x0C], .unsupportedWireType, "int32"),
    ("wire type 6", [0x0E], .unsupportedWireType, "int32"),
    ("wire type 7 of an unknown field", [0xFF, 0x07], .unsupportedWireType, "#127"),
    ("an unknown group", [0xFB, 0x07], .unsupportedWireType, "#127"),
    ("an integer cut short", [0x08, 0x80], .truncated, "int32"),
    (
      "an integer of eleven bytes", [0x08] + Array(repeating: 0x80, count: 10) + [0x01],
      .malformedVarint, "int32"
    ),
    ("no value at all", [0x08], .truncated, "int32"),
    ("32 bits cut short", [0x1D, 1, 2, 3], .truncated, "sfixed32"),
    ("64 bits cut short", [0x31, 1, 2, 3, 4, 5, 6, 7], .truncated, "sfixed64"),
    ("a length past the end", [0x72, 2, 0x61], .malformedLength, "string"),
    (
      "a length past 32 bits", [0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .malformedLength, "string"
    ),
    ("a length cut short", [0x72, 0x80], .truncated, "string"),
    ("a length missing", [0x72], .truncated, "string"),
    ("an unknown length past the end", [0xFA, 0x07, 9], .malformedLength, "#127"),
    ("text for a number", [0x0A, 1, 0x61], .wrongWireType, "int32"),
    ("a number for text", [0x70, 1], .wrongWireType, "string"),
    ("32 bits for a varint", [0x0D, 0, 0, 0, 0], .wrongWireType, "int32"),
    ("64 bits for 32", [0x19, 0, 0, 0, 0, 0, 0, 0, 0], .wrongWireType, "sfixed32"),
    ("NUL in text", [0x72, 3, 0x61, 0, 0x62], .embeddedNUL, "string"),
    ("NUL in long text", [0x72, 16] + Array("0123456789abcde".utf8) + [0], .embeddedNUL, "string"),
    ("a lone continuation byte", [0x72, 1, 0x80], .invalidUTF8, "string"),
    ("a sequence cut short", [0x72, 2, 0xE2, 0x82], .invalidUTF8, "string"),
    ("an overlong slash", [0x72, 2, 0xC0, 0xAF], .invalidUTF8, "string"),
    ("an overlong euro sign", [0x72, 4, 0xF0, 0x82, 0x82, 0xAC], .invalidUTF8, "string"),
    ("a surrogate", [0x72, 3, 0xED, 0xA0, 0x80], .invalidUTF8, "string"),
    ("a character past U+10FFFF", [0x72, 4, 0xF4, 0x90, 0x80, 0x80], .invalidUTF8, "string"),
    ("byte FF in text", [0x72, 1, 0xFF], .invalidUTF8, "string"),
  ]

  @Test("refused", arguments: refusals)
  func refusal(_ name: String, _ bytes: [UInt8], _ reason: WireError.Reason, _ path: String) {
    #expect(throws: WireError(reason, path: path), "\(name)") {
      try SampleV1.Scalars(wire: bytes)
    }
  }

  @Test("text is judged as Swift's own decoder judges it")
  func textAgainstSwift() {
    var random = SeededRandom(seed: 7)
    let starts: [UInt8] = [0x41, 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4]
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...12, using: &random)
      let text = (0..<count).map { _ -> UInt8 in
        Bool.random(using: &random)
          ? starts.randomElement(using: &random)! : UInt8.random(in: 0x80...0xBF, using: &random)
      }
      let isValid = String(validating: text, as: UTF8.self) != nil
      let decoded = try? SampleV1.Scalars(wire: [0x72, UInt8(text.count)] + text)
      #expect((decoded != nil) == isValid, "\(text)")
    }
  }

  @Test("packed numbers must fill their length")
  func packed() {
    let refusals: [([UInt8], WireError.Reason, String)] = [
      ([0x0A, 2, 0x01, 0x80], .malformedLength, "int32"),
      ([0x1A, 3, 1, 2, 3], .malformedLength, "sfixed32"),
      ([0x32, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9], .malformedLength, "sfixed64"),
      ([0x6A, 12] + Array(repeating: 0x80, count: 12), .malformedVarint, "bool"),
    ]
    for (bytes, reason, path) in refusals {
      #expect(throws: WireError(reason, path: path)) { try SampleV1.Repeated(wire: bytes) }
    }
  }

  @Test("packed and unpacked numbers are both read, whichever the proto says")
  func packedEitherWay() throws {
    let unpacked = try SampleV1.Repeated(wire: [0x08, 1, 0x08, 2, 0x0A, 2, 3, 4])
    #expect(unpacked.int32 == [1, 2, 3, 4])
    let packed = try SampleV1.Repeated(wire: [0x9A, 0x01, 2, 5, 6, 0x98, 0x01, 7])
    #expect(packed.unpacked == [5, 6, 7])
  }

  @Test("a singular submessage given twice is refused, a number given twice is not")
  func duplicates() throws {
    let child: [UInt8] = [0x12, 0]
    #expect(throws: WireError(.duplicateMessage, path: "child")) {
      try SampleV1.Tree(wire: child + child)
    }
    #expect(throws: WireError(.duplicateMessage, path: "child.child")) {
      try SampleV1.Tree(wire: [0x12, 4] + child + child)
    }
    #expect(try SampleV1.Scalars(wire: [0x08, 1, 0x08, 2]).int32 == 2)
    #expect(try SampleV1.Tree(wire: [0x1A, 0, 0x1A, 0]).children.count == 2)
  }

  @Test("a submessage of a oneof given twice is refused; of different members the last counts")
  func oneofDuplicates() throws {
    #expect(throws: WireError(.duplicateMessage, path: "message")) {
      try SampleV1.Choice(wire: [0x42, 0, 0x42, 0])
    }
    #expect(try SampleV1.Choice(wire: [0x42, 0, 0x4A, 0]).choice == .empty(.init()))
    #expect(try SampleV1.Choice(wire: [0x42, 0, 0x1A, 1, 0x61]).choice == .text("a"))
    #expect(try SampleV1.Choice(wire: [0x1A, 1, 0x61, 0x10, 5]).choice == .number(5))
    #expect(try SampleV1.Choice(wire: [0x22, 1, 9, 0x42, 0]).choice == .message(.init()))
  }

  @Test("nesting is allowed up to the limit and refused past it")
  func depth() throws {
    #expect(try SampleV1.Tree(wire: nested(31)).child != nil)
    do throws(WireError) {
      _ = try SampleV1.Tree(wire: nested(32))
      Issue.record("33 messages inside each other were accepted")
    } catch {
      #expect(error.reason == .nestedTooDeeply)
    }
    var limits = WireLimits.standard
    limits.bytes = 1 << 20
    #expect(throws: WireError.self) { try SampleV1.Tree(wire: nested(10_000), limits: limits) }
  }

  @Test("unknown fields are passed over and dropped")
  func unknownFields() throws {
    let unknown: [UInt8] = [0xF8, 0x07, 1, 0xFA, 0x07, 1, 0xFF, 0xFD, 0x07, 1, 2, 3, 4]
    let value = try SampleV1.Scalars(wire: unknown + [0x08, 5])
    #expect(value == SampleV1.Scalars(int32: 5))
    #expect(value.serialized() == [0x08, 5])
  }

  @Test("each limit is met exactly and not passed")
  func limits() throws {
    var limits = WireLimits.standard
    limits.bytes = 4
    #expect(try SampleV1.Scalars(wire: [0x08, 1, 0x08, 1], limits: limits).int32 == 1)
    #expect(throws: WireError(.tooLarge)) {
      try SampleV1.Scalars(wire: [0x08, 1, 0x08, 1, 0x08], limits: limits)
    }
    limits = .standard
    limits.fields = 3
    #expect(
      try SampleV1.Tree(wire: [0x1A, 0, 0x1A, 0, 0x1A, 0], limits: limits).children.count == 3)
    #expect(throws: WireError(.tooManyFields)) {
      try SampleV1.Tree(wire: [0x1A, 0, 0x1A, 0, 0x1A, 0, 0x1A, 0], limits: limits)
    }
    #expect(throws: WireError(.tooManyFields, path: "children")) {
      try SampleV1.Tree(wire: [0x1A, 6, 0x1A, 0, 0x1A, 0, 0x1A, 0], limits: limits)
    }
    limits = .standard
    limits.unknownFields = 1
    #expect(try SampleV1.Scalars(wire: [0xF8, 0x07, 1], limits: limits) == .init())
    #expect(throws: WireError(.tooManyUnknownFields, path: "#127")) {
      try SampleV1.Scalars(wire: [0xF8, 0x07, 1, 0xF8, 0x07, 1], limits: limits)
    }
    limits = .standard
    limits.memory = 1_000
    #expect(throws: WireError(.outOfMemory)) {
      try SampleV1.Tree(
        wire: Array(repeating: [0x1A, 0], count: 50).flatMap { $0 }, limits: limits)
    }
  }

  @Test("fields with large and distant numbers are found")
  func distantNumbers() throws {
    let value = SampleV1.Names(line2: 7, last: 8)
    #expect(try SampleV1.Names(wire: value.serialized()) == value)
    #expect(throws: WireError(.wrongWireType, path: "last")) {
      try SampleV1.Names(wire: [0xFA, 0xFF, 0xFF, 0xFF, 0x0F, 0])
    }
  }

  @Test("no prefix and no single changed bit of a message does harm")
  func mutations() {
    let tree = SampleV1.Tree(
      name: "root", child: .init(name: "é"), either: .left(.init()), byName: ["a": .init()])
    for bytes in [tree.serialized(), RoundTripTests.largest.serialized()] {
      for count in 0..<bytes.count { decodeAll(Array(bytes.prefix(count))) }
      for index in bytes.indices {
        for bit in 0..<8 {
          var changed = bytes
          changed[index] ^= 1 << UInt8(bit)
          decodeAll(changed)
        }
      }
    }
  }

  /// What is accepted must be readable by protobuf-c too: a refusal past the guard is a hole in it.
  private func decodeAll(_ bytes: [UInt8]) {
    for type in SampleTypes.all {
      do throws(WireError) {
        _ = try type.init(wire: bytes)
      } catch {
        #expect(error.reason != .refused, "\(type) \(bytes)")
      }
    }
  }

  /// A tree of `levels` children inside each other.
  private func nested(_ levels: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<levels {
      var length = bytes.count
      var prefix: [UInt8] = [0x12]
      while length > 0x7F {
        prefix.append(UInt8(length & 0x7F) | 0x80)
        length >>= 7
      }
      prefix.append(UInt8(length))
      bytes = prefix + bytes
    }
    return bytes
  }
}
