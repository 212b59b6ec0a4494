import CallbackCore
import EventLog

/// A log, or a part of one, that is read through its tables.
protocol TableReader: EventLogReader {
  var tables: LogTables { get }
}

/// Reads a log beside the one that writes.
final class SQLiteEventLogReader: TableReader {
  let tables: LogTables

  init(_ tables: LogTables) { self.tables = tables }
}

extension TableReader {
  var lineage: Lineage { tables.lineage }

  func head() throws(EventLogError) -> LogHead { try tables.head() }

  func head(at position: LogPosition) throws(EventLogError) -> LogHead? {
    try tables.head(at: position)
  }

  func oldestPosition() throws(EventLogError) -> LogPosition { try tables.dropped().position }

  func records(after position: LogPosition, limit: Int) throws(EventLogError) -> [EventRecord] {
    try tables.records(after: position, limit: limit)
  }

  func latestSnapshot() throws(EventLogError) -> LogSnapshot? { try tables.latestSnapshot() }

  func history(
    _ query: HistoryQuery, before cursor: HistoryCursor?, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    try tables.history(query, before: cursor, limit: limit)
  }

  func callback(_ id: CallbackID) throws(EventLogError) -> HistoryCallback? {
    try tables.callback(id)
  }

  func outcomes(after position: LogPosition, limit: Int) throws(EventLogError) -> [OutcomeEntry] {
    try tables.outcomes(after: position, limit: limit)
  }

  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    try tables.forgettings(after: id, limit: limit)
  }

  func unfinishedForgettings() throws(EventLogError) -> [UnfinishedForgetting] {
    try tables.unfinishedForgettings()
  }

  func forgetting(by request: Fingerprint) throws(EventLogError) -> UInt64? {
    try tables.forgetting(by: request)
  }

  func outcomePosition(since time: WallTime) throws(EventLogError) -> LogPosition {
    try tables.outcomePosition(since: time)
  }
}
