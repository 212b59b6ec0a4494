import CallbackCore
import SQLite

/// Searches and exports on a connection and a thread of their own, since they may take a while.
actor DirectorySearcher {
  private let executor = QueueExecutor(label: "callback.directory.search")
  private let database: Database

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The columns of a record, as `DirectoryReader.record(of:)` reads them.
  private static let columns =
    "r.record_id, r.class, r.active, r.name, r.location, r.numbers, r.updated_at"

  init(path: String, cacheKibibytes: Int) throws(DirectoryError) {
    do {
      database = try Database(path: path, flags: .readOnly)
      try database.setPragma("cache_size", to: "-\(cacheKibibytes)")
    } catch {
      throw DirectoryError(error)
    }
  }

  /// See `CallerDirectory.search`: by id, then by number, then by name, then by digits anywhere.
  func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) throws(DirectoryError) -> DirectorySearchResult {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      var found = Found(limit: limit + 1)
      try collect("FROM records r WHERE r.record_id = ?", [.text(text)], into: &found)
      let digits = SearchText.digits(text)
      if let line = try? PhoneNumberParser.parseLine(text, in: region),
        let key = StoredNumbers.key(line)
      {
        try collect(
          "FROM numbers n JOIN records r ON r.id = n.record WHERE n.number = ?", [.integer(key)],
          into: &found)
      }
      if let query = SearchText.nameQuery(text) {
        try collect(
          "FROM names JOIN records r ON r.id = names.rowid WHERE names MATCH ?", [.text(query)],
          into: &found)
      }
      // Every number is looked at, so this comes last and only for what looks like one.
      if !found.isFull, let digits {
        try collect(
          """
          FROM numbers n JOIN records r ON r.id = n.record
          WHERE instr(CAST(n.number AS TEXT), ?) > 0
          """, [.text(digits)], into: &found)
      }
      return found.result(for: text, limit: limit)
    }
  }

  /// A page of all records, in the order in which they came in.
  func export(
    after cursor: ExportCursor?, limit: Int
  ) throws(DirectoryError) -> ExportPage {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      let select = try database.statement(
        "SELECT r.id, \(Self.columns) FROM records r WHERE r.id > ? ORDER BY r.id LIMIT ?")
      defer { select.reset() }
      try select.bind(cursor?.row ?? 0, at: 1)
      try select.bind(limit, at: 2)
      var records: [DirectoryRecord] = []
      var last: Int64 = 0
      while try select.step() {
        last = select.int64(at: 0)
        records.append(DirectoryReader.record(of: select, from: 1))
      }
      return ExportPage(
        records: records, next: records.count < limit ? nil : ExportCursor(row: last))
    }
  }

  /// How many records there are.
  func count() throws(DirectoryError) -> Int {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      let select = try database.statement("SELECT count(*) FROM records")
      defer { select.reset() }
      _ = try select.step()
      return Int(select.int64(at: 0))
    }
  }

  private enum Value {
    case text(String)
    case integer(Int64)
  }

  /// Adds the records of a query until enough are found.
  private func collect(
    _ source: String, _ values: [Value], into found: inout Found
  ) throws(SQLiteError) {
    guard !found.isFull else { return }
    let select = try database.statement("SELECT \(Self.columns) \(source)")
    defer { select.reset() }
    for (index, value) in values.enumerated() {
      switch value {
      case .text(let text): try select.bind(text, at: Int32(index + 1))
      case .integer(let number): try select.bind(number, at: Int32(index + 1))
      }
    }
    while !found.isFull, try select.step() { found.add(DirectoryReader.record(of: select)) }
  }
}

/// Records found by several queries, none twice.
private struct Found {
  private let limit: Int
  private var records: [DirectoryRecord] = []
  private var ids: Set<String> = []

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { records.count >= limit }

  mutating func add(_ record: DirectoryRecord) {
    if ids.insert(record.id).inserted { records.append(record) }
  }

  func result(for text: String, limit: Int) -> DirectorySearchResult {
    DirectorySearchResult(records: Array(records.prefix(limit)), hasMore: records.count > limit)
  }
}
