import CSQLite

extension Database {
  /// Copies the whole database into `target`, page by page, while others may write to it.
  ///
  /// A write by another connection makes SQLite start the copy again; one by this connection is
  /// copied along.
  ///
  /// - Parameters:
  ///   - pagesPerStep: how many pages are copied before `progress` is asked; the source is locked
  ///     for reading only during a step.
  ///   - progress: told the pages that remain and the pages in all; false stops the copy.
  /// - Returns: false when `progress` stopped the copy; `target` is then not usable.
  @discardableResult
  public func backup(
    to target: Database, pagesPerStep: Int32 = 1024,
    progress: (_ remaining: Int, _ total: Int) -> Bool = { _, _ in true }
  ) throws(SQLiteError) -> Bool {
    guard
      let backup = sqlite3_backup_init(
        target.connection.handle, "main", connection.handle, "main")
    else {
      throw SQLiteError.last(
        sqlite3_extended_errcode(target.connection.handle), on: target.connection.handle)
    }
    var code = SQLITE_OK
    var isStopped = false
    while !isStopped {
      code = sqlite3_backup_step(backup, pagesPerStep)
      guard code == SQLITE_OK else { break }
      isStopped = !progress(
        Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
    }
    let finished = sqlite3_backup_finish(backup)
    if isStopped { return false }
    guard code == SQLITE_DONE, finished == SQLITE_OK else {
      let failure = code == SQLITE_DONE ? finished : code
      throw SQLiteError.last(failure, on: target.connection.handle)
    }
    return true
  }
}
