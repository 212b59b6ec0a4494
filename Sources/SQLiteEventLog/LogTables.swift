import CallbackCore
import CallbackWire
import EventLog
import SQLite

/// Reads the tables of a log through one connection.
final class LogTables {
  let database: Database
  let lineage: Lineage

  init(_ database: Database) throws(EventLogError) {
    self.database = database
    let bytes = try sqlite { () throws(SQLiteError) -> [UInt8]? in
      let select = try database.statement("SELECT lineage FROM meta")
      defer { select.reset() }
      return try select.step() ? select.bytes(at: 0) : nil
    }
    guard let bytes, let lineage = Lineage(bytes: bytes) else {
      throw .dataLoss("the log has no lineage")
    }
    self.lineage = lineage
  }

  /// Gives the log another lineage; the tables have to be opened anew.
  func setLineage(_ lineage: Lineage) throws(EventLogError) {
    try sqlite { () throws(SQLiteError) in
      let update = try database.statement("UPDATE meta SET lineage = ?")
      try update.bind(lineage.bytes, at: 1)
      try update.run()
    }
  }

  /// The last record that was dropped; empty while all are kept.
  func dropped() throws(EventLogError) -> LogHead {
    let found = try sqlite { () throws(SQLiteError) -> LogHead? in
      let select = try database.statement("SELECT dropped_position, dropped_checksum FROM meta")
      defer { select.reset() }
      return try select.step() ? select.head(at: 0) : nil
    }
    guard let found else { throw .dataLoss("the log has no lineage") }
    return found
  }

  func head() throws(EventLogError) -> LogHead {
    let last = try sqlite { () throws(SQLiteError) -> LogHead? in
      let select = try database.statement(
        "SELECT position, checksum FROM record ORDER BY position DESC LIMIT 1")
      defer { select.reset() }
      return try select.step() ? select.head(at: 0) : nil
    }
    if let last { return last }
    return try dropped()
  }

  /// The end of the log as it was at `position`; nil where that record is not known.
  func head(at position: LogPosition) throws(EventLogError) -> LogHead? {
    let found = try sqlite { () throws(SQLiteError) -> LogHead? in
      let select = try database.statement(
        "SELECT position, checksum FROM record WHERE position = ?")
      defer { select.reset() }
      try select.bind(Int64(clamping: position), at: 1)
      return try select.step() ? select.head(at: 0) : nil
    }
    if let found { return found }
    let dropped = try dropped()
    return dropped.position == position ? dropped : nil
  }

  /// Reads records and checks that each continues the chain.
  func records(after position: LogPosition, limit: Int) throws(EventLogError) -> [EventRecord] {
    guard let start = try head(at: position) else {
      let dropped = try dropped()
      if position < dropped.position { throw .tooOld(earliest: dropped.position) }
      if position >= (try head().position) { return [] }
      throw .dataLoss("the record at \(position) is missing")
    }
    var records: [EventRecord] = []
    var chain = start
    let rows = try sqlite { () throws(SQLiteError) in
      let select = try database.statement(
        "SELECT position, checksum, payload FROM record WHERE position > ? "
          + "ORDER BY position LIMIT ?")
      try select.bind(Int64(clamping: position), at: 1)
      try select.bind(limit, at: 2)
      return select
    }
    defer { rows.reset() }
    while try sqlite({ () throws(SQLiteError) in try rows.step() }) {
      records.append(try rows.record(continuing: &chain))
    }
    return records
  }
}

extension Statement {
  /// Two columns as a position and its checksum.
  func head(at column: Int32) -> LogHead {
    LogHead(
      position: UInt64(bitPattern: int64(at: column)),
      checksum: UInt64(bitPattern: int64(at: column + 1)))
  }

  /// A row of the table of records, which must come right after `chain`.
  fileprivate func record(continuing chain: inout LogHead) throws(EventLogError) -> EventRecord {
    let found = head(at: 0)
    guard found.position == chain.position + 1 else {
      throw .dataLoss("the record at \(chain.position + 1) is missing")
    }
    let previous = chain.checksum
    let record = try withBytes(at: 2) { payload throws(EventLogError) -> EventRecord in
      let checksum = RecordChain.next(
        after: previous, position: found.position, payload: payload)
      guard checksum == found.checksum else {
        throw .dataLoss("the record at \(found.position) is not what was written")
      }
      do {
        return try LogCodec.decodeRecord(payload, at: found.position)
      } catch {
        throw .dataLoss("the record at \(found.position) cannot be read: \(error)")
      }
    }
    chain = found
    return record
  }
}
