import SQLite

/// The tables of the embedded directory.
///
/// `numbers` answers look-ups by one range scan; a number is stored as an integer (country codes do
/// not begin with 0), which makes its keys short. A record's own list of numbers stands in its row,
/// so that changing a record needs no second index.
enum DirectorySchema {
  /// The version that this program writes; a newer one is refused.
  static let version: Int64 = 2

  private static let tables = """
    CREATE TABLE records (
      id INTEGER PRIMARY KEY,
      record_id TEXT NOT NULL UNIQUE,
      class INTEGER NOT NULL,
      active INTEGER NOT NULL,
      name TEXT NOT NULL,
      location TEXT,
      numbers TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE numbers (
      number INTEGER NOT NULL,
      extension TEXT NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (number, extension, record)
    ) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE names USING fts5 (
      name, content = 'records', content_rowid = 'id', detail = none, columnsize = 0,
      tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TABLE requests (
      request_id TEXT PRIMARY KEY,
      content TEXT NOT NULL,
      record_id TEXT NOT NULL,
      made_new INTEGER NOT NULL,
      made_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX requests_by_time ON requests (made_at);
    \(forgettings)
    """

  /// Since version 2: how many records each forgetting removed.
  private static let forgettings = """
    CREATE TABLE forgettings (
      id TEXT PRIMARY KEY,
      records INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Makes the tables in a new file; checks the version of one that has them.
  static func prepare(_ database: Database) throws(DirectoryError) {
    let found = try attempt { () throws(SQLiteError) in
      try database.transaction { () throws(SQLiteError) in
        let found = Int64(try database.pragma("user_version") ?? "") ?? 0
        if found == 0 { try database.execute(tables) }
        if found == 1 { try database.execute(forgettings) }
        if found < version { try database.setPragma("user_version", to: "\(version)") }
        return found
      }
    }
    guard found <= version else {
      throw .unreadable("the directory has version \(found), this program knows \(version)")
    }
  }

  /// Runs `body` and tells its failure in the directory's words.
  static func attempt<Result>(
    _ body: () throws(SQLiteError) -> Result
  ) throws(DirectoryError) -> Result {
    do {
      return try body()
    } catch {
      throw DirectoryError(error)
    }
  }
}

extension DirectoryError {
  /// What a failure of the database means for the directory.
  init(_ error: SQLiteError) {
    switch error.kind {
    case .full: self = .full
    case .corrupt: self = .unreadable("\(error)")
    case .inputOutput, .busy, .constraint, .access, .interrupted, .tooLarge, .other:
      self = .unavailable("\(error)")
    }
  }
}
