import CallbackCore
import SQLite
import Synchronization

/// Remembers, on disk, which changes were asked for and what came of them, so that a repeated
/// request is not carried out twice; and how far finished callbacks were noted.
public final class ChangeLedger: Sendable {
  /// What a request was answered.
  struct Earlier: Hashable, Sendable {
    let recordID: String
    let hasChanged: Bool
    let madeAt: WallTime
  }

  /// How long a request is remembered (CONTRACT: 24 hours).
  private static let memory = Span.hours(24)

  private struct Place: ~Copyable, @unchecked Sendable {
    // Only used with the mutex held.
    let database: Database
  }

  private let place: Mutex<Place>

  /// Opens the file at `path`, and makes it when it is not there.
  public init(path: String) throws(DirectoryError) {
    let database = try DirectorySchema.attempt { () throws(SQLiteError) in
      let database = try Database(path: path)
      try database.setPragma("journal_mode", to: "WAL")
      try database.setPragma("synchronous", to: "FULL")
      try database.setPragma("secure_delete", to: "ON")
      try database.execute(
        """
        CREATE TABLE IF NOT EXISTS change (
          request_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, record_id TEXT,
          is_new INTEGER NOT NULL, made_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS change_by_time ON change (made_at);
        CREATE TABLE IF NOT EXISTS noted (
          only INTEGER PRIMARY KEY CHECK (only = 1), token TEXT NOT NULL
        );
        """)
      return database
    }
    place = Mutex(Place(database: database))
  }

  /// What the request was answered; nil where it is new, or was never finished.
  ///
  /// - Throws: `requestReused` where the id came before with something else.
  func begin(_ request: ChangeRequest) throws(DirectoryError) -> Earlier? {
    let found = try withDatabase { database throws(SQLiteError) -> (String, Earlier?)? in
      let forget = try database.statement("DELETE FROM change WHERE made_at < ?")
      try forget.bind(request.at.milliseconds - Self.memory.milliseconds, at: 1)
      try forget.run()
      let select = try database.statement(
        "SELECT fingerprint, record_id, is_new, made_at FROM change WHERE request_id = ?")
      defer { select.reset() }
      try select.bind(request.id, at: 1)
      if try select.step() {
        let earlier =
          select.isNull(at: 1)
          ? nil
          : Earlier(
            recordID: select.string(at: 1), hasChanged: select.int64(at: 2) != 0,
            madeAt: WallTime(select.int64(at: 3)))
        return (select.string(at: 0), earlier)
      }
      let insert = try database.statement("INSERT INTO change VALUES (?, ?, NULL, 0, ?)")
      try insert.bind(request.id, at: 1)
      try insert.bind(request.fingerprint, at: 2)
      try insert.bind(request.at.milliseconds, at: 3)
      try insert.run()
      return nil
    }
    guard let (fingerprint, earlier) = found else { return nil }
    guard fingerprint == request.fingerprint else { throw .requestReused(request.id) }
    return earlier
  }

  /// Remembers what came of a request.
  func finish(
    _ request: ChangeRequest, recordID: String, hasChanged: Bool
  ) throws(DirectoryError) {
    try withDatabase { database throws(SQLiteError) in
      let update = try database.statement(
        "UPDATE change SET record_id = ?, is_new = ? WHERE request_id = ?")
      try update.bind(recordID, at: 1)
      try update.bind(hasChanged ? 1 : 0, at: 2)
      try update.bind(request.id, at: 3)
      try update.run()
    }
  }

  /// Forgets a request that was refused.
  func forget(_ request: ChangeRequest) throws(DirectoryError) {
    try withDatabase { database throws(SQLiteError) in
      let delete = try database.statement("DELETE FROM change WHERE request_id = ?")
      try delete.bind(request.id, at: 1)
      try delete.run()
    }
  }

  /// Forgets the requests and records in whose ids a number is, and overwrites where it stood: ids
  /// are what clients and directories make them of.
  ///
  /// - Parameter digits: the number as ids may hold it.
  func forget(digits: [String]) throws(DirectoryError) {
    try withDatabase { database throws(SQLiteError) in
      try database.transaction { () throws(SQLiteError) in
        for digits in digits {
          let delete = try database.statement(
            "DELETE FROM change WHERE instr(request_id, ?1) > 0 OR instr(record_id, ?1) > 0")
          try delete.bind(digits, at: 1)
          try delete.run()
        }
      }
      // What was deleted before is overwritten as well.
      try database.execute("VACUUM")
      try database.checkpoint(.truncate)
    }
  }

  /// How far finished callbacks were noted; nil before the first.
  public func notedThrough() throws(DirectoryError) -> String? {
    try withDatabase { database throws(SQLiteError) in
      let select = try database.statement("SELECT token FROM noted")
      defer { select.reset() }
      return try select.step() ? select.string(at: 0) : nil
    }
  }

  /// Keeps how far finished callbacks were noted.
  public func keepNoted(through token: String) throws(DirectoryError) {
    try withDatabase { database throws(SQLiteError) in
      let insert = try database.statement("INSERT OR REPLACE INTO noted VALUES (1, ?)")
      try insert.bind(token, at: 1)
      try insert.run()
    }
  }

  private func withDatabase<Value: Sendable>(
    _ body: (Database) throws(SQLiteError) -> Value
  ) throws(DirectoryError) -> Value {
    let result = place.withLock { place -> Result<Value, SQLiteError> in
      do throws(SQLiteError) {
        return .success(try body(place.database))
      } catch {
        return .failure(error)
      }
    }
    return try DirectorySchema.attempt { () throws(SQLiteError) in try result.get() }
  }
}
