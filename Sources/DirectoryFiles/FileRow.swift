/// A record of a file, every field as it is written there.
public struct FileRow: Hashable, Sendable {
  /// The line that it begins at, from 1.
  public var line: Int
  /// The record's id in the system that it comes from.
  public var id: String
  /// `lead`, `customer` or `previous_customer`, unchecked.
  public var recordClass: String
  /// Whether a Lead is active: `yes` or `no`, unchecked; empty where the file does not say.
  public var active: String
  /// The name.
  public var name: String
  /// The location's id; empty for none.
  public var location: String
  /// The numbers as they are written, the main one first.
  public var numbers: [String]
  /// The region in which national numbers are read, unchecked; empty where the file does not say.
  public var region: String
  /// When the record last changed, in milliseconds of Unix time; nil where the file does not say.
  public var updatedAt: Int64?

  /// Makes a row out of its fields.
  public init(
    line: Int, id: String, recordClass: String, active: String = "", name: String,
    location: String = "", numbers: [String], region: String = "", updatedAt: Int64? = nil
  ) {
    self.line = line
    self.id = id
    self.recordClass = recordClass
    self.active = active
    self.name = name
    self.location = location
    self.numbers = numbers
    self.region = region
    self.updatedAt = updatedAt
  }
}

/// What a reader made of a record of a file.
public enum FileLine: Hashable, Sendable {
  /// A record; whether its fields are acceptable is for the importer to say.
  case row(FileRow)
  /// Something that is no record, with as much of its text as a report keeps; where that is not
  /// UTF-8 it is read as Latin-1, which older spreadsheets write.
  case refused(line: Int, FileLineError, text: String = "")
}

extension FileLine {
  /// A refusal that keeps the text of its line.
  static func refused(
    line: Int, _ error: FileLineError, of bytes: some Collection<UInt8>
  ) -> FileLine {
    let lineEnds: [UInt8] = [0x0a, 0x0d]
    var kept = Array(bytes.prefix(FileLimits.refusedBytes))
    while let last = kept.last, lineEnds.contains(last) { kept.removeLast() }
    let text =
      bytes.count <= FileLimits.refusedBytes
      ? String(validating: kept, as: UTF8.self) : String(decoding: kept, as: UTF8.self)
    guard let text else {
      let latin = kept.map { Unicode.Scalar($0) }
      return .refused(line: line, error, text: String(String.UnicodeScalarView(latin)))
    }
    return .refused(line: line, error, text: text)
  }
}
