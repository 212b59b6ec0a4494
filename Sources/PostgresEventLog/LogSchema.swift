import EventLog
import Postgres

/// The tables of the logs in a database: many streams, one a call center.
enum LogSchema {
  /// The version that this program writes. A higher one is refused.
  static let version: Int64 = 3

  /// Held by whoever makes or changes the tables: "CBLG".
  private static let lock = 0x4342_4c47

  /// Makes the tables where they are missing, and brings older ones forward.
  ///
  /// - Throws: `.newerSchema`; `.unavailable` when the server does not keep what it acknowledges,
  ///   or the user may not make the tables.
  static func prepare(
    _ connection: PostgresConnection, deadline: PostgresConnection.Deadline
  ) throws(EventLogError) {
    try checkServer(connection, deadline)
    if let found = try version(connection, deadline) {
      guard found <= version else {
        throw .newerSchema(found: Int(found), known: Int(version))
      }
      if found == version { return }
    }
    // So far each version has added tables or columns to the one before.
    try postgres { () throws(PostgresError) in
      try connection.execute(
        "BEGIN; SELECT pg_advisory_xact_lock(\(lock)); \(tables) "
          + "INSERT INTO callback_log.meta VALUES (true, \(version)) "
          + "ON CONFLICT (single) DO UPDATE SET version = \(version) "
          + "WHERE meta.version < \(version); COMMIT", deadline: deadline)
    }
  }

  /// The version of the tables in a database that must hold some, and not newer ones than this
  /// program's.
  static func knownVersion(
    _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) -> Int {
    guard let found = try version(connection, deadline) else {
      throw .unavailable("the database holds no logs of callbackd")
    }
    guard found <= version else { throw .newerSchema(found: Int(found), known: Int(version)) }
    return Int(found)
  }

  private static func checkServer(
    _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) {
    let settings = try postgres { () throws(PostgresError) in
      try connection.run(
        PostgresStatement(
          "server", "SELECT current_setting('fsync'), current_setting('full_page_writes')"),
        deadline: deadline)
    }
    for (column, name) in ["fsync", "full_page_writes"].enumerated()
    where settings.text(0, column) != "on" {
      throw .unavailable(
        "the database server runs with \(name) = off: it would lose what it acknowledges")
    }
  }

  /// The version of the tables; nil where there are none.
  private static func version(
    _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) -> Int64? {
    try postgres { () throws(PostgresError) in
      let there = try connection.run(
        PostgresStatement("there", "SELECT to_regclass('callback_log.meta') IS NOT NULL"),
        deadline: deadline)
      guard there.bytes(0, 0) == [1] else { return nil }
      let rows = try connection.run(
        PostgresStatement("version", "SELECT version FROM callback_log.meta"), deadline: deadline)
      return rows.count == 1 ? rows.int(0, 0) : nil
    }
  }

