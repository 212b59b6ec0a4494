import CSQLite

/// A prepared statement: bind, step, read columns, reset.
///
/// Parameters count from 1 and columns from 0, as in SQLite. Belongs to the owner of its database.
public final class Statement {
  let handle: OpaquePointer
  private let connection: Connection

  init(_ sql: String, on connection: Connection, isKept: Bool) throws(SQLiteError) {
    var made: OpaquePointer?
    let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
    let code = sqlite3_prepare_v3(connection.handle, sql, -1, flags, &made, nil)
    try connection.check(code)
    guard let made else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "the SQL holds no statement")
    }
    handle = made
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  /// Moves to the next row; false at the end.
  ///
  /// - Throws: `SQLiteError` with the exact extended code; the statement is reset before.
  public func step() throws(SQLiteError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let error = SQLiteError.last(code, on: connection.handle)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs to the end, whatever rows there are, and resets.
  public func run() throws(SQLiteError) {
    while try step() {}
    reset()
  }

  /// Makes the statement ready to run again; the bindings stay.
  public func reset() { sqlite3_reset(handle) }

  /// Sets every parameter to NULL.
  public func clearBindings() { sqlite3_clear_bindings(handle) }

  /// Binds an integer.
  public func bind(_ value: Int64, at index: Int32) throws(SQLiteError) {
    try connection.check(sqlite3_bind_int64(handle, index, value))
  }

  /// Binds an integer.
  public func bind(_ value: Int, at index: Int32) throws(SQLiteError) {
    try bind(Int64(value), at: index)
  }

  /// Binds a floating-point number.
  public func bind(_ value: Double, at index: Int32) throws(SQLiteError) {
    try connection.check(sqlite3_bind_double(handle, index, value))
  }

  /// Binds text.
  public func bind(_ value: String, at index: Int32) throws(SQLiteError) {
    var text = value
    let code = text.withUTF8 { bytes in
      // A nil pointer would bind NULL, and an empty string need not have another.
      guard let start = bytes.baseAddress, !bytes.isEmpty else {
        return callback_bind_text_copied(handle, index, "", 0)
      }
      return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        callback_bind_text_copied(handle, index, $0, Int32(clamping: bytes.count))
      }
    }
    try connection.check(code)
  }

  /// Binds bytes, which SQLite copies.
  public func bind(_ value: [UInt8], at index: Int32) throws(SQLiteError) {
    let code = value.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else {
        return sqlite3_bind_zeroblob(handle, index, 0)
      }
      return callback_bind_blob_copied(handle, index, start, Int32(clamping: bytes.count))
    }
    try connection.check(code)
  }

  /// Binds bytes without a copy: they must stay where they are until the statement is reset and
  /// bound anew or its bindings are cleared.
  public func bind(borrowing bytes: UnsafeRawBufferPointer, at index: Int32) throws(SQLiteError) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      return try connection.check(sqlite3_bind_zeroblob(handle, index, 0))
    }
    try connection.check(
      callback_bind_blob_borrowed(handle, index, start, Int32(clamping: bytes.count)))
  }

  /// Binds NULL.
  public func bindNull(at index: Int32) throws(SQLiteError) {
    try connection.check(sqlite3_bind_null(handle, index))
  }
}
