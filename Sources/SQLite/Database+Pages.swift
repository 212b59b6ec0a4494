import CSQLite

extension Database {
  /// Makes a database that has no page yet keep `count` bytes at the end of each page free, for a
  /// virtual file system that uses them.
  public func reservePageBytes(_ count: Int32) throws(SQLiteError) {
    var count = count
    try connection.check(
      sqlite3_file_control(connection.handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &count))
  }
}
