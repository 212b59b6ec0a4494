import CallbackCore
import CallbackWire
import EventLog
import Postgres

extension PostgresEventLog {
  func forget(_ id: UInt64, leaving snapshot: LogSnapshot) throws(EventLogError) {
    let stream = PostgresValue.int(try tables.identity().stream)
    let isErased = try link.transaction { connection, deadline throws(PostgresError) in
      // Nobody keeps a snapshot meanwhile, and no other host does the same.
      _ = try connection.run(Self.lockSnapshots, [stream], deadline: deadline)
      let due = try connection.run(Self.due, [stream, .bits(id)], deadline: deadline)
      guard due.count == 1 else { return false }
      let (e164, firstKept, lastLink) = (due.text(0, 0), due.bytes(0, 1), due.int(0, 2))
      let kept = Set(snapshot.callbacks(with: e164).map { idBytes(high: $0.high, low: $0.low) })
      // What other hosts append meanwhile is of later callbacks.
      let gone = try Self.callbacks(with: e164, of: stream, connection, deadline).filter {
        $0.lexicographicallyPrecedes(firstKept) && !kept.contains($0)
      }
      for statement in Self.deleteCallbacks {
        _ = try connection.run(
          statement, [stream, .byteStrings(Array(gone))], deadline: deadline)
      }
      _ = try connection.run(
        Self.deleteLinks, [stream, .text(e164), .int(lastLink)], deadline: deadline)
      // Another host may have kept a newer one, which is without the number as well: records may
      // have been dropped for it.
      let newest = try connection.run(LogTables.newest, [stream], deadline: deadline)
      if newest.count == 0 || newest.head(0).position < snapshot.head.position {
        try Self.replaceSnapshot(with: snapshot, of: stream, connection, deadline)
      }
      try Self.deleteRecords(upTo: snapshot.head, of: stream, connection, deadline)
      _ = try connection.run(
        Self.erased, [stream, .bits(id), .int(Int64(gone.count)), .text(e164)],
        deadline: deadline)
      return true
    }
    if isErased { hasFreed = true }
  }

  /// The server frees what was deleted when it vacuums, which is asked of it here; what its own
  /// log, its backups and its replicas hold is out of reach.
  func overwriteForgotten() throws(EventLogError) {
    guard hasFreed else { return }
    hasFreed = false
    // Others may read what is vacuumed, or hold its locks, and the user may not own the tables: the
    // number is out of the log's reach in any case.
    if let connection = try? link.current() {
      try? connection.execute(
        "SET statement_timeout = 0", deadline: .now + LogLink.statementLimit)
      try? connection.execute(
        "VACUUM (SKIP_LOCKED) callback_log.record, callback_log.callback, callback_log.attempt, "
          + "callback_log.outcome, callback_log.link, callback_log.snapshot_part, "
          + "callback_log.answers, callback_log.forgetting",
        deadline: .now + LogLink.longLimit)
      link.drop()
    }
  }

  /// The callbacks in which a number is, also where it is not what they are placed by: as the
  /// caller's, or as what was dialled before it was changed.
  ///
  /// Reads through the whole history, in the transaction that is open.
  private static func callbacks(
    with e164: String, of stream: PostgresValue, _ connection: PostgresConnection,
    _ deadline: PostgresConnection.Deadline
  ) throws(PostgresError) -> Set<[UInt8]> {
    let pattern = PostgresValue.bytes(Array(e164.utf8))
    var found = Set<[UInt8]>()
    let callbacks = try connection.run(callbacksWith, [stream, pattern], deadline: deadline)
    for row in 0..<callbacks.count
    where try decoded({ () throws(EventLogError) in try callbacks.callback(row, 1) })
      .mentions(e164)
    {
      found.insert(callbacks.bytes(row, 0))
    }
    let attempts = try connection.run(attemptsWith, [stream, pattern], deadline: deadline)
    for row in 0..<attempts.count
    where try decoded({ () throws(EventLogError) in try attempts.attempt(row, 1) })
      .mentions(e164)
    {
      found.insert(attempts.bytes(row, 0))
    }
    let ended = try connection.run(outcomesWith, [stream, .text(e164)], deadline: deadline)
    for row in 0..<ended.count { found.insert(ended.bytes(row, 0)) }
    return found
  }

  /// Says in the server's words that what it keeps cannot be read.
  private static func decoded<Value>(
    _ body: () throws(EventLogError) -> Value
  ) throws(PostgresError) -> Value {
    do {
      return try body()
    } catch {
      throw .server(state: PostgresState.damage + "1", "\(error)")
    }
  }

  private static let callbacksWith = PostgresStatement(
    "callbacks_with",
    "SELECT id, payload FROM callback_log.callback "
      + "WHERE stream = $1 AND position($2 IN payload) > 0", .int, .bytes)
  private static let attemptsWith = PostgresStatement(
    "attempts_with",
    "SELECT callback, payload FROM callback_log.attempt "
      + "WHERE stream = $1 AND position($2 IN payload) > 0", .int, .bytes)
  private static let outcomesWith = PostgresStatement(
    "outcomes_with",
    "SELECT DISTINCT callback FROM callback_log.outcome WHERE stream = $1 AND e164 = $2",
    .int, .text)
  private static let deleteCallbacks = [
    ("callback", "id"), ("attempt", "callback"), ("outcome", "callback"),
  ].map { table, column in
    PostgresStatement(
      "forget_\(table)",
      "DELETE FROM callback_log.\(table) WHERE stream = $1 AND \(column) = ANY ($2)",
      .int, .byteStrings)
  }
  private static let deleteLinks = PostgresStatement(
    "forget_links",
    "DELETE FROM callback_log.link WHERE stream = $1 AND e164 = $2 AND id <= $3",
    .int, .text, .int)
  private static let due = PostgresStatement(
    "due_forgetting",
    "SELECT e164, first_kept, last_link FROM callback_log.forgetting "
      + "WHERE stream = $1 AND id = $2 AND e164 IS NOT NULL", .int, .int)
  /// Nothing is left to do for what was decided of the same number before.
  private static let erased = PostgresStatement(
    "note_forgetting",
    "UPDATE callback_log.forgetting "
      + "SET e164 = NULL, callbacks = CASE id WHEN $2 THEN $3 ELSE 0 END "
      + "WHERE stream = $1 AND id <= $2 AND e164 = $4", .int, .int, .int, .text)
}
