import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension SQLiteEventLog {
  /// SQLite frees what it deletes, but leaves the bytes: so they are overwritten, the database is
  /// written anew, and the WAL, which holds pages as they were, is emptied.
  func forget(_ forgetting: Forgetting) throws(EventLogError) -> ForgettingEntry {
    let gone = try callbacks(with: forgetting.e164)
    let entry = ForgettingEntry(
      at: forgetting.at, actor: forgetting.actor, callbacks: UInt64(gone.count))
    try sqlite { () throws(SQLiteError) in
      try database.setPragma("secure_delete", to: "ON")
      try database.transaction { () throws(SQLiteError) in
        for id in gone { try delete(callback: id) }
        for table in ["outcome", "link"] {
          let delete = try database.statement("DELETE FROM \(table) WHERE e164 = ?")
          try delete.bind(forgetting.e164, at: 1)
          try delete.run()
        }
        try replaceSnapshot(forgetting.snapshot)
        try deleteRecords(upTo: forgetting.snapshot.head)
        let insert = try database.statement("INSERT INTO forgetting VALUES (NULL, ?, ?, ?)")
        try insert.bind(entry.at.milliseconds, at: 1)
        try insert.bind(Int64(entry.actor.userID), at: 2)
        try insert.bind(Int64(clamping: entry.callbacks), at: 3)
        try insert.run()
      }
      try database.execute("VACUUM")
      try database.checkpoint(.truncate)
      try database.setPragma("secure_delete", to: "OFF")
    }
    return entry
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
  private func callbacks(with e164: String) throws(EventLogError) -> [[UInt8]] {
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
    return Array(found.union(ended))
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
  func forgettings(after skipped: Int, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    try rows("SELECT at, actor, callbacks FROM forgetting ORDER BY id LIMIT ? OFFSET ?") {
      select throws(SQLiteError) in
      try select.bind(limit, at: 1)
      try select.bind(skipped, at: 2)
    } read: { row throws(EventLogError) in
      ForgettingEntry(
        at: WallTime(row.int64(at: 0)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: row.int64(at: 1))),
        callbacks: UInt64(bitPattern: row.int64(at: 2)))
    }
  }
}
