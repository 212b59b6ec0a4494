import CallbackCore
import CallbackWire
import EventLog
import Postgres

extension PostgresEventLog {
  /// Keeps a snapshot unless another host has kept one as new, or keeps one now.
  func save(_ snapshot: LogSnapshot) throws(EventLogError) {
    let stream = PostgresValue.int(try tables.identity().stream)
    try link.transaction { connection, deadline throws(PostgresError) in
      let free = try connection.run(Self.trySnapshots, [stream], deadline: deadline)
      guard free.bytes(0, 0) == [1] else { return }
      // Looked at under the lock: an older snapshot never takes the place of a newer one, which
      // records may have been dropped for.
      let kept = try connection.run(LogTables.newest, [stream], deadline: deadline)
      if kept.count > 0, kept.head(0).position >= snapshot.head.position { return }
      try Self.replaceSnapshot(with: snapshot, of: stream, connection, deadline)
    }
  }

  func answersKept() throws(EventLogError) -> UInt64 {
    let rows = try tables.rows(Self.answersEnd)
    return rows.count > 0 ? rows.bits(0, 0) : 0
  }

  func dropRecords(upTo position: LogPosition) throws(EventLogError) {
    guard let covered = try tables.snapshotRow()?.head.position, covered >= position,
      let head = try tables.head(at: position)
    else { return }
    let stream = PostgresValue.int(try tables.identity().stream)
    try link.transaction { connection, deadline throws(PostgresError) in
      try Self.deleteRecords(upTo: head, of: stream, connection, deadline)
    }
  }

  /// Writes a snapshot in the place of the ones there are, in the transaction that is open;
  /// answers that it leaves out stay.
  static func replaceSnapshot(
    with snapshot: LogSnapshot, of stream: PostgresValue, _ connection: PostgresConnection,
    _ deadline: PostgresConnection.Deadline
  ) throws(PostgresError) {
    let position = PostgresValue.bits(snapshot.head.position)
    _ = try connection.run(lockSnapshots, [stream], deadline: deadline)
    for statement in [deleteSnapshots, deleteParts] {
      _ = try connection.run(statement, [stream], deadline: deadline)
    }
    try replaceAnswers(with: snapshot.state, of: stream, connection, deadline)
    var parts: Int64 = 0
    var digest: UInt64 = 0
    try SnapshotCodec.encode(snapshot.state.withoutAnswers) { bytes throws(PostgresError) in
      digest = bytes.withUnsafeBytes {
        RecordChain.next(after: digest, position: snapshot.head.position, payload: $0)
      }
      _ = try connection.run(
        insertPart, [stream, position, .int(parts), .bytes(bytes)], deadline: deadline)
      parts += 1
    }
    _ = try connection.run(
      insertSnapshot,
      [stream, position, .bits(snapshot.head.checksum), .int(parts), .bits(digest)],
      deadline: deadline)
  }

  /// Drops the answers that are no longer remembered, and adds those that the snapshot holds.
  private static func replaceAnswers(
    with state: Snapshot, of stream: PostgresValue, _ connection: PostgresConnection,
    _ deadline: PostgresConnection.Deadline
  ) throws(PostgresError) {
    _ = try connection.run(
      deleteAnswers, [stream, .bits(state.answersFrom), .bits(state.counters.firstAnswer)],
      deadline: deadline)
    var first = state.answersFrom
    try AnswerParts.encode(state.answers) { count, bytes throws(PostgresError) in
      let checksum = bytes.withUnsafeBytes { RecordChain.digest($0) }
      _ = try connection.run(
        insertAnswers,
        [stream, .bits(first), .int(Int64(count)), .bits(checksum), .bytes(bytes)],
        deadline: deadline)
      first += UInt64(count)
    }
  }

  /// Deletes records in the transaction that is open.
  static func deleteRecords(
    upTo head: LogHead, of stream: PostgresValue, _ connection: PostgresConnection,
    _ deadline: PostgresConnection.Deadline
  ) throws(PostgresError) {
    let position = PostgresValue.bits(head.position)
    _ = try connection.run(dropRecords, [stream, position], deadline: deadline)
    _ = try connection.run(
      noteDropped, [stream, position, .bits(head.checksum)], deadline: deadline)
  }

