import CallbackCore
import CallerDirectory
import TestSupport

/// An embedded directory in a file of its own, and short ways to fill it.
struct DirectoryFixture: Sendable {
  static let now = WallTime(1_700_000_000_000)

  let files = TemporaryDirectory()
  let directory: EmbeddedDirectory
  let regions: ImportRegions

  init() throws {
    directory = try EmbeddedDirectory(path: files.file("directory.db"), makeID: { "lead-1" })
    regions = ImportRegions(
      fallback: try PhoneRegion("US"), byLocation: ["london": try PhoneRegion("GB")])
  }

  /// A row with what it must have.
  static func row(
    _ id: String, _ recordClass: String = "customer", name: String = "Ann Smith",
    numbers: [String], line: Int = 2, active: String = "", location: String = "",
    region: String = "", updatedAt: WallTime? = nil
  ) -> ImportRow {
    ImportRow(
      line: line, id: id, recordClass: recordClass, active: active, name: name, location: location,
      numbers: numbers, region: region, updatedAt: updatedAt)
  }

  @discardableResult
  func importRows(
    _ rows: [ImportRow], at now: WallTime = now, isDryRun: Bool = false
  ) async throws -> ImportResult {
    try await directory.importRows(rows, regions: regions, at: now, isDryRun: isDryRun)
  }

  func ids(_ e164: String, _ ext: String = "") async throws -> Set<String> {
    Set(try await directory.lookup(.init(e164: e164, extension: ext)).map(\.recordID))
  }

  func search(_ text: String, limit: Int = 20) async throws -> [String] {
    try await directory.search(text, in: regions.fallback, limit: limit).records.map(\.id)
  }
}
