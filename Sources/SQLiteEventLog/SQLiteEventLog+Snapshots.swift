import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension SQLiteEventLog {
  func save(_ snapshot: LogSnapshot) throws(EventLogError) {
    try sqlite { () throws(SQLiteError) in
      try database.transaction { () throws(SQLiteError) in try replaceSnapshot(snapshot) }
    }
  }

  func answersKept() throws(EventLogError) -> UInt64 { try tables.answersEnd() }

  /// Writes a snapshot in the place of the one there is, in the transaction that is open; answers
  /// that it leaves out stay.
  func replaceSnapshot(_ snapshot: LogSnapshot) throws(SQLiteError) {
    try database.execute("DELETE FROM snapshot; DELETE FROM snapshot_part")
    try replaceAnswers(with: snapshot.state)
    let (parts, digest) = try write(snapshot)
    let insert = try database.statement("INSERT INTO snapshot VALUES (?, ?, ?, ?)")
    try insert.bind(Int64(bitPattern: snapshot.head.position), at: 1)
    try insert.bind(Int64(bitPattern: snapshot.head.checksum), at: 2)
    try insert.bind(parts, at: 3)
    try insert.bind(Int64(bitPattern: digest), at: 4)
    try insert.run()
  }

  func dropRecords(upTo position: LogPosition) throws(EventLogError) {
    guard let covered = try tables.snapshotRow()?.head.position, covered >= position,
      let head = try tables.head(at: position)
    else { return }
    try sqlite { () throws(SQLiteError) in
      try database.transaction { () throws(SQLiteError) in try deleteRecords(upTo: head) }
    }
  }

  /// Deletes records in the transaction that is open.
  func deleteRecords(upTo head: LogHead) throws(SQLiteError) {
    let delete = try database.statement("DELETE FROM record WHERE position <= ?")
    try delete.bind(Int64(bitPattern: head.position), at: 1)
    try delete.run()
    let update = try database.statement(
      "UPDATE meta SET dropped_position = ?, dropped_checksum = ?")
    try update.bind(Int64(bitPattern: head.position), at: 1)
    try update.bind(Int64(bitPattern: head.checksum), at: 2)
    try update.run()
  }

  /// Drops the answers that are no longer remembered, and adds those that the snapshot holds.
  private func replaceAnswers(with state: Snapshot) throws(SQLiteError) {
    let delete = try database.statement(
      "DELETE FROM answers WHERE first + count > ? OR first + count <= ?")
    try delete.bind(Int64(bitPattern: state.answersFrom), at: 1)
    try delete.bind(Int64(bitPattern: state.counters.firstAnswer), at: 2)
    try delete.run()
    let insert = try database.statement("INSERT INTO answers VALUES (?, ?, ?, ?)")
    var first = state.answersFrom
    try AnswerParts.encode(state.answers) { count, bytes throws(SQLiteError) in
      try insert.bind(Int64(bitPattern: first), at: 1)
      try insert.bind(count, at: 2)
      try insert.bind(Int64(bitPattern: bytes.withUnsafeBytes { RecordChain.digest($0) }), at: 3)
      try insert.bind(bytes, at: 4)
      try insert.run()
      first += UInt64(count)
    }
  }

  /// Writes the parts without the answers; gives their number and the digest over all of them.
  private func write(
    _ snapshot: LogSnapshot
  ) throws(SQLiteError) -> (parts: Int, digest: UInt64) {
    let insert = try database.statement(
      "INSERT INTO snapshot_part (position, payload) VALUES (?, ?)")
    var parts = 0
    var digest: UInt64 = 0
    try SnapshotCodec.encode(snapshot.state.withoutAnswers) { bytes throws(SQLiteError) in
      digest = bytes.withUnsafeBytes {
        RecordChain.next(after: digest, position: snapshot.head.position, payload: $0)
      }
      parts += 1
      try insert.bind(Int64(bitPattern: snapshot.head.position), at: 1)
      try insert.bind(bytes, at: 2)
      try insert.run()
    }
    return (parts, digest)
  }
}

extension LogTables {
  /// What is written of the newest snapshot beside its parts; nil where there is none.
  fileprivate func snapshotRow() throws(EventLogError) -> SnapshotRow? {
    try rows(
      "SELECT position, checksum, parts, digest FROM snapshot ORDER BY position DESC LIMIT 1"
    ) { _ in
    } read: { row throws(EventLogError) in
      SnapshotRow(
        head: row.head(at: 0), parts: Int(row.int64(at: 2)),
        digest: UInt64(bitPattern: row.int64(at: 3)))
    }.first
  }

  func latestSnapshot() throws(EventLogError) -> LogSnapshot? {
    guard let row = try snapshotRow() else { return nil }
    var state = Snapshot()
    var digest: UInt64 = 0
    var parts = 0
    _ = try rows(
      "SELECT payload FROM snapshot_part WHERE position = ? ORDER BY part"
    ) { select throws(SQLiteError) in
      try select.bind(Int64(bitPattern: row.head.position), at: 1)
    } read: { part throws(EventLogError) in
      parts += 1
      try part.withBytes(at: 0) { bytes throws(EventLogError) in
        digest = RecordChain.next(after: digest, position: row.head.position, payload: bytes)
        do { try SnapshotCodec.decode(bytes, into: &state) } catch {
          throw .dataLoss("the snapshot at \(row.head.position) cannot be read: \(error)")
        }
      }
    }
    guard parts == row.parts, digest == row.digest else {
      throw .dataLoss("the snapshot at \(row.head.position) is not what was written")
    }
    guard try head(at: row.head.position) == row.head else {
      throw .dataLoss("the snapshot at \(row.head.position) is not of this log")
    }
    try readAnswers(into: &state)
    return LogSnapshot(head: row.head, state: state)
  }

  /// The number behind the last answer that is kept; 0 where none is.
  fileprivate func answersEnd() throws(EventLogError) -> UInt64 {
    try rows("SELECT first + count FROM answers ORDER BY first DESC LIMIT 1") { _ in
    } read: { row throws(EventLogError) in
      UInt64(bitPattern: row.int64(at: 0))
    }.first ?? 0
  }

  /// Adds the answers that the parts of a snapshot leave out.
  private func readAnswers(into state: inout Snapshot) throws(EventLogError) {
    // Also where the log is older than the table.
    guard state.answersFrom > state.counters.firstAnswer else { return }
    let position = state.counters.position
    var found = AnswerParts(leftOutOf: state)
    _ = try rows("SELECT first, checksum, payload FROM answers ORDER BY first") { _ in
    } read: { row throws(EventLogError) in
      let first = UInt64(bitPattern: row.int64(at: 0))
      try row.withBytes(at: 2) { bytes throws(EventLogError) in
        guard RecordChain.digest(bytes) == UInt64(bitPattern: row.int64(at: 1)) else {
          throw .dataLoss("the answers from number \(first) on are not what was written")
        }
        do { try found.add(bytes, from: first) } catch {
          throw .dataLoss("the answers from number \(first) on cannot be read: \(error)")
        }
      }
    }
    guard found.complete(&state) else {
      throw .dataLoss("answers of the snapshot at \(position) are missing")
    }
  }
}

fileprivate struct SnapshotRow {
  var head: LogHead
  var parts: Int
  var digest: UInt64
}
