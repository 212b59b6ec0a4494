import CSQLite

extension Database {
  /// What `PRAGMA name` answers; nil where it answers nothing.
  ///
  /// - Parameter name: a name out of the program, never out of input: it becomes part of the SQL.
  public func pragma(_ name: String) throws(SQLiteError) -> String? {
    try answer("PRAGMA \(name)")
  }

  /// Sets a pragma and gives what SQLite answered, which for `journal_mode` is the mode in force.
  ///
  /// - Parameters: out of the program, never out of input: they become part of the SQL.
  @discardableResult
  public func setPragma(_ name: String, to value: String) throws(SQLiteError) -> String? {
    try answer("PRAGMA \(name) = \(value)")
  }

  /// The first column of the first row, after the statement has run to its end.
  private func answer(_ sql: String) throws(SQLiteError) -> String? {
    let statement = try prepare(sql)
    guard try statement.step() else { return nil }
    let text = statement.isNull(at: 0) ? nil : statement.string(at: 0)
    while try statement.step() {}
    return text
  }

  /// How far a checkpoint goes.
  public enum CheckpointMode: Int32, Sendable {
    /// As far as it gets without waiting for anybody.
    case passive = 0
    /// Waits for writers and copies every frame.
    case full = 1
    /// As `full`, and then waits for readers, so that the log starts anew.
    case restart = 2
    /// As `restart`, and then cuts the log to no length.
    case truncate = 3
  }

  /// What a checkpoint did.
  public struct Checkpoint: Hashable, Sendable {
    /// Frames in the write-ahead log; -1 where the database is not in WAL mode.
    public let frames: Int
    /// Frames of it that are in the database file.
    public let checkpointedFrames: Int
  }

  /// Copies frames of the write-ahead log into the database file.
  ///
  /// - Throws: `SQLiteError` of kind `busy` when the mode waits for somebody who did not leave.
  @discardableResult
  public func checkpoint(_ mode: CheckpointMode = .passive) throws(SQLiteError) -> Checkpoint {
    var frames: Int32 = 0
    var copied: Int32 = 0
    try connection.check(
      sqlite3_wal_checkpoint_v2(connection.handle, nil, mode.rawValue, &frames, &copied))
    return Checkpoint(frames: Int(frames), checkpointedFrames: Int(copied))
  }
}
