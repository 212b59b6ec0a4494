import CSQLite

extension Database {
  /// From now on counts the pages that the write-ahead log holds. Takes the place of SQLite's
  /// checkpoints of its own.
  public func countLogPages() {
    sqlite3_wal_hook(
      connection.handle,
      { pages, _, _, count in
        pages?.assumingMemoryBound(to: Int.self).pointee = Int(count)
        return SQLITE_OK
      }, connection.logPages)
  }

  /// Pages in the write-ahead log after this connection's last commit: fewer than after the one
  /// before once a checkpoint has let the log begin anew.
  public var logPages: Int { connection.logPages.pointee }
}
