import EventLog
import SQLite

/// The tables of the log, and what brings older ones forward.
enum Schema {
  /// "CBLG": that the file is one of ours.
  static let applicationID = 0x4342_4c47
  /// The version that this program writes. A higher one is refused.
  static let version = 5

  static let tables = """
    CREATE TABLE meta (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      lineage BLOB NOT NULL,
      dropped_position INTEGER NOT NULL,
      dropped_checksum INTEGER NOT NULL
    );
    CREATE TABLE record (
      position INTEGER PRIMARY KEY,
      checksum INTEGER NOT NULL,
      payload BLOB NOT NULL
    );
    CREATE TABLE snapshot (
      position INTEGER PRIMARY KEY,
      checksum INTEGER NOT NULL,
      parts INTEGER NOT NULL,
      digest INTEGER NOT NULL
    );
    CREATE TABLE snapshot_part (
      part INTEGER PRIMARY KEY,
      position INTEGER NOT NULL,
      payload BLOB NOT NULL
    );
    \(answers)
    CREATE TABLE callback (
      id BLOB PRIMARY KEY,
      requested_at INTEGER NOT NULL,
      e164 TEXT NOT NULL,
      payload BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX callback_by_number ON callback (e164, requested_at, id);
    CREATE INDEX callback_by_time ON callback (requested_at, id);
    CREATE TABLE attempt (
      id BLOB PRIMARY KEY,
      callback BLOB NOT NULL,
      agent TEXT NOT NULL,
      accepted_at INTEGER NOT NULL,
      payload BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX attempt_by_callback ON attempt (callback, id);
    CREATE INDEX attempt_by_agent ON attempt (agent, accepted_at, id);
    CREATE TABLE link (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      e164 TEXT NOT NULL,
      extension TEXT NOT NULL,
      record_id TEXT NOT NULL,
      started_lead INTEGER NOT NULL,
      agent TEXT,
      actor INTEGER NOT NULL
    );
    CREATE INDEX link_by_number ON link (e164, at, id);
    CREATE TABLE outcome (
      position INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      callback BLOB NOT NULL,
      queue TEXT NOT NULL,
      e164 TEXT NOT NULL,
      extension TEXT NOT NULL,
      attempt BLOB,
      agent TEXT,
      outcome INTEGER,
      state BLOB NOT NULL
    );
    CREATE INDEX outcome_by_time ON outcome (at, position);
    \(forgettings)
    """

  /// The answers that the snapshot remembers: `count` from the number `first` on in a row, which is
  /// never written again. A snapshot adds what is new and drops what is too old.
  private static let answers = """
    CREATE TABLE answers (
      first INTEGER PRIMARY KEY,
      count INTEGER NOT NULL,
      checksum INTEGER NOT NULL,
      payload BLOB NOT NULL
    );
    """

  /// Who had a number forgotten, and when; by which request; and whether all that was freed has
  /// been overwritten. The number is there only while that is due, as is from where on callbacks
  /// and links were made after the decision.
  private static let forgettings = """
    CREATE TABLE forgetting (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor INTEGER NOT NULL,
      callbacks INTEGER NOT NULL,
      request BLOB,
      overwritten INTEGER NOT NULL,
      e164 TEXT,
      first_kept BLOB,
      last_link INTEGER
    );
    """

  /// The same in versions 3 and 4.
  private static let forgettingsOfVersion3 = """
    CREATE TABLE forgetting (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor INTEGER NOT NULL,
      callbacks INTEGER NOT NULL,
      request BLOB,
      overwritten INTEGER NOT NULL
    );
    """

  /// The same in version 2.
  private static let forgettingsOfVersion2 = """
    CREATE TABLE forgetting (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor INTEGER NOT NULL,
      callbacks INTEGER NOT NULL
    );
    """

  /// What brings a log from a version to the next, in a transaction of its own.
  static let steps: [Int: @Sendable (Database) throws(SQLiteError) -> Void] = [
    1: { database throws(SQLiteError) in try database.execute(forgettingsOfVersion2) },
    2: { database throws(SQLiteError) in
      try database.execute(
        """
        ALTER TABLE forgetting RENAME TO former;
        \(forgettingsOfVersion3)
        INSERT INTO forgetting SELECT id, at, actor, callbacks, NULL, 1 FROM former;
        DROP TABLE former;
        """)
    },
    3: { database throws(SQLiteError) in try database.execute(answers) },
    4: { database throws(SQLiteError) in
      try database.execute(
        """
        ALTER TABLE forgetting RENAME TO former;
        \(forgettings)
        INSERT INTO forgetting SELECT *, NULL, NULL, NULL FROM former;
        DROP TABLE former;
        """)
    },
  ]

