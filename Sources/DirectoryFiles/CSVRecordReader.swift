/// Reads records out of a CSV file, chunk by chunk, in bounded memory.
///
/// The first line names the columns (see the README): `id`, `class`, `name`, `phone`, and as wanted
/// `active`, `location`, `region`, `updated_at`, `phone_2` … A cell may hold several numbers with
/// `|` between them. The file is UTF-8, with or without a byte order mark.
public struct CSVRecordReader {
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  private var splitter: CSVSplitter
  private var columns: CSVColumns?
  /// Bytes of a record whose end has not come yet.
  private var pending: [UInt8] = []
  private var line = 1
  private var hasBegun = false

  /// Starts at the beginning of a file.
  ///
  /// - Parameter delimiter: what stands between fields; some spreadsheets write a semicolon.
  public init(delimiter: UInt8 = UInt8(ascii: ",")) {
    splitter = CSVSplitter(delimiter: delimiter)
  }

  /// The columns that mean nothing here, as they are written; known after the first line.
  public var ignoredColumns: [String] { columns?.ignored ?? [] }

  /// Takes the next bytes of the file and gives the records that end in them.
  ///
  /// - Throws: `FileHeaderError` where the first line does not name the columns.
  public mutating func read(
    _ chunk: some Sequence<UInt8>
  ) throws(FileHeaderError) -> [FileLine] {
    pending.append(contentsOf: chunk)
    // Whether there is a byte order mark is known from three bytes on.
    guard hasBegun || pending.count >= 3 else { return [] }
    return try split(isLast: false)
  }

  /// Gives what is left at the end of the file.
  ///
  /// - Throws: `FileHeaderError.empty` for a file without any line, and as `read` does.
  public mutating func finish() throws(FileHeaderError) -> [FileLine] {
    let lines = try split(isLast: true)
    guard columns != nil else { throw .empty }
    return lines
  }

  private mutating func split(isLast: Bool) throws(FileHeaderError) -> [FileLine] {
    if !hasBegun {
      hasBegun = true
      if pending.starts(with: Self.byteOrderMark) { pending.removeFirst(3) }
      if pending.starts(with: [0xff, 0xfe]) || pending.starts(with: [0xfe, 0xff]) {
        throw .notUTF8
      }
    }
    var found: [FileLine] = []
    var position = 0
    let bytes = pending
    let result: Result<Void, FileHeaderError> = bytes.withUnsafeBufferPointer { bytes in
      do throws(FileHeaderError) {
        while position < bytes.count || isLast && splitter.isSkipping {
          // Of a line whose beginning is gone there is nothing to keep.
          let start = splitter.isSkipping ? nil : position
          switch splitter.next(in: bytes, at: &position, isLast: isLast) {
          case .incomplete: return .success(())
          case .refused(let error, let lines):
            if columns == nil { throw Self.headerError(error) }
            found.append(.refused(line: line, error, of: bytes[(start ?? position)..<position]))
            line += lines
          case .record(let lines):
            if let parsed = try take(bytes, (start ?? position)..<position) { found.append(parsed) }
            line += lines
          }
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    pending.removeFirst(position)
    return found
  }

  /// Takes the record that the splitter has read; nil for the header and for an empty line.
  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, _ record: Range<Int>
  ) throws(FileHeaderError) -> FileLine? {
    let fields = splitter.fields
    if fields.count == 1, fields[0].range.isEmpty { return nil }
    guard let columns else {
      let names = fields.map { CSVSplitter.text($0, in: bytes) }
      guard !names.contains(nil) else { throw .notUTF8 }
      self.columns = try CSVColumns(names.compactMap { $0 })
      return nil
    }
    do throws(FileLineError) {
      return .row(try row(columns, bytes))
    } catch {
      return .refused(line: line, error, of: bytes[record])
    }
  }

  private func row(
    _ columns: CSVColumns, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(FileLineError) -> FileRow {
    guard splitter.fields.count == columns.count else {
      throw .fieldCount(expected: columns.count, found: splitter.fields.count)
    }
    func text(_ index: Int?) throws(FileLineError) -> String {
      guard let index else { return "" }
      guard let text = CSVSplitter.text(splitter.fields[index], in: bytes) else { throw .notUTF8 }
      return text.trimmed
    }
    var row = FileRow(
      line: line, id: try text(columns["id"]), recordClass: try text(columns["class"]),
      active: try text(columns["active"]), name: try text(columns["name"]),
      location: try text(columns["location"]), numbers: [], region: try text(columns["region"]))
    for index in columns.numbers {
      let cell = try text(index)
      guard cell.utf8.contains(UInt8(ascii: "|")) else {
        if !cell.isEmpty { row.numbers.append(cell) }
        continue
      }
      for part in cell.split(separator: "|") {
        let number = String(part).trimmed
        if !number.isEmpty { row.numbers.append(number) }
      }
    }
    let time = try text(columns["updated_at"])
    if !time.isEmpty { row.updatedAt = try FileTime.milliseconds(time) }
    try row.checkNumbers()
    return row
  }

  private static func headerError(_ error: FileLineError) -> FileHeaderError {
    switch error {
    case .tooLong(let limit): .tooLong(limitBytes: limit)
    case .notUTF8: .notUTF8
    case .badQuote, .fieldCount, .tooManyNumbers, .badTime, .badJSON: .badQuote
    }
  }
}

extension FileRow {
  /// Refuses a row whose message could become too large; what is missing is for the importer to say.
  func checkNumbers() throws(FileLineError) {
    if numbers.count > FileLimits.numbers { throw .tooManyNumbers(limit: FileLimits.numbers) }
  }
}
