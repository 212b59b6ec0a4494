import CallbackCore
import CallbackWire
import EventLog
import Postgres

extension PostgresEventLog {
  /// The server frees what was deleted when it vacuums, which is asked of it here; what its own
  /// log, its backups and its replicas hold is out of reach.
  func forget(_ forgetting: Forgetting) throws(EventLogError) -> ForgettingEntry {
    if forgetting.isRepeated, let request = forgetting.request,
      let kept = try tables.forgetting(by: request)
    {
      return kept
    }
    let stream = PostgresValue.int(try tables.identity().stream)
    var gone: [[UInt8]] = []
    let id = try link.transaction { connection, deadline throws(PostgresError) in
      // Nobody keeps a snapshot meanwhile.
      _ = try connection.run(Self.lockSnapshots, [stream], deadline: deadline)
      gone = try Self.callbacks(with: forgetting.e164, of: stream, connection, deadline)
      for statement in Self.deleteCallbacks {
        _ = try connection.run(statement, [stream, .byteStrings(gone)], deadline: deadline)
      }
      for statement in Self.deleteNumber {
        _ = try connection.run(statement, [stream, .text(forgetting.e164)], deadline: deadline)
      }
      // Another host may have kept a newer one, which is without the number as well: records may
      // have been dropped for it.
      let kept = try connection.run(LogTables.newest, [stream], deadline: deadline)
      if kept.count == 0 || kept.head(0).position < forgetting.snapshot.head.position {
        try Self.replaceSnapshot(with: forgetting.snapshot, of: stream, connection, deadline)
      }
      try Self.deleteRecords(
        upTo: forgetting.snapshot.head, of: stream, connection, deadline)
      return try connection.run(
        Self.insert,
        [
          stream, .int(forgetting.at.milliseconds), .int(Int64(forgetting.actor.userID)),
          .int(Int64(gone.count)), forgetting.request.map { .bytes($0.bytes) } ?? .null,
        ], deadline: deadline
      ).bits(0, 0)
    }
    // Others may read what is vacuumed, or hold its locks, and the user may not own the tables: the
    // number is out of the log's reach in any case.
    if let connection = try? link.current() {
      try? connection.execute(
        "SET statement_timeout = 0", deadline: .now + LogLink.statementLimit)
      try? connection.execute(
        "VACUUM (SKIP_LOCKED) callback_log.record, callback_log.callback, callback_log.attempt, "
          + "callback_log.outcome, callback_log.link, callback_log.snapshot_part, "
          + "callback_log.answers",
        deadline: .now + LogLink.longLimit)
      link.drop()
    }
    return ForgettingEntry(
      id: id, at: forgetting.at, actor: forgetting.actor, callbacks: UInt64(gone.count))
  }

  /// The callbacks in which a number is, also where it is not what they are placed by: as the
  /// caller's, or as what was dialled before it was changed.
  ///
  /// Reads through the whole history, in the transaction that is open.
  private static func callbacks(
    with e164: String, of stream: PostgresValue, _ connection: PostgresConnection,
    _ deadline: PostgresConnection.Deadline
  ) throws(PostgresError) -> [[UInt8]] {
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
    return Array(found)
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
  private static let deleteNumber = ["outcome", "link"].map { table in
    PostgresStatement(
      "forget_number_\(table)",
      "DELETE FROM callback_log.\(table) WHERE stream = $1 AND e164 = $2", .int, .text)
  }
  private static let insert = PostgresStatement(
    "note_forgetting",
    "INSERT INTO callback_log.forgetting (stream, at, actor, callbacks, request) "
      + "VALUES ($1, $2, $3, $4, $5) RETURNING id", .int, .int, .int, .int, .bytes)
}
