import FoundationEssentials

/// Writes records as CSV that `CSVRecordReader` reads back to the same rows.
public struct CSVRecordWriter {
  /// Writes to nothing; its functions give the bytes.
  public init() {}

  /// The first line.
  public var header: [UInt8] {
    Array("id,class,active,name,location,phone,region,updated_at\r\n".utf8)
  }

  /// The line of a record; its numbers stand in one cell, and so must not hold a `|`.
  public func line(_ row: FileRow) -> [UInt8] {
    let fields = [
      row.id, row.recordClass, row.active, row.name, row.location,
      row.numbers.joined(separator: "|"), row.region,
      row.updatedAt.map(FileTime.text) ?? "",
    ]
    return Array((fields.map(Self.quoted).joined(separator: ",") + "\r\n").utf8)
  }

  /// A field as it stands in a line, in quotes where it needs them.
  public static func quoted(_ text: String) -> String {
    let special: [UInt8] = [0x22, 0x2c, 0x0a, 0x0d]
    guard text.utf8.contains(where: special.contains) else { return text }
    // By code points, as readers do: a quote and a mark that combines with it are one character.
    var result = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      if scalar == "\"" { result.append(scalar) }
      result.append(scalar)
    }
    result.append("\"")
    return String(result)
  }
}

/// Writes records as JSON Lines that `JSONLinesRecordReader` reads back to the same rows.
public struct JSONLinesRecordWriter {
  private let encoder: JSONEncoder

  /// Writes to nothing; its functions give the bytes.
  public init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// The line of a record.
  public func line(_ row: FileRow) throws -> [UInt8] {
    let object = JSONOutput(
      id: row.id, recordClass: row.recordClass, active: row.active.isEmpty ? nil : row.active,
      name: row.name, location: row.location.isEmpty ? nil : row.location, phones: row.numbers,
      region: row.region.isEmpty ? nil : row.region, updatedAt: row.updatedAt.map(FileTime.text))
    return Array(try encoder.encode(object)) + [0x0a]
  }

  private struct JSONOutput: Encodable {
    let id: String
    let recordClass: String
    let active: String?
    let name: String
    let location: String?
    let phones: [String]
    let region: String?
    let updatedAt: String?

    enum CodingKeys: String, CodingKey {
      case id, active, name, location, phones, region
      case recordClass = "class"
      case updatedAt = "updated_at"
    }
  }
}
