import CallbackCore
import CallbackWire
import EventLog
import SQLite
import StoreFiles

/// What was found in a log that is whole.
public struct LogCheck: Hashable, Sendable {
  /// The version of its schema; an older one than this program's is brought forward when the log
  /// is opened for writing.
  public var schema: Int
  /// Which history of positions it is.
  public var lineage: Lineage
  /// Where it ends.
  public var head: LogHead
  /// The position before the oldest record that is kept.
  public var oldest: LogPosition
  /// Records whose chain was followed.
  public var records: Int
  /// Where the newest snapshot ends; nil where there is none.
  public var snapshot: LogPosition?
  /// Callbacks of the history.
  public var callbacks: Int
  /// Outcomes of the history.
  public var outcomes: Int

  /// Checks every page, the chain of all records, the snapshot and the history.
  ///
  /// - Parameter noted: how far the log had come, by its head file; read before the log, because
  ///   the log may go on meanwhile.
  @discardableResult
  static func check(
    _ database: Database, noted: HeadFile.Entry?
  ) throws(EventLogError) -> LogCheck {
    let schema = try Schema.knownVersion(of: database)
    let tables = try LogTables(database)
    try sqlite { () throws(SQLiteError) in try database.begin(.deferred) }
    defer { try? database.rollback() }
    let problems = try tables.rows("PRAGMA integrity_check(10)") { _ in
    } read: { row throws(EventLogError) in
      row.string(at: 0)
    }
    guard problems == ["ok"] else {
      throw .dataLoss(problems.joined(separator: "; "))
    }
    if let loss = try noted?.loss(in: SQLiteEventLogReader(tables)) { throw .dataLoss(loss) }
    let head = try tables.head()
    let oldest = try tables.dropped().position
    try tables.forEachRecord(after: oldest, upTo: head.position) { _ in }
    let snapshot = try tables.latestSnapshot()?.head.position
    return LogCheck(
      schema: schema, lineage: tables.lineage, head: head, oldest: oldest,
      records: Int(head.position - oldest), snapshot: snapshot,
      callbacks: try checkHistory(tables), outcomes: try checkOutcomes(tables))
  }

  private static func checkHistory(_ tables: LogTables) throws(EventLogError) -> Int {
    var count = 0
    var cursor: HistoryCursor?
    while true {
      let page = try tables.history(.all, before: cursor, limit: 1_000)
      guard let last = page.last else { return count }
      count += page.count
      cursor = last.cursor
    }
  }

  private static func checkOutcomes(_ tables: LogTables) throws(EventLogError) -> Int {
    var count = 0
    var position: LogPosition = 0
    while true {
      let page = try tables.outcomes(after: position, limit: 1_000)
      guard let last = page.last else { return count }
      count += page.count
      position = last.position
    }
  }
}