  /// Held by whoever writes a snapshot, until the transaction's end; the class beside that of turns.
  private static let snapshotLocks = turnLocks + 1
  static let lockSnapshots = PostgresStatement(
    "lock_snapshots", "SELECT pg_advisory_xact_lock(\(snapshotLocks), $1::int)", .int)
  private static let trySnapshots = PostgresStatement(
    "try_snapshots", "SELECT pg_try_advisory_xact_lock(\(snapshotLocks), $1::int)", .int)
  private static let deleteSnapshots = PostgresStatement(
    "delete_snapshots", "DELETE FROM callback_log.snapshot WHERE stream = $1", .int)
  private static let deleteParts = PostgresStatement(
    "delete_parts", "DELETE FROM callback_log.snapshot_part WHERE stream = $1", .int)
  private static let answersEnd = PostgresStatement(
    "answers_end",
    "SELECT first + count FROM callback_log.answers WHERE stream = $1 ORDER BY first DESC LIMIT 1",
    .int)
  private static let deleteAnswers = PostgresStatement(
    "delete_answers",
    "DELETE FROM callback_log.answers "
      + "WHERE stream = $1 AND (first + count > $2 OR first + count <= $3)", .int, .int, .int)
  private static let insertAnswers = PostgresStatement(
    "insert_answers", "INSERT INTO callback_log.answers VALUES ($1, $2, $3, $4, $5)",
    .int, .int, .int, .int, .bytes)
  private static let insertPart = PostgresStatement(
    "insert_part", "INSERT INTO callback_log.snapshot_part VALUES ($1, $2, $3, $4)",
    .int, .int, .int, .bytes)
  private static let insertSnapshot = PostgresStatement(
    "insert_snapshot", "INSERT INTO callback_log.snapshot VALUES ($1, $2, $3, $4, $5)",
    .int, .int, .int, .int, .int)
  private static let dropRecords = PostgresStatement(
    "drop_records", "DELETE FROM callback_log.record WHERE stream = $1 AND position <= $2",
    .int, .int)
  /// Two hosts may drop at once; what is dropped never comes back.
  private static let noteDropped = PostgresStatement(
    "note_dropped",
    "UPDATE callback_log.stream SET dropped_position = $2, dropped_checksum = $3 "
      + "WHERE number = $1 AND dropped_position < $2", .int, .int, .int)
}

extension LogTables {
  /// What is written of a snapshot beside its parts.
  struct SnapshotRow {
    var head: LogHead
    var parts: Int64
    var digest: UInt64
  }

  /// The newest snapshot's row; nil where there is none.
  func snapshotRow() throws(EventLogError) -> SnapshotRow? {
    let rows = try rows(Self.newest)
    guard rows.count > 0 else { return nil }
    return SnapshotRow(head: rows.head(0), parts: rows.int(0, 2), digest: rows.bits(0, 3))
  }

  func latestSnapshot() throws(EventLogError) -> LogSnapshot? {
    while let row = try snapshotRow() {
      var state = Snapshot()
      var digest: UInt64 = 0
      var part: Int64 = 0
      let position = row.head.position
      while true {
        // One at a time: that bounds the memory.
        let found = try rows(Self.part, [.bits(position), .int(part)])
        guard found.count == 1 else { break }
        try found.withBytes(0, 0) { bytes throws(EventLogError) in
          digest = RecordChain.next(after: digest, position: position, payload: bytes)
          do { try SnapshotCodec.decode(bytes, into: &state) } catch {
            throw .dataLoss("the snapshot at \(position) cannot be read: \(error)")
          }
        }
        part += 1
      }
      if part == row.parts, digest == row.digest, try readAnswers(into: &state) {
        guard try head(at: position) == row.head else {
          throw .dataLoss("the snapshot at \(position) is not of this log")
        }
        return LogSnapshot(head: row.head, state: state)
      }
      // Another host may have put a newer one in its place meanwhile.
      guard let now = try snapshotRow(), now.head.position > position else {
        throw .dataLoss("the snapshot at \(position) is not what was written")
      }
    }
    return nil
  }

  /// Adds the answers that the parts of a snapshot leave out; false where some are missing.
  private func readAnswers(into state: inout Snapshot) throws(EventLogError) -> Bool {
    guard state.answersFrom > state.counters.firstAnswer else { return true }
    var found = AnswerParts(leftOutOf: state)
    var next: UInt64 = 0
    while true {
      // One at a time: that bounds the memory.
      let rows = try rows(Self.nextAnswers, [.bits(next)])
      guard rows.count == 1 else { break }
      let first = rows.bits(0, 0)
      try rows.withBytes(0, 2) { bytes throws(EventLogError) in
        guard RecordChain.digest(bytes) == rows.bits(0, 1) else {
          throw .dataLoss("the answers from number \(first) on are not what was written")
        }
        do { try found.add(bytes, from: first) } catch {
          throw .dataLoss("the answers from number \(first) on cannot be read: \(error)")
        }
      }
      next = first + 1
    }
    return found.complete(&state)
  }

  private static let nextAnswers = PostgresStatement(
    "next_answers",
    "SELECT first, checksum, payload FROM callback_log.answers "
      + "WHERE stream = $1 AND first >= $2 ORDER BY first LIMIT 1", .int, .int)
  static let newest = PostgresStatement(
    "newest_snapshot",
    "SELECT position, checksum, parts, digest FROM callback_log.snapshot WHERE stream = $1 "
      + "ORDER BY position DESC LIMIT 1", .int)
  private static let part = PostgresStatement(
    "snapshot_part",
    "SELECT payload FROM callback_log.snapshot_part "
      + "WHERE stream = $1 AND position = $2 AND part = $3", .int, .int, .int)
}
