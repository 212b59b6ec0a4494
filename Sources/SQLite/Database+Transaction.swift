import CSQLite

extension Database {
  /// When a transaction takes its lock.
  public enum TransactionKind: String, Sendable {
    /// At the first read or write.
    case deferred = "BEGIN DEFERRED"
    /// At once, for writing.
    case immediate = "BEGIN IMMEDIATE"
    /// At once, for writing; without WAL it keeps readers out as well.
    case exclusive = "BEGIN EXCLUSIVE"
  }

  /// Whether a transaction is open: false again after an error that made SQLite roll back.
  public var isInTransaction: Bool { sqlite3_get_autocommit(connection.handle) == 0 }

  /// Opens a transaction.
  public func begin(_ kind: TransactionKind = .immediate) throws(SQLiteError) {
    try statement(kind.rawValue).run()
  }

  /// Commits the open transaction.
  ///
  /// - Throws: `SQLiteError` with COMMIT's own result. While `isInTransaction` is still true
  ///   afterwards nothing was committed and the commit may be repeated or rolled back; where it is
  ///   false the caller judges by the code whether the frames may have reached the disk.
  public func commit() throws(SQLiteError) { try statement("COMMIT").run() }

  /// Takes the open transaction back; does nothing where SQLite has already done so.
  public func rollback() throws(SQLiteError) {
    if isInTransaction { try statement("ROLLBACK").run() }
  }

  /// Runs `body` in a transaction and commits it; rolls back when the body or the commit throws.
  ///
  /// - Throws: what the body or COMMIT threw. A rollback that fails as well is not reported: the
  ///   transaction then stays open and `isInTransaction` tells.
  public func transaction<Result>(
    _ kind: TransactionKind = .immediate, _ body: () throws(SQLiteError) -> Result
  ) throws(SQLiteError) -> Result {
    try begin(kind)
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      try? rollback()
      throw error
    }
  }
}
