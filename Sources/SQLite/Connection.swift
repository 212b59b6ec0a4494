import CSQLite

/// Owns SQLite's handle; lives as long as the database or any statement of it.
final class Connection {
  let handle: OpaquePointer

  init(handle: OpaquePointer) { self.handle = handle }

  deinit {
    // Statements hold this object, so none is left here.
    sqlite3_close_v2(handle)
  }

  /// Throws what SQLite reports unless `code` is SQLITE_OK.
  func check(_ code: Int32) throws(SQLiteError) {
    if code != SQLITE_OK { throw SQLiteError.last(code, on: handle) }
  }
}
