import ProtobufC

/// Makes packed messages of any type by their description, with the edges of every field's range
/// more likely than the middle.
struct RandomBytes {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func message(_ descriptor: MessageDescriptor, depth: Int = 0) -> [UInt8] {
    if descriptor.name == "google.protobuf.Any" { return [] }
    if ["google.protobuf.Timestamp", "google.protobuf.Duration"].contains(descriptor.name) {
      return tag(1, 0) + varint(UInt64.random(in: 0...1_000_000, using: &random))
    }
    var bytes: [UInt8] = []
    var singular: [FieldDescriptor] = []
    for field in descriptor.fields where Bool.random(using: &random) {
      if field.isRepeated {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          bytes += self.field(field, depth: depth)
        }
      } else {
        singular.append(field)
      }
    }
    // Any order is allowed on the wire.
    for field in singular.shuffled(using: &random) { bytes += self.field(field, depth: depth) }
    return bytes
  }

  private mutating func field(_ field: FieldDescriptor, depth: Int) -> [UInt8] {
    switch field.kind {
    case .int32, .sint32, .int64, .sint64, .uint32, .uint64:
      return tag(field.number, 0) + varint(edge(of: field.kind))
    case .bool:
      return tag(field.number, 0) + [UInt8.random(in: 0...1, using: &random)]
    case .enumeration:
      let number = field.enumValues.randomElement(using: &random)?.number ?? 0
      let unknown = Int32.random(in: 1_000...2_000, using: &random)
      let chosen = Int.random(in: 0..<8, using: &random) == 0 ? unknown : number
      return tag(field.number, 0) + varint(UInt64(bitPattern: Int64(chosen)))
    case .sfixed32, .fixed32:
      return tag(field.number, 5) + fixed(UInt32.random(in: 0 ... .max, using: &random))
    case .sfixed64, .fixed64:
      return tag(field.number, 1) + fixed(UInt64.random(in: 0 ... .max, using: &random))
    case .float:
      return tag(field.number, 5) + fixed(Float.random(in: -1e6...1e6, using: &random).bitPattern)
    case .double:
      return tag(field.number, 1) + fixed(Double.random(in: -1e9...1e9, using: &random).bitPattern)
    case .string:
      let texts = ["", "a", "Zoë", "+15550100", "😀", String(repeating: "x", count: 300)]
      return lengthDelimited(field.number, Array(texts.randomElement(using: &random)!.utf8))
    case .bytes:
      let count = Int.random(in: 0...40, using: &random)
      return lengthDelimited(
        field.number, (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    case .message:
      guard depth < 4, let inner = field.message else { return [] }
      return lengthDelimited(field.number, message(inner, depth: depth + 1))
    }
  }

  private mutating func edge(of kind: FieldKind) -> UInt64 {
    let small = UInt64.random(in: 0...300, using: &random)
    let edges: [UInt64] =
      switch kind {
      case .int32: [small, UInt64(Int32.max), UInt64(bitPattern: Int64(Int32.min))]
      case .uint32, .sint32: [small, UInt64(UInt32.max)]
      default: [small, .max, UInt64(Int64.max)]
      }
    return edges.randomElement(using: &random)!
  }

  private func lengthDelimited(_ number: Int, _ body: [UInt8]) -> [UInt8] {
    tag(number, 2) + varint(UInt64(body.count)) + body
  }

  private func tag(_ number: Int, _ wireType: UInt64) -> [UInt8] {
    varint(UInt64(number) << 3 | wireType)
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value > 0x7F {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  private func fixed(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
  }
}
