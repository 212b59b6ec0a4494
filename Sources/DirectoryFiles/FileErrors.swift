/// Why a line of a file is no record.
public enum FileLineError: Error, Hashable, Sendable {
  /// Not as many fields as the header has.
  case fieldCount(expected: Int, found: Int)
  /// A quote that is not closed, or that ends in the middle of a field.
  case badQuote
  /// Bytes that are not UTF-8.
  case notUTF8
  /// More bytes than a record may have.
  case tooLong(limitBytes: Int)
  /// More numbers than a record may have.
  case tooManyNumbers(limit: Int)
  /// A time that is not understood; at most 64 characters of it.
  case badTime(String)
  /// Not a JSON object, or a member that is not of its type.
  case badJSON(String)
}

extension FileLineError: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .fieldCount(let expected, let found): "\(found) fields where the header has \(expected)"
    case .badQuote: "a quote is not closed, or ends in the middle of a field"
    case .notUTF8: "not UTF-8"
    case .tooLong(let limit): "longer than \(limit) bytes"
    case .tooManyNumbers(let limit): "more than \(limit) numbers"
    case .badTime(let text): "time \"\(text)\" is not like 2025-03-31T12:00:00Z"
    case .badJSON(let text): "not a record in JSON: \(text)"
    }
  }
}

/// Why a file cannot be read at all.
public enum FileHeaderError: Error, Hashable, Sendable {
  /// The file has no line.
  case empty
  /// The file is not UTF-8; a spreadsheet's "Unicode text" is not.
  case notUTF8
  /// The first line does not end within the limit.
  case tooLong(limitBytes: Int)
  /// The first line has a quote that is not closed.
  case badQuote
  /// A column that every file has is not there.
  case missingColumn(String)
  /// A column stands there twice.
  case repeatedColumn(String)
}

extension FileHeaderError: CustomStringConvertible {
  /// The reason in words.
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .notUTF8: "the file is not UTF-8"
    case .tooLong(let limit): "the first line is longer than \(limit) bytes"
    case .badQuote: "the first line has a quote that is not closed"
    case .missingColumn(let name): "the first line has no column \"\(name)\""
    case .repeatedColumn(let name): "the first line has the column \"\(name)\" twice"
    }
  }
}
