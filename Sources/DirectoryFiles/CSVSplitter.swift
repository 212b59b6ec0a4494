/// Splits CSV as RFC 4180 defines it into records: quoted fields, doubled quotes, line ends inside
/// quotes; lines end with LF or CR LF, and the last one need not.
///
/// A quote inside a field that does not begin with one is a character like any other. A record with
/// a bad quote costs its first line only: splitting goes on at the next line, so that one bad quote
/// does not swallow a file.
struct CSVSplitter {
  /// A field: where its bytes are, and whether quotes in them are doubled.
  struct Field {
    var range: Range<Int>
    var hasDoubledQuotes = false
  }

  enum Step {
    /// A record; its fields are in `fields`.
    case record(lines: Int)
    /// A record that is refused, and how many lines are passed over.
    case refused(FileLineError, lines: Int)
    /// More bytes are needed.
    case incomplete
  }

  private enum End {
    case field, record, incomplete, badQuote
  }

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private let delimiter: UInt8
  private(set) var fields: [Field] = []
  /// Whether the rest of a line that was too long is still to be passed over.
  private(set) var isSkipping = false

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// Reads one record.
  ///
  /// - Parameters:
  ///   - position: where to begin; moved behind the record.
  ///   - isLast: whether `bytes` hold the end of the file.
  mutating func next(
    in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int, isLast: Bool
  ) -> Step {
    if isSkipping {
      let end = Self.lineEnd(bytes, from: position)
      position = end ?? bytes.count
      guard end != nil || isLast else { return .incomplete }
      isSkipping = false
      return .refused(.tooLong(limitBytes: FileLimits.recordBytes), lines: 1)
    }
    let start = position
    var at = position
    fields.removeAll(keepingCapacity: true)
    var lines = 1
    while true {
      let end = field(in: bytes, at: &at, lines: &lines, isLast: isLast)
      let isTooLong = (end == .incomplete ? bytes.count : at) - start > FileLimits.recordBytes
      switch end {
      case .field: continue
      case .record where !isTooLong:
        position = at
        return .record(lines: lines)
      case .incomplete where !isTooLong: return .incomplete
      case .record, .incomplete, .badQuote:
        let error =
          isTooLong ? .tooLong(limitBytes: FileLimits.recordBytes) : FileLineError.badQuote
        return refuseLine(error, in: bytes, at: &position, isLast: isLast)
      }
    }
  }

  /// Passes over the line at `position`, of a record that is too long or has a bad quote.
  private mutating func refuseLine(
    _ error: FileLineError, in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int,
    isLast: Bool
  ) -> Step {
    let end = Self.lineEnd(bytes, from: position)
    guard end != nil || isLast else {
      guard bytes.count - position > FileLimits.recordBytes else { return .incomplete }
      position = bytes.count
      isSkipping = true
      return .incomplete
    }
    position = end ?? bytes.count
    return .refused(error, lines: 1)
  }

  private mutating func field(
    in bytes: UnsafeBufferPointer<UInt8>, at: inout Int, lines: inout Int, isLast: Bool
  ) -> End {
    guard at < bytes.count else {
      guard isLast else { return .incomplete }
      fields.append(Field(range: at..<at))
      return .record
    }
    return bytes[at] == Self.quote
      ? quoted(in: bytes, at: &at, lines: &lines, isLast: isLast)
      : plain(in: bytes, at: &at, isLast: isLast)
  }

  private mutating func plain(
    in bytes: UnsafeBufferPointer<UInt8>, at: inout Int, isLast: Bool
  ) -> End {
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == delimiter {
        fields.append(Field(range: start..<at))
        at += 1
        return .field
      }
      if byte == Self.newline {
        let hasReturn = at > start && bytes[at - 1] == Self.carriageReturn
        fields.append(Field(range: start..<(hasReturn ? at - 1 : at)))
        at += 1
        return .record
      }
      at += 1
    }
    guard isLast else { return .incomplete }
    fields.append(Field(range: start..<at))
    return .record
  }

  private mutating func quoted(
    in bytes: UnsafeBufferPointer<UInt8>, at: inout Int, lines: inout Int, isLast: Bool
  ) -> End {
    let start = at + 1
    var hasDoubled = false
    at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == Self.newline { lines += 1 }
      guard byte == Self.quote else {
        at += 1
        continue
      }
      guard at + 1 < bytes.count || isLast else { return .incomplete }
      if at + 1 < bytes.count, bytes[at + 1] == Self.quote {
        hasDoubled = true
        at += 2
        continue
      }
      fields.append(Field(range: start..<at, hasDoubledQuotes: hasDoubled))
      at += 1
      return afterQuote(in: bytes, at: &at, isLast: isLast)
    }
    return isLast ? .badQuote : .incomplete
  }

  /// Behind a closing quote stands a delimiter or the end of the line, nothing else.
  private func afterQuote(
    in bytes: UnsafeBufferPointer<UInt8>, at: inout Int, isLast: Bool
  ) -> End {
    guard at < bytes.count else { return isLast ? .record : .incomplete }
    switch bytes[at] {
    case delimiter:
      at += 1
      return .field
    case Self.newline:
      at += 1
      return .record
    case Self.carriageReturn:
      guard at + 1 < bytes.count else { return isLast ? .record : .incomplete }
      guard bytes[at + 1] == Self.newline else { return .badQuote }
      at += 2
      return .record
    default:
      return .badQuote
    }
  }

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from position: Int) -> Int? {
    bytes[position...].firstIndex(of: newline).map { $0 + 1 }
  }

  /// The text of a field, with doubled quotes made single; nil where it is not UTF-8.
  static func text(_ field: Field, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let raw = UnsafeBufferPointer(rebasing: bytes[field.range])
    guard field.hasDoubledQuotes else { return String(validating: raw, as: UTF8.self) }
    var single: [UInt8] = []
    single.reserveCapacity(raw.count)
    var wasQuote = false
    for byte in raw {
      wasQuote = byte == quote && !wasQuote
      if !wasQuote { single.append(byte) }
    }
    return String(validating: single, as: UTF8.self)
  }
}
