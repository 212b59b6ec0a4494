import CallbackMessages
import ProtobufC
import SampleMessages
import Testing

@Suite("Values survive the way to bytes and back")
struct RoundTripTests {
  @Test("a message with every scalar at its extremes")
  func scalarExtremes() throws {
    for value in [Self.smallest, Self.largest] {
      #expect(try SampleV1.Scalars(wire: value.serialized()) == value)
    }
  }

  @Test("a message with no field set takes no bytes")
  func emptyTakesNothing() throws {
    #expect(SampleV1.Scalars().serialized().isEmpty)
    #expect(try SampleV1.Scalars(wire: []) == SampleV1.Scalars())
  }

  @Test("enum numbers without a name are kept")
  func unknownEnumNumber() throws {
    let value = SampleV1.Scalars(color: .init(rawValue: 99), sign: .init(rawValue: -7))
    let again = try SampleV1.Scalars(wire: value.serialized())
    #expect(again.color.rawValue == 99)
    #expect(again.sign.rawValue == -7)
    #expect(again.color.protoName == nil)
  }

  @Test(
    "a oneof keeps its case even when its value is the type's default",
    arguments: [
      .number(0), .text(""), .data([]), .flag(false), .color(.unspecified), .sign(.unspecified),
      .message(.init()), .empty(.init()), .real(0), .number(-1), .text("é"), .data([0, 255]),
      .flag(true), .message(.init(int32: 5)), nil,
    ] as [SampleV1.Choice.Choice?])
  func oneof(_ choice: SampleV1.Choice.Choice?) throws {
    let value = SampleV1.Choice(note: "n", choice: choice)
    #expect(try SampleV1.Choice(wire: value.serialized()) == value)
  }

  @Test("repeated fields keep order and repetition")
  func repeated() throws {
    let value = SampleV1.Repeated(
      int32: [3, -1, 3], double: [0, .infinity, -0.5], bool: [true, false, true],
      string: ["", "a", ""], bytes: [[], [1]], color: [.red, .init(rawValue: 55)],
      sign: [.negative, .default], message: [.init(), .init(int64: .min)], unpacked: [1, 2])
    #expect(try SampleV1.Repeated(wire: value.serialized()) == value)
  }

  @Test("a message may contain itself")
  func recursive() throws {
    let leaf = SampleV1.Tree(name: "leaf")
    let value = SampleV1.Tree(
      name: "root", child: leaf, children: [leaf, .init()], either: .right(leaf),
      byName: ["a": leaf, "b": .init()])
    #expect(try SampleV1.Tree(wire: value.serialized()) == value)
  }

  @Test("equal maps have equal bytes")
  func maps() throws {
    let value = SampleV1.Maps(
      text: ["b": "2", "a": "1", "": ""], message: [-1: .init(bool: true), 2: .init()],
      color: [.max: .darkBlue], data: ["x": [0]])
    var turned = SampleV1.Maps()
    for (key, text) in value.text.sorted(by: { $0.key > $1.key }) { turned.text[key] = text }
    turned.message = value.message
    turned.color = value.color
    turned.data = value.data
    #expect(turned.serialized() == value.serialized())
    #expect(try SampleV1.Maps(wire: value.serialized()) == value)
  }

  @Test("NUL in text that we send becomes U+FFFD")
  func nulIsReplaced() throws {
    let value = SampleV1.Scalars(string: "a\0b")
    #expect(try SampleV1.Scalars(wire: value.serialized()).string == "a\u{FFFD}b")
  }

  @Test("a message larger than the arena's block survives")
  func large() throws {
    let value = SampleV1.Scalars(
      string: String(repeating: "ä", count: 20_000), bytes: Array(repeating: 7, count: 20_000))
    #expect(try SampleV1.Scalars(wire: value.serialized()) == value)
  }

  @Test("packing into a caller's memory and appending give the same bytes")
  func packing() {
    let value = SampleV1.Scalars(int32: 1, string: "text")
    var appended: [UInt8] = [9]
    value.serialize(into: &appended)
    #expect(appended == [9] + value.serialized())
    let packed = value.withPackable { message in
      [UInt8](unsafeUninitializedCapacity: message.packedSize + 5) { room, count in
        count = message.pack(into: UnsafeMutableRawBufferPointer(room))
      }
    }
    #expect(packed == value.serialized())
  }

  static let smallest = SampleV1.Scalars(
    int32: .min, sint32: .min, sfixed32: .min, int64: .min, sint64: .min, sfixed64: .min,
    float: -.greatestFiniteMagnitude, double: -.greatestFiniteMagnitude, color: .unspecified,
    sign: .negative)
  static let largest = SampleV1.Scalars(
    int32: .max, sint32: .max, sfixed32: .max, int64: .max, sint64: .max, sfixed64: .max,
    uint32: .max, fixed32: .max, uint64: .max, fixed64: .max, float: .infinity,
    double: .leastNonzeroMagnitude, bool: true, string: "😀", bytes: [0, 1, 255],
    color: .darkBlue, sign: .init(rawValue: .max))
}
