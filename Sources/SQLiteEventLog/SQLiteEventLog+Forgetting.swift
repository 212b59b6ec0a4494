import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension SQLiteEventLog {
  func forget(_ id: UInt64, leaving snapshot: LogSnapshot) throws(EventLogError) {
    guard let due = try tables.due(id) else { return }
    let kept = Set(
      snapshot.callbacks(with: due.e164).map { idBytes(high: $0.high, low: $0.low) })
    let gone = try callbacks(with: due.e164).filter {
      $0.lexicographicallyPrecedes(due.firstKept) && !kept.contains($0)
    }
    try sqlite { () throws(SQLiteError) in
      try database.setPragma("secure_delete", to: "ON")
      try database.transaction { () throws(SQLiteError) in
        for id in gone { try delete(callback: id) }
        let delete = try database.statement("DELETE FROM link WHERE e164 = ? AND id <= ?")
        try delete.bind(due.e164, at: 1)
        try delete.bind(due.lastLink, at: 2)
        try delete.run()
        try replaceSnapshot(snapshot)
        try deleteRecords(upTo: snapshot.head)
        try noteErased(due, callbacks: gone.count)
      }
    }
  }

  /// SQLite frees what it deletes, but leaves the bytes: so they are overwritten, the database is
  /// written anew, and the WAL, which holds pages as they were, is emptied.
  func overwriteForgotten() throws(EventLogError) {
    guard try tables.hasForgettingToOverwrite() else { return }
    try sqlite { () throws(SQLiteError) in
      try database.execute("VACUUM")
      try database.checkpoint(.truncate)
      try database.execute(
        "UPDATE forgetting SET overwritten = 1 WHERE overwritten = 0 AND e164 IS NULL")
      try database.setPragma("secure_delete", to: "OFF")
    }
  }

  /// Nothing is left to do for what was decided of the same number before.
  private func noteErased(_ due: ForgettingRow, callbacks: Int) throws(SQLiteError) {
    let update = try database.statement(
      "UPDATE forgetting SET e164 = NULL, callbacks = iif(id = ?1, ?2, 0) "
        + "WHERE e164 = ?3 AND id <= ?1")
    try update.bind(due.id, at: 1)
    try update.bind(callbacks, at: 2)
    try update.bind(due.e164, at: 3)
    try update.run()
  }

  private func delete(callback id: [UInt8]) throws(SQLiteError) {
    for condition in ["callback WHERE id", "attempt WHERE callback", "outcome WHERE callback"] {
      let delete = try database.statement("DELETE FROM \(condition) = ?")
      try delete.bind(id, at: 1)
      try delete.run()
    }
  }

  /// The callbacks in which a number is, also where it is not what they are placed by: as the
  /// caller's, or as what was dialled before it was changed.
  ///
  /// Reads through the whole history, which writing it anew takes longer for than this.
  private func callbacks(with e164: String) throws(EventLogError) -> Set<[UInt8]> {
    let pattern = Array(e164.utf8)
    var found = Set<[UInt8]>()
    let queries = [
      "SELECT id, payload, 0 FROM callback WHERE instr(payload, ?) > 0",
      "SELECT callback, payload, 1 FROM attempt WHERE instr(payload, ?) > 0",
    ]
    for query in queries {
      let hits = try tables.rows(query) { select throws(SQLiteError) in
        try select.bind(pattern, at: 1)
      } read: { row throws(EventLogError) in
        (
          id: row.bytes(at: 0),
          isOne: try row.mentions(e164, at: 1, isAttempt: row.int64(at: 2) == 1)
        )
      }
      for hit in hits where hit.isOne { found.insert(hit.id) }
    }
    let ended = try tables.rows("SELECT DISTINCT callback FROM outcome WHERE e164 = ?") {
      select throws(SQLiteError) in
      try select.bind(e164, at: 1)
    } read: { row throws(EventLogError) in
      row.bytes(at: 0)
    }
    return found.union(ended)
  }
}

extension Statement {
  /// Whether the callback or attempt in a column has the number, and not a longer one.
  fileprivate func mentions(
    _ e164: String, at column: Int32, isAttempt: Bool
  ) throws(EventLogError) -> Bool {
    try withBytes(at: column) { bytes throws(EventLogError) in
      do {
        return isAttempt
          ? try LogCodec.decodeAttempt(bytes).mentions(e164)
          : try LogCodec.decodeCallback(bytes).mentions(e164)
      } catch {
        throw .dataLoss("the history cannot be read: \(error)")
      }
    }
  }
}

extension LogTables {
  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    try rows(
      "SELECT id, at, actor, callbacks FROM forgetting "
        + "WHERE id > ? AND e164 IS NULL AND overwritten = 1 ORDER BY id LIMIT ?"
    ) { select throws(SQLiteError) in
      try select.bind(Int64(clamping: id), at: 1)
      try select.bind(limit, at: 2)
    } read: { row throws(EventLogError) in
      ForgettingEntry(
        id: UInt64(bitPattern: row.int64(at: 0)), at: WallTime(row.int64(at: 1)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: row.int64(at: 2))),
        callbacks: UInt64(bitPattern: row.int64(at: 3)))
    }
  }

  func unfinishedForgettings() throws(EventLogError) -> [UnfinishedForgetting] {
    try rows(
      "SELECT id, e164, actor FROM forgetting WHERE e164 IS NOT NULL OR overwritten = 0 ORDER BY id"
    ) { _ in
    } read: { row throws(EventLogError) in
      UnfinishedForgetting(
        id: UInt64(bitPattern: row.int64(at: 0)), e164: row.isNull(at: 1) ? nil : row.string(at: 1),
        actor: Actor(userID: UInt32(truncatingIfNeeded: row.int64(at: 2))))
    }
  }

  func forgetting(by request: Fingerprint) throws(EventLogError) -> UInt64? {
    try rows("SELECT id FROM forgetting WHERE request = ? ORDER BY id DESC LIMIT 1") {
      select throws(SQLiteError) in
      try select.bind(request.bytes, at: 1)
    } read: { row throws(EventLogError) in
      UInt64(bitPattern: row.int64(at: 0))
    }.first
  }

  fileprivate func due(_ id: UInt64) throws(EventLogError) -> ForgettingRow? {
    try rows(
      "SELECT id, e164, first_kept, last_link FROM forgetting WHERE id = ? AND e164 IS NOT NULL"
    ) { select throws(SQLiteError) in
      try select.bind(Int64(clamping: id), at: 1)
    } read: { row throws(EventLogError) in
      ForgettingRow(
        id: row.int64(at: 0), e164: row.string(at: 1), firstKept: row.bytes(at: 2),
        lastLink: row.int64(at: 3))
    }.first
  }

  fileprivate func hasForgettingToOverwrite() throws(EventLogError) -> Bool {
    try !rows("SELECT 1 FROM forgetting WHERE overwritten = 0 AND e164 IS NULL LIMIT 1") {
      _ throws(SQLiteError) in
    } read: { row throws(EventLogError) in
      row.int64(at: 0)
    }.isEmpty
  }
}

/// A forgetting that is due.
private struct ForgettingRow {
  var id: Int64
  var e164: String
  /// The least id of a callback that stays.
  var firstKept: [UInt8]
  /// The last link that was there at the decision.
  var lastLink: Int64
}
