import CallbackCore
import SQLite
import Synchronization

/// The directory that the daemon keeps itself, in a SQLite file of its own.
///
/// Look-ups run on the caller's thread, on one of a few connections, in microseconds and while
/// others write. Changes go through one writer and are on disk before they are answered.
public final class EmbeddedDirectory: CallerDirectory {
  /// What the connections may keep in memory: the numbers of a million records fit, so that a
  /// look-up reads the record's page and no other. The writer's holds what one batch changes.
  private static let readerCount = 2
  private static let readerCacheKibibytes = 32 * 1024
  private static let writerCacheKibibytes = 64 * 1024

  /// `embedded`.
  public let name = "embedded"
  /// Everything can be changed, but there are no notes.
  public let capabilities = DirectoryCapabilities(
    canCreateLead: true, canLinkNumbers: true, reason: "the embedded directory keeps no notes")

  private let changes = Atomic<UInt64>(1)
  private let writer: DirectoryWriter
  private let searcher: DirectorySearcher
  private let readers: ReaderPool
  private let makeID: @Sendable () -> String

  /// Opens the file at `path`, and makes it when it is not there.
  ///
  /// - Parameter makeID: makes the ids of Leads that are started here.
  /// - Throws: `DirectoryError.unreadable` for a damaged file or one of a newer version,
  ///   `unavailable` where it cannot be opened.
  public init(
    path: String, makeID: @escaping @Sendable () -> String = EmbeddedDirectory.randomID
  ) throws(DirectoryError) {
    writer = try DirectoryWriter(path: path, cacheKibibytes: Self.writerCacheKibibytes)
    searcher = try DirectorySearcher(path: path, cacheKibibytes: Self.readerCacheKibibytes)
    do {
      readers = try ReaderPool(
        path: path, count: Self.readerCount, cacheKibibytes: Self.readerCacheKibibytes)
    } catch {
      throw DirectoryError(error)
    }
    self.makeID = makeID
  }

  /// `lead-` and 100 random bits; nobody guesses it and no other system uses it.
  public static let randomID: @Sendable () -> String = {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return "lead-" + String((0..<20).map { _ in alphabet[Int.random(in: 0..<32)] })
  }

  /// Changes with every change of the file by this object.
  public var generation: UInt64 { changes.load(ordering: .acquiring) }

  /// The records of a number.
  public func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    try readers.read { (reader) throws(SQLiteError) in try reader.matches(line) }
  }

  /// The records of a number, at once.
  public func lookupNow(_ line: PhoneNumber.Line) throws(DirectoryError) -> [CallerMatch]? {
    try readers.read { (reader) throws(SQLiteError) in try reader.matches(line) }
  }

  /// One record.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    try readers.read { (reader) throws(SQLiteError) in try reader.record(id) }
  }

  /// Records by what somebody typed.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    guard (1...DirectoryLimits.searchBytes).contains(text.utf8.count) else {
      throw .invalid(field: "query", reason: "must have 1 to \(DirectoryLimits.searchBytes) bytes")
    }
    guard (1...DirectoryLimits.searchResults).contains(limit) else {
      throw .invalid(field: "limit", reason: "must be 1 to \(DirectoryLimits.searchResults)")
    }
    return try await searcher.search(text, in: region, limit: limit)
  }

  /// Starts a Lead.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    guard (1...DirectoryLimits.nameBytes).contains(lead.name.utf8.count) else {
      throw .invalid(field: "name", reason: "must have 1 to \(DirectoryLimits.nameBytes) bytes")
    }
    try check(lead.number)
    beginChange()
    defer { endChange() }
    return try await writer.createLead(lead, id: makeID(), requestID: requestID, at: now)
  }

  /// Matches a number to a record.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord {
    try check(line)
    beginChange()
    defer { endChange() }
    return try await writer.link(line, to: recordID, requestID: requestID, at: now)
  }

  /// Takes a number off a record.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange {
    try check(line)
    beginChange()
    defer { endChange() }
    return try await writer.unlink(line, from: recordID, requestID: requestID, at: now)
  }

  /// Stores the records that rows describe, in one transaction that is on disk afterwards.
  ///
  /// Importing the same rows again changes nothing, so an import that was cut off starts anew.
  ///
  /// - Parameters:
  ///   - rows: at most 50,000; few large batches are written faster than many small ones.
  ///   - isDryRun: tells what would become of the rows, and changes nothing.
  /// - Returns: the counts, and the refused rows with the reason of each.
  public func importRows(
    _ rows: [ImportRow], regions: ImportRegions, at now: WallTime, isDryRun: Bool = false
  ) async throws(DirectoryError) -> ImportResult {
    guard rows.count <= DirectoryLimits.rowsPerImport else {
      throw .invalid(field: "rows", reason: "at most \(DirectoryLimits.rowsPerImport)")
    }
    // Numbers are read here, so that the writer of the batch before is not waited for.
    var refused = ImportResult()
    var reader = RowReader(regions: regions, now: now)
    let accepted = reader.accepted(rows, refusing: &refused)
    beginChange()
    defer { endChange() }
    var result = try await writer.store(accepted, isDryRun: isDryRun)
    result.refused = refused.refused
    return result
  }

  /// Some of the records, in the order in which they came in.
  ///
  /// - Parameter limit: 1 to 1000.
  public func export(
    after cursor: ExportCursor? = nil, limit: Int = DirectoryLimits.exportPage
  ) async throws(DirectoryError) -> ExportPage {
    guard (1...DirectoryLimits.exportPage).contains(limit) else {
      throw .invalid(field: "limit", reason: "must be 1 to \(DirectoryLimits.exportPage)")
    }
    return try await searcher.export(after: cursor, limit: limit)
  }

  /// Writes a copy of the directory in the file at `path` into a new file, while it is changed on;
  /// blocks until that is done.
  public static func copy(_ path: String, to target: String) throws(DirectoryError) {
    try DirectorySchema.attempt { () throws(SQLiteError) in
      let source = try Database(path: path, flags: .readOnly)
      let copy = try Database(path: target)
      try source.backup(to: copy, pagesPerStep: -1)
      // Only the file itself is the copy, not a WAL beside it.
      try copy.setPragma("journal_mode", to: "DELETE")
    }
  }

  /// How many records there are.
  public func recordCount() async throws(DirectoryError) -> Int { try await searcher.count() }

  /// Removes every record that has the number and every trace of them and of the number.
  ///
  /// - Parameters:
  ///   - line: the number; its extension does not count.
  ///   - id: names the forgetting. Under the same id nothing more is removed.
  /// - Returns: how many records the forgetting of this id removed.
  public func forget(_ line: PhoneNumber.Line, as id: String) async throws(DirectoryError) -> Int {
    beginChange()
    defer { endChange() }
    return try await writer.forget(line, as: id)
  }

  /// While a change is under way no connection keeps the state that it has seen: that would keep
  /// the write-ahead log from being copied into the file.
  private func beginChange() { readers.suspend() }

  /// Look-ups see the change before the generation tells of it: whoever reads the generation and
  /// then looks up never takes an older answer for a newer one.
  private func endChange() {
    readers.resume()
    changes.wrappingAdd(1, ordering: .releasing)
  }

  private func check(_ line: PhoneNumber.Line) throws(DirectoryError) {
    guard StoredNumbers.key(line) != nil else {
      throw .invalid(field: "number", reason: "must be in E.164")
    }
  }
}
