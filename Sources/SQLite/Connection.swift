import CSQLite

/// Owns SQLite's handle; lives as long as the database or any statement of it.
final class Connection {
  let handle: OpaquePointer
  /// Where SQLite's hook writes how many pages the write-ahead log holds.
  let logPages: UnsafeMutablePointer<Int>

  init(handle: OpaquePointer) {
    self.handle = handle
    logPages = .allocate(capacity: 1)
    logPages.initialize(to: 0)
  }

  deinit {
    // Statements hold this object, so none is left here.
    sqlite3_close_v2(handle)
    logPages.deallocate()
  }

  /// Throws what SQLite reports unless `code` is SQLITE_OK.
  func check(_ code: Int32) throws(SQLiteError) {
    if code != SQLITE_OK { throw SQLiteError.last(code, on: handle) }
  }
}
