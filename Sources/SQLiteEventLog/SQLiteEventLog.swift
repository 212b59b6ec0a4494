import CallbackCore
import EventLog
import SQLite
import StoreFiles

/// A log in a SQLite database: WAL, a sync at each commit, one connection that writes and makes
/// the checkpoints.
final class SQLiteEventLog: EventLog, TableReader {
  /// Pages that the WAL has gained at which the next moment after the answers is used for a
  /// checkpoint: 4 MiB.
  static let checkpointThreshold = 1_000

  let tables: LogTables
  private let writer: LogWriter
  private let file: HeadFile
  private var end: LogHead
  /// Set after an append of unknown fate: the log must be opened anew.
  private var isSuspended = false
  /// Pages in the WAL at the last checkpoint.
  private var checkpointed = 0
  /// Set when there was no room: what the WAL holds twice can be given back.
  private var wantsRoom = false

  var onAppend: (@Sendable (LogHead) -> Void)?

  var database: Database { tables.database }

  init(_ database: Database, _ file: HeadFile) throws(EventLogError) {
    tables = try LogTables(database)
    writer = try sqlite { () throws(SQLiteError) in try LogWriter(database) }
    self.file = file
    database.countLogPages()
    end = try tables.head()
  }

  func head() throws(EventLogError) -> LogHead { end }

  // MARK: - Appending

  func append(_ batch: LogBatch, after position: LogPosition) -> AppendResult {
    guard !isSuspended else { return .refused(.unavailable("the log must be opened anew")) }
    guard position == end.position else { return .conflict }
    var after = end
    do {
      try database.begin(.immediate)
      for record in batch.records { try writer.write(record, after: &after) }
      for change in batch.history { try writer.write(change) }
    } catch {
      return refuse(error)
    }
    do {
      try database.commit()
    } catch {
      return failCommit(error, after)
    }
    end = after
    noteHead()
    onAppend?(end)
    return .appended(end)
  }

  /// Nothing of a transaction that did not reach its COMMIT is in the log.
  private func refuse(_ error: SQLiteError) -> AppendResult {
    if error.kind == .full { wantsRoom = true }
    do { try database.rollback() } catch { isSuspended = true }
    return .refused(RefusalReason(error))
  }

  /// A COMMIT that found no room has not written its last frame, and a transaction without that is
  /// none. After any other failure, a failed sync above all, nobody knows.
  private func failCommit(_ error: SQLiteError, _ after: LogHead) -> AppendResult {
    if error.kind == .full {
      wantsRoom = true
      do {
        try database.rollback()
        return .refused(.full)
      } catch {
        isSuspended = true
        return .unknown(
          UnsettledAppend(before: end, after: after, cause: error.description))
      }
    }
    isSuspended = true
    try? database.rollback()
    return .unknown(UnsettledAppend(before: end, after: after, cause: error.description))
  }

  /// Notes the head in the file beside the database.
  func noteHead() { file.write(HeadFile.Entry(lineage: lineage, head: end)) }

  // MARK: - Settling

  /// After a failed sync the system may show pages that are not on the disk, and may not write
  /// them again. A full checkpoint writes what the WAL shows into the database itself, syncs that,
  /// and empties the WAL: what is there afterwards is durable, and what is not cannot come back.
  func settle(_ append: UnsettledAppend) -> AppendResult {
    do {
      try database.checkpoint(.truncate)
    } catch {
      return .unknown(append)
    }
    if append.after != append.before, end == append.after { return .appended(end) }
    if end == append.before { return .refused(.unavailable(append.cause)) }
    return .conflict
  }

  // MARK: - Maintenance

  func probe() throws(EventLogError) {
    try sqlite { () throws(SQLiteError) in
      try database.execute("UPDATE meta SET lineage = lineage")
    }
  }

  func maintain() throws(EventLogError) {
    if wantsRoom {
      wantsRoom = false
      // It has to make the database larger before the WAL becomes smaller: it may fail as well.
      _ = try? database.checkpoint(.truncate)
    }
    let pages = database.logPages
    // With fewer than there were, the WAL has begun anew.
    guard pages - (pages < checkpointed ? 0 : checkpointed) >= Self.checkpointThreshold else {
      return
    }
    checkpointed = pages
    _ = try sqlite { () throws(SQLiteError) in try database.checkpoint(.passive) }
  }

  func close() {
    // A WAL that is empty opens faster; where this fails the next opening reads the WAL.
    _ = try? database.checkpoint(.truncate)
    isSuspended = true
  }

  /// Gives the log a new lineage after a loss that was accepted.
  func beginNewLineage() throws(EventLogError) -> Database {
    let lineage = Lineage.random()
    try tables.setLineage(lineage)
    try file.replace(with: HeadFile.Entry(lineage: lineage, head: end))
    return database
  }
}

extension RefusalReason {
  /// What a database error before the COMMIT means.
  init(_ error: SQLiteError) {
    if error.isDamage { self = .damaged(error.description); return }
    switch error.kind {
    case .full: self = .full
    case .corrupt, .inputOutput, .busy, .constraint, .access, .interrupted, .tooLarge, .other:
      self = .unavailable(error.description)
    }
  }
}
