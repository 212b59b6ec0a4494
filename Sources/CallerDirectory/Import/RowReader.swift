import CallbackCore

/// A row that an import takes.
struct AcceptedRow: Sendable {
  let record: DirectoryRecord
  /// Whether the row does not say when the record changed, so that a difference in time is none.
  let keepsTime: Bool
}

/// Turns rows as they were written into records, or into the reason why not.
struct RowReader {
  private let regions: ImportRegions
  private let now: WallTime
  /// The region of the row before: most files have one.
  private var lastRegion: PhoneRegion?

  /// - Parameter now: what a row that does not say when it changed is stamped with.
  init(regions: ImportRegions, now: WallTime) {
    self.regions = regions
    self.now = now
  }

  /// The rows that are taken; the others are refused in `result`.
  mutating func accepted(_ rows: [ImportRow], refusing result: inout ImportResult) -> [AcceptedRow]
  {
    var accepted: [AcceptedRow] = []
    accepted.reserveCapacity(rows.count)
    for row in rows {
      do {
        accepted.append(AcceptedRow(record: try record(row), keepsTime: row.updatedAt == nil))
      } catch {
        result.refused.append(RefusedLine(line: row.line, reason: error))
      }
    }
    return accepted
  }

  /// The record that a row describes.
  mutating func record(_ row: ImportRow) throws(RefusedLine.Reason) -> DirectoryRecord {
    try Self.check(row.id, "id", limit: DirectoryLimits.recordIDBytes)
    try Self.check(row.name, "name", limit: DirectoryLimits.nameBytes)
    guard row.location.utf8.count <= DirectoryLimits.locationBytes else {
      throw .tooLong(field: "location", limitBytes: DirectoryLimits.locationBytes)
    }
    let recordClass = try Self.recordClass(row.recordClass)
    let isActive = try Self.isActive(row.active)
    let numbers = try self.numbers(row)
    return DirectoryRecord(
      id: row.id, recordClass: recordClass, isActiveLead: isActive, name: row.name,
      location: row.location.isEmpty ? nil : LocationID(row.location), numbers: numbers,
      updatedAt: row.updatedAt ?? now)
  }

  private mutating func numbers(
    _ row: ImportRow
  ) throws(RefusedLine.Reason) -> [PhoneNumber.Line] {
    guard row.numbers.count <= DirectoryLimits.numbersPerRecord else {
      throw .tooManyNumbers(limit: DirectoryLimits.numbersPerRecord)
    }
    let region = try region(row)
    var lines: [PhoneNumber.Line] = []
    lines.reserveCapacity(row.numbers.count)
    for text in row.numbers {
      do {
        let line = try PhoneNumberParser.parseLine(text, in: region)
        if !lines.contains(line) { lines.append(line) }
      } catch {
        throw .badNumber(Self.excerpt(text), error)
      }
    }
    return lines
  }

  private mutating func region(_ row: ImportRow) throws(RefusedLine.Reason) -> PhoneRegion {
    guard !row.region.isEmpty else {
      return regions.byLocation[row.location] ?? regions.fallback
    }
    if let lastRegion, lastRegion.code == row.region { return lastRegion }
    do {
      let region = try PhoneRegion(row.region)
      lastRegion = region
      return region
    } catch {
      throw .badRegion(Self.excerpt(row.region))
    }
  }

  private static func check(
    _ text: String, _ field: String, limit: Int
  ) throws(RefusedLine.Reason) {
    // Files lose the blanks around a field: what holds nothing else is none.
    guard !text.isBlank else { throw .missing(field: field) }
    guard text.utf8.count <= limit else { throw .tooLong(field: field, limitBytes: limit) }
  }

  private static func recordClass(_ text: String) throws(RefusedLine.Reason) -> RecordClass {
    switch text {
    case "lead": return .lead
    case "customer": return .customer
    case "previous_customer": return .previousCustomer
    default: break
    }
    switch String(text.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 }) {
    case "": throw .missing(field: "class")
    case "lead": return .lead
    case "customer": return .customer
    case "previous_customer": return .previousCustomer
    default: throw .badClass(excerpt(text))
    }
  }

  private static func isActive(_ text: String) throws(RefusedLine.Reason) -> Bool {
    switch text.lowercased() {
    case "", "yes", "true", "1", "active": return true
    case "no", "false", "0", "inactive": return false
    default: throw .badActive(excerpt(text))
    }
  }

  /// As much of a text as a report shows.
  static func excerpt(_ text: String) -> String { String(text.prefix(64)) }
}
