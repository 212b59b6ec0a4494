import CallbackCore
import SQLite

extension DirectoryWriter {
  /// Runs a change in a transaction, once for each request id; repeated, it gives the record as it
  /// is now and says again whether it was new.
  func answering(
    _ requestID: String, content: String, at now: WallTime,
    _ change: () throws(DirectoryError) -> RecordChange
  ) throws(DirectoryError) -> RecordChange {
    guard (1...DirectoryLimits.requestIDBytes).contains(requestID.utf8.count) else {
      throw .invalid(
        field: "request_id", reason: "must have 1 to \(DirectoryLimits.requestIDBytes) bytes")
    }
    try DirectorySchema.attempt { () throws(SQLiteError) in try database.begin(.immediate) }
    do {
      let answer = try answer(requestID, content: content, at: now, change)
      try DirectorySchema.attempt { () throws(SQLiteError) in try database.commit() }
      return answer
    } catch {
      try? database.rollback()
      throw error
    }
  }

  private func answer(
    _ requestID: String, content: String, at now: WallTime,
    _ change: () throws(DirectoryError) -> RecordChange
  ) throws(DirectoryError) -> RecordChange {
    if let given = try given(requestID) {
      guard given.content == content else { throw .requestReused(requestID) }
      return RecordChange(record: try stored(given.recordID).record, hasChanged: given.madeNew)
    }
    let answer = try change()
    try DirectorySchema.attempt { () throws(SQLiteError) in
      let forget = try database.statement("DELETE FROM requests WHERE made_at < ?")
      try forget.bind((now + Span(-Self.requestAge.milliseconds)).milliseconds, at: 1)
      try forget.run()
      let keep = try database.statement("INSERT INTO requests VALUES (?, ?, ?, ?, ?)")
      try keep.bind(requestID, at: 1)
      try keep.bind(content, at: 2)
      try keep.bind(answer.record.id, at: 3)
      try keep.bind(answer.hasChanged ? 1 : 0, at: 4)
      try keep.bind(now.milliseconds, at: 5)
      try keep.run()
    }
    return answer
  }

  /// What was answered to a request id.
  private func given(
    _ requestID: String
  ) throws(DirectoryError) -> (content: String, recordID: String, madeNew: Bool)? {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      let select = try database.statement(
        "SELECT content, record_id, made_new FROM requests WHERE request_id = ?")
      defer { select.reset() }
      try select.bind(requestID, at: 1)
      guard try select.step() else { return nil }
      return (select.string(at: 0), select.string(at: 1), select.int64(at: 2) != 0)
    }
  }

  /// The record of an id, or the error that there is none.
  func stored(_ recordID: String) throws(DirectoryError) -> RecordStore.Stored {
    let found = try DirectorySchema.attempt { () throws(SQLiteError) in
      try records.stored(recordID)
    }
    guard let found else { throw .recordNotFound(RowReader.excerpt(recordID)) }
    return found
  }

  /// Changes a record.
  func replace(
    _ found: RecordStore.Stored, with record: DirectoryRecord
  ) throws(DirectoryError) {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      try records.replace(found, with: record)
    }
  }

  /// Removes every record that has the number, whatever the extension, and every trace of them in
  /// the file: freed space is overwritten, the index of names is written anew. Requests that named
  /// the number are forgotten too, also where their record no longer has it or stays.
  func forget(_ line: PhoneNumber.Line, as id: String) throws(DirectoryError) -> Int {
    guard let key = StoredNumbers.key(line) else { return 0 }
    return try DirectorySchema.attempt { () throws(SQLiteError) in
      let count = try database.transaction { () throws(SQLiteError) in
        if let count = try recordsForgotten(as: id) { return count }
        let count = try removeRecords(of: key)
        let requests = try database.statement(
          "DELETE FROM requests WHERE instr(content, ?1) > 0 OR instr(request_id, ?1) > 0")
        try requests.bind(String(line.e164.drop { $0 == "+" }), at: 1)
        try requests.run()
        let keep = try database.statement("INSERT INTO forgettings VALUES (?, ?)")
        try keep.bind(id, at: 1)
        try keep.bind(count, at: 2)
        try keep.run()
        return count
      }
      // In any case: the write-ahead log keeps pages as they were before earlier changes.
      try database.checkpoint(.truncate)
      return count
    }
  }

  private func recordsForgotten(as id: String) throws(SQLiteError) -> Int? {
    let select = try database.statement("SELECT records FROM forgettings WHERE id = ?")
    defer { select.reset() }
    try select.bind(id, at: 1)
    return try select.step() ? Int(select.int64(at: 0)) : nil
  }

  private func removeRecords(of key: Int64) throws(SQLiteError) -> Int {
    var count = 0
    for id in try recordIDs(of: key) {
      guard let found = try records.stored(id) else { continue }
      try records.remove(found)
      let requests = try database.statement("DELETE FROM requests WHERE record_id = ?")
      try requests.bind(id, at: 1)
      try requests.run()
      count += 1
    }
    if count > 0 { try database.execute("INSERT INTO names (names) VALUES ('optimize')") }
    return count
  }

  private func recordIDs(of key: Int64) throws(SQLiteError) -> [String] {
    let select = try database.statement(
      """
      SELECT DISTINCT r.record_id FROM numbers n JOIN records r ON r.id = n.record
      WHERE n.number = ?
      """)
    defer { select.reset() }
    try select.bind(key, at: 1)
    var ids: [String] = []
    while try select.step() { ids.append(select.string(at: 0)) }
    return ids
  }
}
