import CallbackCore
import SQLite

/// Writes records and everything that is derived from them. Runs inside a transaction.
final class RecordStore {
  /// What storing a record came to.
  enum Outcome {
    case created, updated, unchanged
  }

  /// A record with its row.
  struct Stored {
    let row: Int64
    var record: DirectoryRecord
  }

  private let database: Database
  private let insertRecord: Statement
  private let selectRecord: Statement
  private let updateRecord: Statement
  private let insertNumber: Statement
  private let deleteNumber: Statement
  private let insertName: Statement

  init(_ database: Database) throws(SQLiteError) {
    self.database = database
    insertRecord = try database.prepare(
      """
      INSERT INTO records (record_id, class, active, name, location, numbers, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (record_id) DO NOTHING
      """)
    selectRecord = try database.prepare(
      "SELECT id, \(DirectoryReader.recordColumns) FROM records WHERE record_id = ?")
    updateRecord = try database.prepare(
      """
      UPDATE records SET class = ?2, active = ?3, name = ?4, location = ?5, numbers = ?6,
        updated_at = ?7 WHERE record_id = ?1
      """)
    insertNumber = try database.prepare(
      "INSERT OR IGNORE INTO numbers (number, extension, record) VALUES (?, ?, ?)")
    deleteNumber = try database.prepare(
      "DELETE FROM numbers WHERE number = ? AND extension = ? AND record = ?")
    insertName = try database.prepare("INSERT INTO names (rowid, name) VALUES (?, ?)")
  }

  /// Stores a record, in the place of one that has its id.
  ///
  /// - Parameter keepsTime: whether a record that differs in its time alone counts as unchanged.
  func upsert(_ record: DirectoryRecord, keepsTime: Bool) throws(SQLiteError) -> Outcome {
    try bind(record, to: insertRecord)
    try insertRecord.run()
    if database.changedRowCount == 1 {
      let row = database.lastInsertedRowID
      try insert(record.numbers, row: row)
      try insert(name: record.name, row: row)
      return .created
    }
    // The insert found one with this id.
    guard let stored = try stored(record.id) else { return .unchanged }
    var compared = stored.record
    if keepsTime { compared.updatedAt = record.updatedAt }
    if compared == record { return .unchanged }
    try replace(stored, with: record)
    return .updated
  }

  /// The record of an id, with its row.
  func stored(_ id: String) throws(SQLiteError) -> Stored? {
    defer { selectRecord.reset() }
    try selectRecord.bind(id, at: 1)
    guard try selectRecord.step() else { return nil }
    return Stored(
      row: selectRecord.int64(at: 0), record: DirectoryReader.record(of: selectRecord, from: 1))
  }

  /// Changes a record whose id stays.
  func replace(_ stored: Stored, with record: DirectoryRecord) throws(SQLiteError) {
    let old = stored.record
    for line in old.numbers where !record.numbers.contains(line) {
      try delete(line, row: stored.row)
    }
    try insert(record.numbers.filter { !old.numbers.contains($0) }, row: stored.row)
    if old.name != record.name {
      try delete(name: old.name, row: stored.row)
      try insert(name: record.name, row: stored.row)
    }
    try bind(record, to: updateRecord)
    try updateRecord.run()
  }

  /// Removes a record.
  func remove(_ stored: Stored) throws(SQLiteError) {
    for line in stored.record.numbers { try delete(line, row: stored.row) }
    try delete(name: stored.record.name, row: stored.row)
    let statement = try database.statement("DELETE FROM records WHERE id = ?")
    try statement.bind(stored.row, at: 1)
    try statement.run()
  }

  private func bind(_ record: DirectoryRecord, to statement: Statement) throws(SQLiteError) {
    try statement.bind(record.id, at: 1)
    try statement.bind(Int64(record.recordClass.rawValue), at: 2)
    try statement.bind(record.isActiveLead ? 1 : 0, at: 3)
    try statement.bind(record.name, at: 4)
    if let location = record.location {
      try statement.bind(location.rawValue, at: 5)
    } else {
      try statement.bindNull(at: 5)
    }
    try statement.bind(StoredNumbers.text(record.numbers), at: 6)
    try statement.bind(record.updatedAt.milliseconds, at: 7)
  }

  private func insert(_ lines: [PhoneNumber.Line], row: Int64) throws(SQLiteError) {
    for line in lines { try run(insertNumber, line, row: row) }
  }

  private func delete(_ line: PhoneNumber.Line, row: Int64) throws(SQLiteError) {
    try run(deleteNumber, line, row: row)
  }

  private func run(
    _ statement: Statement, _ line: PhoneNumber.Line, row: Int64
  ) throws(SQLiteError) {
    guard let key = StoredNumbers.key(line) else { return }
    try statement.bind(key, at: 1)
    try statement.bind(line.extension, at: 2)
    try statement.bind(row, at: 3)
    try statement.run()
  }

  private func insert(name: String, row: Int64) throws(SQLiteError) {
    try insertName.bind(row, at: 1)
    try insertName.bind(name, at: 2)
    try insertName.run()
  }

  /// An index over another table's content is told what it indexed.
  private func delete(name: String, row: Int64) throws(SQLiteError) {
    let statement = try database.statement(
      "INSERT INTO names (names, rowid, name) VALUES ('delete', ?, ?)")
    try statement.bind(row, at: 1)
    try statement.bind(name, at: 2)
    try statement.run()
  }
}