  /// Sets a connection up for durable writing by one connection that also makes the checkpoints.
  static func configureWriter(_ database: Database) throws(EventLogError) {
    try sqlite { () throws(SQLiteError) in
      try database.setPragma("journal_mode", to: "WAL")
      try database.setPragma("synchronous", to: "FULL")
      try database.setPragma("wal_autocheckpoint", to: "0")
      try database.setPragma("cell_size_check", to: "ON")
      try database.setPragma("trusted_schema", to: "OFF")
    }
  }

  /// Makes the tables in a new database, and brings older ones to this version.
  ///
  /// - Throws: `.newerSchema` when the database is ahead of this program; `.dataLoss` when it is
  ///   not a log of ours.
  static func prepare(_ database: Database, lineage: Lineage) throws(EventLogError) {
    let found = try number(database, "user_version")
    let application = try number(database, "application_id")
    if found == 0, application == 0, try isEmpty(database) {
      return try sqlite { () throws(SQLiteError) in
        try database.transaction { () throws(SQLiteError) in
          try database.execute(tables)
          try database.execute("PRAGMA application_id = \(applicationID)")
          try database.execute("PRAGMA user_version = \(version)")
          let insert = try database.statement("INSERT INTO meta VALUES (1, ?, 0, 0)")
          try insert.bind(lineage.bytes, at: 1)
          try insert.run()
        }
      }
    }
    guard application == applicationID else { throw .dataLoss("the file is not a log of ours") }
    try migrate(database, from: found)
  }

  /// Brings a log forward step by step; what interrupts it leaves it at a whole version.
  ///
  /// - Parameter steps: what brings a version to the next.
  /// - Throws: `.newerSchema`; `.dataLoss` for a version that there never was.
  static func migrate(
    _ database: Database, from found: Int, to version: Int = version,
    by steps: [Int: @Sendable (Database) throws(SQLiteError) -> Void] = steps
  ) throws(EventLogError) {
    guard found <= version else { throw .newerSchema(found: found, known: version) }
    for old in found..<version {
      guard let step = steps[old] else { throw .dataLoss("no log has the schema version \(old)") }
      try sqlite { () throws(SQLiteError) in
        try database.transaction { () throws(SQLiteError) in
          try step(database)
          try database.execute("PRAGMA user_version = \(old + 1)")
        }
      }
    }
  }

  /// The version of a database that must be a log of ours, and not newer than this program.
  static func knownVersion(of database: Database) throws(EventLogError) -> Int {
    let found = try number(database, "user_version")
    guard try number(database, "application_id") == applicationID else {
      throw .dataLoss("the file is not a log of ours")
    }
    guard found <= version else { throw .newerSchema(found: found, known: version) }
    return found
  }

  private static func number(_ database: Database, _ pragma: String) throws(EventLogError) -> Int {
    let text = try sqlite { () throws(SQLiteError) in try database.pragma(pragma) }
    return text.flatMap { Int($0) } ?? 0
  }

  private static func isEmpty(_ database: Database) throws(EventLogError) -> Bool {
    try sqlite { () throws(SQLiteError) in
      let count = try database.prepare("SELECT count(*) FROM sqlite_schema")
      return try count.step() ? count.int64(at: 0) == 0 : true
    }
  }
}

/// Runs database work and says in the log's words what went wrong.
func sqlite<Result>(
  _ body: () throws(SQLiteError) -> Result
) throws(EventLogError) -> Result {
  do {
    return try body()
  } catch {
    throw EventLogError(error)
  }
}

extension EventLogError {
  /// What a database error means for the log.
  init(_ error: SQLiteError) {
    if error.isDamage { self = .dataLoss(error.description); return }
    switch error.kind {
    case .full: self = .full(error.description)
    case .corrupt, .inputOutput, .busy, .constraint, .access, .interrupted, .tooLarge, .other:
      self = .unavailable(error.description)
    }
  }
}

extension SQLiteError {
  /// SQLITE_IOERR_DATA: a page whose checksum is not right.
  private static let wrongChecksum: Int32 = 10 | 32 << 8

  /// Whether the file is not what was written.
  var isDamage: Bool { kind == .corrupt || code == Self.wrongChecksum }
}
