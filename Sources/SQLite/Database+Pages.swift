import CSQLite

extension Database {
  /// Makes a database that has no page yet keep `count` bytes at the end of each page free, for a
  /// virtual file system that uses them.
  ///
  /// - Returns: how many a database keeps free that has pages; `count` where it has none.
  public func reservePageBytes(_ count: Int32) throws(SQLiteError) -> Int32 {
    // What stands in the first page is known once that has been read.
    let isEmpty = try pragma("page_count") == "0"
    // A negative number only asks.
    var reserved: Int32 = isEmpty ? count : -1
    try connection.check(
      sqlite3_file_control(connection.handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved))
    return isEmpty ? count : reserved
  }
}
