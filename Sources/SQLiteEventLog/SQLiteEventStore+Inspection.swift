import EventLog
import Glibc
import SQLite
import StoreFiles

extension SQLiteEventStore {
  /// Reads everything that the log in a directory holds and checks it, its end against the head
  /// file; may run beside the process that writes.
  ///
  /// - Throws: `.dataLoss` with what is wrong; `.newerSchema`.
  public static func verify(directory path: String) throws(EventLogError) -> LogCheck {
    // Read before the log, because that may go on meanwhile.
    let noted = HeadFile.entry(at: "\(path)/\(headName)")
    return try check(try readOnlyDatabase(in: path), noted: noted)
  }

  /// Replays the log in a directory up to a moment; may run beside the process that writes.
  ///
  /// - Throws: `.tooOld` for a moment of which records were dropped; `.unavailable` for one that
  ///   has not come; `.dataLoss`; `.newerSchema`.
  public static func replay(
    directory path: String, until end: LogReplay.End
  ) throws(EventLogError) -> LogReplay {
    let database = try readOnlyDatabase(in: path)
    _ = try Schema.knownVersion(of: database)
    return try reading(database) { log throws(EventLogError) in
      try LogReplay(of: log, until: end)
    }
  }

  /// Checks every page, the chain of all records, the snapshot and the history.
  ///
  /// - Parameter noted: how far the log had come, by its head file.
  static func check(
    _ database: Database, noted: HeadFile.Entry?
  ) throws(EventLogError) -> LogCheck {
    let schema = try Schema.knownVersion(of: database)
    return try reading(database) { log throws(EventLogError) in
      let problems = try log.tables.rows("PRAGMA integrity_check(10)") { _ in
      } read: { row throws(EventLogError) in
        row.string(at: 0)
      }
      guard problems == ["ok"] else {
        throw .dataLoss(problems.joined(separator: "; "))
      }
      if let loss = try noted?.loss(in: log) { throw .dataLoss(loss) }
      return try LogCheck(reading: log, schema: schema)
    }
  }

  /// Reads a log as it is at one moment.
  private static func reading<Value>(
    _ database: Database, _ body: (SQLiteEventLogReader) throws(EventLogError) -> Value
  ) throws(EventLogError) -> Value {
    let log = SQLiteEventLogReader(try LogTables(database))
    try sqlite { () throws(SQLiteError) in try database.begin(.deferred) }
    defer { try? database.rollback() }
    return try body(log)
  }

  private static func readOnlyDatabase(in path: String) throws(EventLogError) -> Database {
    let file = "\(path)/\(databaseName)"
    guard access(file, R_OK) == 0 else {
      throw .unavailable("cannot read \(file): \(StoreDirectory.reason())")
    }
    return try database(file, .readOnly, try checkedFileSystem(on: nil))
  }
}
