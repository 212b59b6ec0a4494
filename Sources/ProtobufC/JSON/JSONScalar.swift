/// The packed form of JSON's scalars.
enum JSONScalar {
  /// A value without its tag; text and bytes without their length.
  static func body(_ kind: FieldKind, _ value: JSONValue) throws(JSONError) -> [UInt8] {
    switch kind {
    case .int32:
      let number = try integer(value, in: Int64(Int32.min)...Int64(Int32.max))
      return WireWriter.varint(UInt64(bitPattern: number))
    case .sint32:
      let number = try integer(value, in: Int64(Int32.min)...Int64(Int32.max))
      return WireWriter.varint(zigzag(number))
    case .sfixed32:
      let number = try integer(value, in: Int64(Int32.min)...Int64(Int32.max))
      return WireWriter.fixed(UInt32(truncatingIfNeeded: number))
    case .int64: return WireWriter.varint(UInt64(bitPattern: try integer(value)))
    case .sint64: return WireWriter.varint(zigzag(try integer(value)))
    case .sfixed64: return WireWriter.fixed(UInt64(bitPattern: try integer(value)))
    case .uint32: return WireWriter.varint(try unsigned(value, upTo: UInt64(UInt32.max)))
    case .fixed32:
      return WireWriter.fixed(UInt32(try unsigned(value, upTo: UInt64(UInt32.max))))
    case .uint64: return WireWriter.varint(try unsigned(value))
    case .fixed64: return WireWriter.fixed(try unsigned(value))
    case .float:
      let wide = try real(value)
      let number = Float(wide)
      guard number.isFinite || !wide.isFinite else { throw JSONError(.outOfRange) }
      return WireWriter.fixed(number.bitPattern)
    case .double: return WireWriter.fixed(try real(value).bitPattern)
    case .bool:
      guard case .bool(let flag) = value else { throw JSONError(.wrongType) }
      return [flag ? 1 : 0]
    case .string:
      guard case .string(let text) = value else { throw JSONError(.wrongType) }
      guard !text.utf8.contains(0) else { throw JSONError(.malformedText) }
      return [UInt8](text.utf8)
    case .bytes:
      guard case .string(let text) = value else { throw JSONError(.wrongType) }
      guard let bytes = Base64.decode(text) else { throw JSONError(.malformedText) }
      return bytes
    case .enumeration, .message: throw JSONError(.wrongType)
    }
  }

  /// A whole number, as a number or as a string; 1.0 and 1e2 are whole.
  static func integer(
    _ value: JSONValue, in range: ClosedRange<Int64> = .min ... .max
  ) throws(JSONError) -> Int64 {
    let text = try numberText(value)
    if let number = Int64(text) {
      guard range.contains(number) else { throw JSONError(.outOfRange) }
      return number
    }
    guard let number = Int64(exactly: try whole(text)), range.contains(number) else {
      throw JSONError(.outOfRange)
    }
    return number
  }

  static func unsigned(
    _ value: JSONValue, upTo limit: UInt64 = .max
  ) throws(JSONError) -> UInt64 {
    let text = try numberText(value)
    if let number = UInt64(text) {
      guard number <= limit else { throw JSONError(.outOfRange) }
      return number
    }
    guard let number = UInt64(exactly: try whole(text)), number <= limit else {
      throw JSONError(.outOfRange)
    }
    return number
  }

  private static func whole(_ text: String) throws(JSONError) -> Double {
    guard let number = Double(text), number == number.rounded() else {
      throw JSONError(.wrongType)
    }
    return number
  }

  private static func real(_ value: JSONValue) throws(JSONError) -> Double {
    if case .string(let text) = value {
      switch text {
      case "NaN": return .nan
      case "Infinity": return .infinity
      case "-Infinity": return -.infinity
      default: break
      }
    }
    guard let number = Double(try numberText(value)) else { throw JSONError(.wrongType) }
    guard number.isFinite else { throw JSONError(.outOfRange) }
    return number
  }

  /// The text of a number, which a string may hold too; no sign +, no spaces, no hexadecimal.
  private static func numberText(_ value: JSONValue) throws(JSONError) -> String {
    switch value {
    case .number(let text): return text
    case .string(let text):
      guard case .number(let number) = try? JSONParser.parse([UInt8](text.utf8)), number == text
      else { throw JSONError(.wrongType) }
      return number
    case .null, .bool, .array, .object: throw JSONError(.wrongType)
    }
  }

  private static func zigzag(_ number: Int64) -> UInt64 {
    UInt64(bitPattern: (number << 1) ^ (number >> 63))
  }
}
