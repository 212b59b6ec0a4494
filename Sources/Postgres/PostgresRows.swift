import CPostgreSQL

/// What a statement returned, in binary form.
///
/// Owns libpq's result, and gives it back with its last reference.
public final class PostgresRows {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  deinit { PQclear(result) }

  /// How many rows there are.
  public var count: Int { Int(PQntuples(result)) }

  /// Rows that a statement without a result changed.
  public var changed: Int {
    guard let text = PQcmdTuples(result) else { return 0 }
    return Int(String(cString: text)) ?? 0
  }

  /// Whether a field is NULL.
  public func isNull(_ row: Int, _ column: Int) -> Bool {
    PQgetisnull(result, Int32(row), Int32(column)) == 1
  }

  /// The bytes of a field, valid within `body`; none for NULL.
  public func withBytes<Value, Failure: Error>(
    _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(
      UnsafeRawBufferPointer(
        start: PQgetvalue(result, Int32(row), Int32(column)),
        count: Int(PQgetlength(result, Int32(row), Int32(column)))))
  }

  /// A field's bytes.
  public func bytes(_ row: Int, _ column: Int) -> [UInt8] { withBytes(row, column) { Array($0) } }

  /// A field of text.
  public func text(_ row: Int, _ column: Int) -> String {
    withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
  }

  /// A field of a whole number, of 2, 4 or 8 bytes; 0 for NULL.
  public func int(_ row: Int, _ column: Int) -> Int64 {
    withBytes(row, column) { bytes in
      guard let first = bytes.first else { return 0 }
      return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
    }
  }

  /// A field of `bigint` as the 64 bits that it holds.
  public func bits(_ row: Int, _ column: Int) -> UInt64 { UInt64(bitPattern: int(row, column)) }
}
