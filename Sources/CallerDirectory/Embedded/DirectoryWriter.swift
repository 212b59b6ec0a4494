import CallbackCore
import SQLite

/// The one connection that changes the embedded directory; each change is a transaction of its
/// own, on disk (WAL, synchronous=FULL) before it is answered.
actor DirectoryWriter {
  /// How long the answer to a request id is kept.
  static let requestAge = Span.hours(24)
  /// Pages of the write-ahead log before it is copied into the file: 32 MiB. An import writes the
  /// same inner pages again and again, which a short log would copy each time.
  private static let checkpointPages = 8192

  private let executor = QueueExecutor(label: "callback.directory.writer")
  let database: Database
  let records: RecordStore
  private let reader: DirectoryReader

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(path: String, cacheKibibytes: Int) throws(DirectoryError) {
    do {
      database = try Database(path: path)
      try database.setPragma("journal_mode", to: "WAL")
      try database.setPragma("synchronous", to: "FULL")
      try database.setPragma("secure_delete", to: "ON")
      try database.setPragma("wal_autocheckpoint", to: "\(Self.checkpointPages)")
      try database.setPragma("cache_size", to: "-\(cacheKibibytes)")
    } catch {
      throw DirectoryError(error)
    }
    try DirectorySchema.prepare(database)
    do {
      records = try RecordStore(database)
      reader = try DirectoryReader(path: path, cacheKibibytes: 256)
    } catch {
      throw DirectoryError(error)
    }
  }

  /// Stores records in one transaction; a dry run takes it back.
  func store(
    _ accepted: [AcceptedRow], isDryRun: Bool
  ) throws(DirectoryError) -> ImportResult {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      try database.begin(.immediate)
      do throws(SQLiteError) {
        var result = ImportResult()
        for row in accepted {
          switch try records.upsert(row.record, keepsTime: row.keepsTime) {
          case .created: result.created += 1
          case .updated: result.updated += 1
          case .unchanged: result.unchanged += 1
          }
        }
        if isDryRun { try database.rollback() } else { try database.commit() }
        return result
      } catch {
        try? database.rollback()
        throw error
      }
    }
  }

  /// See `CallerDirectory.createLead`.
  func createLead(
    _ lead: NewLead, id: String, requestID: String, at now: WallTime
  ) throws(DirectoryError) -> RecordChange {
    let content =
      "lead \(StoredNumbers.text([lead.number])) \(lead.location?.rawValue ?? "") \(lead.name)"
    return try answering(requestID, content: content, at: now) { () throws(DirectoryError) in
      let known = try DirectorySchema.attempt { () throws(SQLiteError) in
        defer { reader.release() }
        return try reader.matches(lead.number).filter {
          $0.isActiveLead && $0.matchedNumber == lead.number
        }
      }
      if let match = known.min(by: { $0.recordID < $1.recordID }) {
        return RecordChange(record: try stored(match.recordID).record, hasChanged: false)
      }
      let record = DirectoryRecord(
        id: id, recordClass: .lead, isActiveLead: true, name: lead.name, location: lead.location,
        numbers: [lead.number], updatedAt: now)
      _ = try DirectorySchema.attempt { () throws(SQLiteError) in
        try records.upsert(record, keepsTime: false)
      }
      return RecordChange(record: record, hasChanged: true)
    }
  }

  /// See `CallerDirectory.linkNumber`.
  func link(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) throws(DirectoryError) -> DirectoryRecord {
    let content = "link \(StoredNumbers.text([line])) \(recordID)"
    return try answering(requestID, content: content, at: now) { () throws(DirectoryError) in
      let found = try stored(recordID)
      var record = found.record
      if !record.numbers.contains(line) {
        guard record.numbers.count < DirectoryLimits.numbersPerRecord else {
          throw .tooManyNumbers(recordID: recordID)
        }
        record.numbers.append(line)
        record.updatedAt = now
        try replace(found, with: record)
      }
      return RecordChange(record: record, hasChanged: !found.record.numbers.contains(line))
    }.record
  }

  /// See `CallerDirectory.unlinkNumber`.
  func unlink(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) throws(DirectoryError) -> RecordChange {
    let content = "unlink \(StoredNumbers.text([line])) \(recordID)"
    return try answering(requestID, content: content, at: now) { () throws(DirectoryError) in
      let found = try stored(recordID)
      var record = found.record
      if record.numbers.contains(line) {
        record.numbers.removeAll { $0 == line }
        record.updatedAt = now
        try replace(found, with: record)
      }
      return RecordChange(record: record, hasChanged: found.record.numbers.contains(line))
    }
  }
}
