public import CallbackCore
public import CallerDirectory
import Postgres

/// A CRM's PostgreSQL database, read through a table, a view or a query of the operator's.
///
/// Only parameters carry what a call says. The session is read-only and its statements are ended by
/// the server after a time.
public final class PostgresDirectory: CallerDirectory {
  /// The name in the configuration.
  public let name: String
  /// Nothing can be changed.
  public let capabilities = DirectoryCapabilities(
    canCreateLead: false, canLinkNumbers: false,
    reason: "the database is read through a view, not written")

  private let settings: Settings
  private let queries: PostgresQueries
  private let pool: PostgresPool

  /// Puts a directory in front of a database; it need not be there yet.
  public init(name: String, settings: Settings) {
    self.name = name
    self.settings = settings
    queries = settings.queries.bounded(to: Settings.mostBytes)
    pool = PostgresPool(settings, name: name)
  }

  /// The records of a number.
  public func lookup(_ line: PhoneNumber.Line) async throws(DirectoryError) -> [CallerMatch] {
    let forms = WrittenForms(line, in: settings.mapping.region).all
    let rows = try await pool.run(
      PostgresStatement("lookup", queries.lookup, .text, .texts, .text),
      [.text(line.e164), .texts(forms), .text(line.extension)])
    return try settings.mapping.matches(Self.records(rows), of: line)
  }

  /// Records by what somebody typed.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    guard !queries.search.isEmpty else {
      throw .unsupported("\(name) has no query for searching")
    }
    let pattern = text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
    let rows = try await pool.run(
      PostgresStatement("search", queries.search, .text, .text, .text),
      [.text(text), .text("%\(pattern)%"), .text(String(limit + 1))])
    let records = try settings.mapping.records(Self.records(rows))
    return DirectorySearchResult(
      records: Array(records.prefix(limit)), hasMore: records.count > limit)
  }

  /// One record.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    guard !queries.record.isEmpty else {
      throw .unsupported("\(name) has no query for a record")
    }
    let rows = try await pool.run(
      PostgresStatement("record", queries.record, .text), [.text(id)])
    return try settings.mapping.records(Self.records(rows)).first
  }

  private static func records(
    _ rows: [PostgresTextRow]
  ) throws(DirectoryError) -> [ForeignRecord] {
    if let row = rows.first, !row.contains(where: { $0.column == "id" }) {
      throw .unavailable("the query has no column id")
    }
    return rows.map(ForeignRecord.init(row:))
  }

  /// Refuses: the database is only read.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange { throw .readOnly(capabilities.reason) }

  /// Refuses: the database is only read.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> DirectoryRecord { throw .readOnly(capabilities.reason) }

  /// Refuses: the database is only read.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime
  ) async throws(DirectoryError) -> RecordChange { throw .readOnly(capabilities.reason) }
}

extension ForeignRecord {
  /// The record of a row, by the names of its columns.
  fileprivate init(row: PostgresTextRow) {
    func all(_ column: String) -> [String] {
      row.filter { $0.column == column }.compactMap(\.value)
    }
    func one(_ column: String) -> String { all(column).first ?? "" }
    // A NULL is a status that is absent; no column, none that is asked for.
    let hasStatus = row.contains { $0.column == "status" }
    // The same for numbers: a row whose columns for them are empty has none.
    let phones = row.filter { $0.column.hasPrefix("phone") }
    self.init(
      id: one("id"), name: one("name"), classWords: all("class"),
      statusWords: hasStatus ? all("status") : nil, location: one("location"),
      numbers: phones.isEmpty ? nil : phones.compactMap(\.value), region: one("region"),
      updatedAt: one("updated_at"))
  }
}
