import CallbackCore
import SQLite

/// One connection that reads the embedded directory, with its statements ready.
///
/// It keeps one read transaction open over many look-ups, which saves the locks of each, until
/// `release` is called.
final class DirectoryReader {
  /// The columns that `record(of:)` reads, in its order.
  static let recordColumns = "record_id, class, active, name, location, numbers, updated_at"

  private let database: Database
  private let matchesOfNumber: Statement
  private let recordOfID: Statement

  /// - Parameter cacheKibibytes: how much of the file the connection may keep in memory.
  init(path: String, cacheKibibytes: Int) throws(SQLiteError) {
    database = try Database(path: path, flags: .readOnly)
    try database.setPragma("cache_size", to: "-\(cacheKibibytes)")
    matchesOfNumber = try database.prepare(
      """
      SELECT r.record_id, r.class, r.active, r.name, r.location, r.updated_at, n.extension
      FROM numbers n JOIN records r ON r.id = n.record WHERE n.number = ?
      """)
    recordOfID = try database.prepare(
      "SELECT \(Self.recordColumns) FROM records WHERE record_id = ?")
  }

  /// Lets go of the state of the directory that the look-ups so far have seen.
  func release() { try? database.rollback() }

  /// Takes hold of the newest state, unless one is held.
  private func hold() throws(SQLiteError) {
    if !database.isInTransaction { try database.begin(.deferred) }
  }

  /// The best matches of a line; see `CallerDirectory.lookup`.
  func matches(_ line: PhoneNumber.Line) throws(SQLiteError) -> [CallerMatch] {
    guard let key = StoredNumbers.key(line) else { return [] }
    try hold()
    defer { matchesOfNumber.reset() }
    try matchesOfNumber.bind(key, at: 1)
    var exact: [CallerMatch] = []
    var others: [CallerMatch] = []
    while try matchesOfNumber.step(), exact.count + others.count < DirectoryLimits.candidates {
      let ext = matchesOfNumber.string(at: 6)
      if ext == line.extension {
        exact.append(match(PhoneNumber.Line(e164: line.e164, extension: ext)))
      } else if line.extension.isEmpty || ext.isEmpty {
        others.append(match(PhoneNumber.Line(e164: line.e164, extension: ext)))
      }
    }
    let found = exact.isEmpty ? others : exact
    guard found.count > DirectoryLimits.matches else { return found }
    return Array(CallerRanking.rank(found, at: nil).prefix(DirectoryLimits.matches))
  }

  /// One record by its id.
  func record(_ id: String) throws(SQLiteError) -> DirectoryRecord? {
    try hold()
    defer { recordOfID.reset() }
    try recordOfID.bind(id, at: 1)
    return try recordOfID.step() ? Self.record(of: recordOfID) : nil
  }

  private func match(_ line: PhoneNumber.Line) -> CallerMatch {
    let row = matchesOfNumber
    return CallerMatch(
      recordID: row.string(at: 0), recordClass: Self.recordClass(row.int64(at: 1)),
      isActiveLead: row.int64(at: 2) != 0, name: row.string(at: 3),
      location: row.isNull(at: 4) ? nil : LocationID(row.string(at: 4)), matchedNumber: line,
      updatedAt: WallTime(row.int64(at: 5)))
  }

  /// The record in the current row, whose columns are `recordColumns` from `first` on.
  static func record(of row: Statement, from first: Int32 = 0) -> DirectoryRecord {
    DirectoryRecord(
      id: row.string(at: first), recordClass: recordClass(row.int64(at: first + 1)),
      isActiveLead: row.int64(at: first + 2) != 0, name: row.string(at: first + 3),
      location: row.isNull(at: first + 4) ? nil : LocationID(row.string(at: first + 4)),
      numbers: StoredNumbers.lines(row.string(at: first + 5)),
      updatedAt: WallTime(row.int64(at: first + 6)))
  }

  /// A class that no version has written is shown as the one that claims least.
  private static func recordClass(_ stored: Int64) -> RecordClass {
    UInt8(exactly: stored).flatMap(RecordClass.init(rawValue:)) ?? .previousCustomer
  }
}
