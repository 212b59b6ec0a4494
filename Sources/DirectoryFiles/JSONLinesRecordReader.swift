import FoundationEssentials

/// Reads records out of a file of JSON Lines: one object a line, UTF-8.
///
/// Members: `id`, `class`, `name` and `phones` (a list) must be there; `active` (true, false, 1, 0,
/// or a text as in CSV), `location`, `region` and `updated_at` may be. Others are passed over. Ids and
/// numbers may be whole numbers, too, as databases write them. The file may begin with a byte order
/// mark.
public struct JSONLinesRecordReader {
  private var pending: [UInt8] = []
  private var line = 1
  private var isSkipping = false
  private let decoder = JSONDecoder()

  /// Starts at the beginning of a file.
  public init() {}

  /// Takes the next bytes of the file and gives the records that end in them.
  public mutating func read(_ chunk: some Sequence<UInt8>) -> [FileLine] {
    pending.append(contentsOf: chunk)
    var found: [FileLine] = []
    var start = 0
    while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if let parsed = take(pending[start..<end]) { found.append(parsed) }
      line += 1
      start = end + 1
    }
    pending.removeFirst(start)
    if pending.count > FileLimits.recordBytes {
      isSkipping = true
      pending = []
    }
    return found
  }

  /// Gives what is left at the end of the file.
  public mutating func finish() -> [FileLine] {
    defer { pending = [] }
    return take(pending[...]).map { [$0] } ?? []
  }

  private mutating func take(_ written: ArraySlice<UInt8>) -> FileLine? {
    let hasMark = line == 1 && written.starts(with: [0xef, 0xbb, 0xbf])
    let bytes = hasMark ? written.dropFirst(3) : written
    if isSkipping || bytes.count > FileLimits.recordBytes {
      // Of a line whose beginning is gone there is nothing to keep.
      let kept = isSkipping ? bytes.prefix(0) : bytes
      isSkipping = false
      return .refused(line: line, .tooLong(limitBytes: FileLimits.recordBytes), of: kept)
    }
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return nil }
    do throws(FileLineError) {
      return .row(try row(bytes))
    } catch {
      return .refused(line: line, error, of: bytes)
    }
  }

  private func row(_ bytes: ArraySlice<UInt8>) throws(FileLineError) -> FileRow {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    let object: JSONRow
    do {
      object = try decoder.decode(JSONRow.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw .badJSON(Self.describe(error))
    } catch {
      throw .badJSON("not readable")
    }
    var row = FileRow(
      line: line, id: object.id?.text.trimmed ?? "",
      recordClass: object.recordClass?.trimmed ?? "",
      active: object.active?.text.trimmed ?? "", name: object.name?.trimmed ?? "",
      location: object.location?.text.trimmed ?? "",
      numbers: object.phones.map(\.text.trimmed).filter { !$0.isEmpty },
      region: object.region?.trimmed ?? "")
    if let time = object.updatedAt { row.updatedAt = try FileTime.milliseconds(time.trimmed) }
    try row.checkNumbers()
    return row
  }

  private static func describe(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? "not an object in JSON"
        : "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
    case .dataCorrupted: "not an object in JSON"
    @unknown default: "not readable"
    }
  }
}

/// The members of a record's object.
private struct JSONRow: Decodable {
  let id: JSONWord?
  let recordClass: String?
  let active: JSONFlag?
  let name: String?
  let location: JSONWord?
  let phones: [JSONWord]
  let region: String?
  let updatedAt: String?

  enum CodingKeys: String, CodingKey {
    case id, active, name, location, phones, region
    case recordClass = "class"
    case updatedAt = "updated_at"
  }
}

/// A flag as JSON writes it, or as a text.
private struct JSONFlag: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      text = flag ? "yes" : "no"
    } else {
      text = try JSONWord(from: decoder).text
    }
  }
}

/// A text, or a whole number whose digits are meant.
private struct JSONWord: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let written = try? value.decode(String.self) {
      text = written
    } else if let number = try? value.decode(Int64.self) {
      text = String(number)
    } else {
      throw DecodingError.typeMismatch(
        String.self, .init(codingPath: value.codingPath, debugDescription: "neither"))
    }
  }
}
