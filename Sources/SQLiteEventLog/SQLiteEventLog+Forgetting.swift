import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension SQLiteEventLog {
  /// SQLite frees what it deletes, but leaves the bytes: so they are overwritten, the database is
  /// written anew, and the WAL, which holds pages as they were, is emptied.
  func forget(_ forgetting: Forgetting) throws(EventLogError) -> ForgettingEntry {
    if forgetting.isRepeated, let request = forgetting.request,
      let kept = try tables.forgetting(by: request)
    {
      try overwriteForgotten()
      return kept
    }
    let gone = try callbacks(with: forgetting.e164)
    let entry = try sqlite { () throws(SQLiteError) in
      try database.setPragma("secure_delete", to: "ON")
      return try database.transaction { () throws(SQLiteError) in
        for id in gone { try delete(callback: id) }
        for table in ["outcome", "link"] {
          let delete = try database.statement("DELETE FROM \(table) WHERE e164 = ?")
          try delete.bind(forgetting.e164, at: 1)
          try delete.run()
        }
        try replaceSnapshot(forgetting.snapshot)
        try deleteRecords(upTo: forgetting.snapshot.head)
        return try note(forgetting, callbacks: UInt64(gone.count))
      }
    }
    try overwriteForgotten()
    return entry
  }

  /// Overwrites what was freed by numbers that were forgotten, where that has not been done: also
  /// after a failure, or a kill, in the middle of it.
  func overwriteForgotten() throws(EventLogError) {
    guard try tables.hasForgettingToOverwrite() else { return }
    try sqlite { () throws(SQLiteError) in
      try database.execute("VACUUM")
      try database.checkpoint(.truncate)
      try database.execute("UPDATE forgetting SET overwritten = 1 WHERE overwritten = 0")
      try database.setPragma("secure_delete", to: "OFF")
    }
  }

  private func note(
    _ forgetting: Forgetting, callbacks: UInt64
  ) throws(SQLiteError) -> ForgettingEntry {
    let insert = try database.statement(
      "INSERT INTO forgetting VALUES (NULL, ?, ?, ?, ?, 0) RETURNING id")
    defer { insert.reset() }
    try insert.bind(forgetting.at.milliseconds, at: 1)
    try insert.bind(Int64(forgetting.actor.userID), at: 2)
    try insert.bind(Int64(clamping: callbacks), at: 3)
    if let request = forgetting.request {
      try insert.bind(request.bytes, at: 4)
    } else {
      try insert.bindNull(at: 4)
    }
    _ = try insert.step()
    let id = UInt64(bitPattern: insert.int64(at: 0))
    // To its end: the row is written only then.
    _ = try insert.step()
    return ForgettingEntry(
      id: id, at: forgetting.at, actor: forgetting.actor, callbacks: callbacks)
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
  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    try forgettings("id > ? ORDER BY id LIMIT ?") { select throws(SQLiteError) in
      try select.bind(Int64(clamping: id), at: 1)
      try select.bind(limit, at: 2)
    }
  }

  /// The newest entry of a request.
  func forgetting(by request: Fingerprint) throws(EventLogError) -> ForgettingEntry? {
    try forgettings("request = ? ORDER BY id DESC LIMIT 1") { select throws(SQLiteError) in
      try select.bind(request.bytes, at: 1)
    }.first
  }

  fileprivate func hasForgettingToOverwrite() throws(EventLogError) -> Bool {
    try !forgettings("overwritten = 0 LIMIT 1") { _ throws(SQLiteError) in }.isEmpty
  }

  private func forgettings(
    _ condition: String, bind: (Statement) throws(SQLiteError) -> Void
  ) throws(EventLogError) -> [ForgettingEntry] {
    try rows("SELECT id, at, actor, callbacks FROM forgetting WHERE \(condition)", bind: bind) {
      row throws(EventLogError) in
      ForgettingEntry(
        id: UInt64(bitPattern: row.int64(at: 0)), at: WallTime(row.int64(at: 1)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: row.int64(at: 2))),
        callbacks: UInt64(bitPattern: row.int64(at: 3)))
    }
  }
}
