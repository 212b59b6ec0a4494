/// A parameter of a statement, sent in PostgreSQL's binary form.
public enum PostgresValue: Hashable, Sendable {
  /// NULL of any type.
  case null
  /// `bigint`.
  case int(Int64)
  /// `bytea`.
  case bytes([UInt8])
  /// `text`; a NUL in it is refused by the server.
  case text(String)
  /// `bigint[]`.
  case ints([Int64?])
  /// `bytea[]`.
  case byteStrings([[UInt8]?])
  /// `text[]`.
  case texts([String?])

  /// 64 bits as the `bigint` of the same bits.
  public static func bits(_ value: UInt64) -> PostgresValue { .int(Int64(bitPattern: value)) }

  /// A list of 64 bits as the `bigint[]` of the same bits.
  public static func bits(_ values: [UInt64]) -> PostgresValue {
    .ints(values.map { Int64(bitPattern: $0) })
  }

  /// The value in binary form; nil for NULL.
  var encoded: [UInt8]? {
    switch self {
    case .null: nil
    case .int(let value): Self.bigEndian(UInt64(bitPattern: value))
    case .bytes(let bytes): bytes
    case .text(let text): Array(text.utf8)
    case .ints(let values):
      Self.array(
        of: PostgresType.int, values.map { $0.map { Self.bigEndian(UInt64(bitPattern: $0)) } })
    case .byteStrings(let values): Self.array(of: PostgresType.bytes, values)
    case .texts(let values):
      Self.array(of: PostgresType.text, values.map { $0.map { Array($0.utf8) } })
    }
  }

  /// One dimension that counts from 1.
  private static func array(of type: PostgresType, _ elements: [[UInt8]?]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20 + elements.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
    let hasNull: UInt32 = elements.contains { $0 == nil } ? 1 : 0
    for word in [elements.isEmpty ? 0 : 1, hasNull, type.rawValue] { bytes += bigEndian(word) }
    if elements.isEmpty { return bytes }
    bytes += bigEndian(UInt32(elements.count))
    bytes += bigEndian(UInt32(1))
    for element in elements {
      // A length of -1 is a NULL.
      bytes += bigEndian(element.map { UInt32($0.count) } ?? .max)
      bytes += element ?? []
    }
    return bytes
  }

  private static func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

/// The types of parameters, by the numbers that every PostgreSQL gives them.
public enum PostgresType: UInt32, Sendable {
  /// `bigint`.
  case int = 20
  /// `bytea`.
  case bytes = 17
  /// `text`.
  case text = 25
  /// `bigint[]`.
  case ints = 1016
  /// `bytea[]`.
  case byteStrings = 1001
  /// `text[]`.
  case texts = 1009
}
