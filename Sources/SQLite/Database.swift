import CSQLite

/// One connection to a SQLite database.
///
/// Not Sendable on purpose: a connection is owned by one actor, thread or lock at a time, and
/// SQLite is opened without mutexes of its own. It closes when it and the statements made with
/// `prepare` are released.
public final class Database {
  /// The most statements kept ready; one more drops them all, which only a caller that builds SQL
  /// out of values would notice.
  private static let cachedStatementLimit = 256

  let connection: Connection
  private var cache: [String: Statement] = [:]

  /// Opens the database at `path` (`:memory:` for one that lives with the connection).
  ///
  /// - Parameters:
  ///   - busyTimeout: how long, in milliseconds, a call waits for a lock that others hold.
  ///   - vfs: the name of a registered virtual file system; nil for the system's own.
  /// - Throws: `SQLiteError`, of kind `access` when the file cannot be opened.
  public init(
    path: String, flags: OpenFlags = [.readWrite, .create], busyTimeout: Int32 = 5000,
    vfs: String? = nil
  ) throws(SQLiteError) {
    var handle: OpaquePointer?
    let bits = flags.rawValue | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, bits, vfs)
    guard code == SQLITE_OK, let handle else {
      let error = SQLiteError.last(code, on: handle)
      sqlite3_close_v2(handle)
      throw error
    }
    connection = Connection(handle: handle)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  /// Runs SQL text that may hold several statements and gives no rows.
  public func execute(_ sql: String) throws(SQLiteError) {
    try connection.check(sqlite3_exec(connection.handle, sql, nil, nil, nil))
  }

  /// A statement for `sql`, prepared once and kept for as long as the database is open.
  ///
  /// The same text gives the same object, reset and with no bindings; a caller that is still
  /// stepping through it must use `prepare` for the second one. A statement that is left before its
  /// last row must be reset, or it keeps its read transaction open.
  public func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let kept = cache[sql] {
      kept.reset()
      kept.clearBindings()
      return kept
    }
    if cache.count >= Self.cachedStatementLimit { cache.removeAll() }
    let made = try Statement(sql, on: connection, isKept: true)
    cache[sql] = made
    return made
  }

  /// A statement of the caller's own, finalised with its last reference.
  public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    try Statement(sql, on: connection, isKept: false)
  }

  /// How many rows the last insert, update or delete changed.
  public var changedRowCount: Int { Int(sqlite3_changes64(connection.handle)) }

  /// The rowid of the last inserted row.
  public var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(connection.handle) }

  /// Stops the statement that runs now, which then fails with the kind `interrupted`.
  public func interrupt() { sqlite3_interrupt(connection.handle) }
}
