import CSQLite

/// Columns of the row that `step` arrived at. SQLite converts between types as it always does, so
/// reading never fails; NULL reads as 0, as empty text, as no bytes.
extension Statement {
  /// How many columns a row has.
  public var columnCount: Int32 { sqlite3_column_count(handle) }

  /// Whether the column is NULL.
  public func isNull(at column: Int32) -> Bool {
    sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  /// The column as an integer.
  public func int64(at column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  /// The column as a floating-point number.
  public func double(at column: Int32) -> Double { sqlite3_column_double(handle, column) }

  /// The column as text; bytes that are not UTF-8 are replaced.
  public func string(at column: Int32) -> String {
    guard let text = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  /// The column's bytes, copied.
  public func bytes(at column: Int32) -> [UInt8] { withBytes(at: column) { Array($0) } }

  /// Gives `body` the column's bytes where they are; they are valid only inside it.
  public func withBytes<Result, Failure: Error>(
    at column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