  private static let tables = """
    CREATE SCHEMA IF NOT EXISTS callback_log;
    CREATE TABLE IF NOT EXISTS callback_log.meta (
      single boolean PRIMARY KEY CHECK (single),
      version bigint NOT NULL
    );
    CREATE TABLE IF NOT EXISTS callback_log.stream (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE,
      lineage bytea NOT NULL,
      dropped_position bigint NOT NULL DEFAULT 0,
      dropped_checksum bigint NOT NULL DEFAULT 0,
      next_host bigint NOT NULL DEFAULT 1,
      engine_ms bigint,
      engine_at timestamptz
    );
    CREATE TABLE IF NOT EXISTS callback_log.host (
      stream bigint NOT NULL,
      host bigint NOT NULL,
      name text NOT NULL,
      epoch bigint NOT NULL,
      expires timestamptz NOT NULL,
      PRIMARY KEY (stream, host),
      UNIQUE (stream, name)
    );
    CREATE TABLE IF NOT EXISTS callback_log.record (
      stream bigint NOT NULL,
      position bigint NOT NULL,
      checksum bigint NOT NULL,
      payload bytea NOT NULL,
      PRIMARY KEY (stream, position)
    );
    CREATE TABLE IF NOT EXISTS callback_log.snapshot (
      stream bigint NOT NULL,
      position bigint NOT NULL,
      checksum bigint NOT NULL,
      parts bigint NOT NULL,
      digest bigint NOT NULL,
      PRIMARY KEY (stream, position)
    );
    CREATE TABLE IF NOT EXISTS callback_log.snapshot_part (
      stream bigint NOT NULL,
      position bigint NOT NULL,
      part bigint NOT NULL,
      payload bytea NOT NULL,
      PRIMARY KEY (stream, position, part)
    );
    CREATE TABLE IF NOT EXISTS callback_log.answers (
      stream bigint NOT NULL,
      first bigint NOT NULL,
      count bigint NOT NULL,
      checksum bigint NOT NULL,
      payload bytea NOT NULL,
      PRIMARY KEY (stream, first)
    );
    CREATE TABLE IF NOT EXISTS callback_log.callback (
      stream bigint NOT NULL,
      id bytea NOT NULL,
      requested_at bigint NOT NULL,
      e164 text COLLATE "C" NOT NULL,
      payload bytea NOT NULL,
      PRIMARY KEY (stream, id)
    );
    CREATE INDEX IF NOT EXISTS callback_by_number
      ON callback_log.callback (stream, e164, requested_at, id);
    CREATE INDEX IF NOT EXISTS callback_by_time
      ON callback_log.callback (stream, requested_at, id);
    CREATE TABLE IF NOT EXISTS callback_log.attempt (
      stream bigint NOT NULL,
      id bytea NOT NULL,
      callback bytea NOT NULL,
      agent text COLLATE "C" NOT NULL,
      accepted_at bigint NOT NULL,
      payload bytea NOT NULL,
      PRIMARY KEY (stream, id)
    );
    CREATE INDEX IF NOT EXISTS attempt_by_callback
      ON callback_log.attempt (stream, callback, id);
    CREATE INDEX IF NOT EXISTS attempt_by_agent
      ON callback_log.attempt (stream, agent, accepted_at, id);
    CREATE TABLE IF NOT EXISTS callback_log.link (
      stream bigint NOT NULL,
      id bigint GENERATED ALWAYS AS IDENTITY,
      at bigint NOT NULL,
      e164 text COLLATE "C" NOT NULL,
      extension text NOT NULL,
      record_id text NOT NULL,
      kind bigint NOT NULL,
      agent text,
      actor bigint NOT NULL,
      PRIMARY KEY (stream, id)
    );
    CREATE INDEX IF NOT EXISTS link_by_number ON callback_log.link (stream, e164, at, id);
    CREATE TABLE IF NOT EXISTS callback_log.outcome (
      stream bigint NOT NULL,
      position bigint NOT NULL,
      at bigint NOT NULL,
      callback bytea NOT NULL,
      queue text NOT NULL,
      e164 text COLLATE "C" NOT NULL,
      extension text NOT NULL,
      attempt bytea,
      agent text,
      outcome bigint,
      state bytea NOT NULL,
      PRIMARY KEY (stream, position)
    );
    CREATE INDEX IF NOT EXISTS outcome_by_time ON callback_log.outcome (stream, at, position);
    CREATE INDEX IF NOT EXISTS outcome_by_callback ON callback_log.outcome (stream, callback);
    CREATE TABLE IF NOT EXISTS callback_log.forgetting (
      stream bigint NOT NULL,
      id bigint GENERATED ALWAYS AS IDENTITY,
      at bigint NOT NULL,
      actor bigint NOT NULL,
      callbacks bigint NOT NULL,
      request bytea,
      PRIMARY KEY (stream, id)
    );
    ALTER TABLE callback_log.forgetting
      ADD COLUMN IF NOT EXISTS e164 text COLLATE "C",
      ADD COLUMN IF NOT EXISTS first_kept bytea,
      ADD COLUMN IF NOT EXISTS last_link bigint;
    """
}

/// Runs database work and says in the log's words what went wrong.
func postgres<Result>(
  _ body: () throws(PostgresError) -> Result
) throws(EventLogError) -> Result {
  do {
    return try body()
  } catch {
    throw EventLogError(error)
  }
}

extension EventLogError {
  /// What an error of the server means for the log.
  init(_ error: PostgresError) {
    switch error {
    case .server(let state, _) where state == PostgresState.diskFull: self = .full("\(error)")
    case .server(let state, _) where state.hasPrefix(PostgresState.damage):
      self = .dataLoss("\(error)")
    case .connection, .server: self = .unavailable("\(error)")
    }
  }
}

/// SQLSTATEs that mean something to the log.
enum PostgresState {
  static let uniqueViolation = "23505"
  static let divisionByZero = "22012"
  static let diskFull = "53100"
  static let serializationFailure = "40001"
  /// The class of data_corrupted and index_corrupted.
  static let damage = "XX00"
}
