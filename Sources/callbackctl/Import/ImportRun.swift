import CallbackClient
import CallbackMessages
import DirectoryFiles

/// Carries a file's records to the daemon and keeps account of what became of them.
///
/// Used by one task: the rows are drawn from it while they are sent, and the answers are told to it.
final class ImportRun {
  /// Records imported.
  private(set) var imported: UInt64 = 0
  /// Lines that are no records, and records that the daemon refused.
  private(set) var refused: UInt64 = 0
  /// Why the file could not be read on, where that happened.
  private(set) var failure: (any Error)?
  /// Lines that are no records, for the daemon never saw them.
  private(set) var unreadable: [V1.RefusedRow] = []

  private var file: RecordFile
  private var rows: ArraySlice<FileRow> = []
  /// Rows that the daemon has not answered yet, oldest first: what a refusal is about.
  private var unanswered: ArraySlice<FileRow> = []
  private let take: (V1.RefusedRow, Refused) throws -> Void

  /// What was refused.
  enum Refused {
    /// A record.
    case row(FileRow)
    /// A line that is none.
    case text(String)
  }

  /// An import that has read its first chunk.
  ///
  /// - Parameters:
  ///   - file: the records.
  ///   - take: called with each refusal and what it is about.
  init(_ file: RecordFile, take: @escaping (V1.RefusedRow, Refused) throws -> Void) throws {
    self.file = file
    self.take = take
    try readOn()
  }

  /// How much of the file was read, 0 to 100; nil where its size is not known.
  var percentage: Int? { file.size > 0 ? min(100, file.position * 100 / file.size) : nil }

  /// Columns that mean nothing here.
  var ignoredColumns: [String] { file.ignoredColumns }

  /// The rows in the order of the file, drawn from it as they are sent.
  var records: AnyIterator<V1.ImportRow> {
    AnyIterator { [self] in
      guard let row = next() else { return nil }
      unanswered.append(row)
      return V1.ImportRow(row)
    }
  }

  /// Takes the daemon's answer to a batch.
  func answered(_ answer: V1.ImportDirectoryResponse) {
    imported = answer.imported
    refused = answer.refused + UInt64(unreadable.count)
    for refusal in answer.refusedRows {
      let row = unanswered.first { UInt64($0.line) == refusal.line }
      keep(refusal, row.map { .row($0) } ?? .text(""))
    }
    unanswered = unanswered.drop { UInt64($0.line) <= answer.committedThrough }
  }

  private func next() -> FileRow? {
    while rows.isEmpty, failure == nil {
      do {
        if try !readOn() { break }
      } catch {
        failure = error
      }
    }
    return rows.popFirst()
  }

  /// Reads a chunk; false at the end of the file.
  @discardableResult
  private func readOn() throws -> Bool {
    guard let lines = try file.next() else { return false }
    for line in lines {
      switch line {
      case .row(let row): rows.append(row)
      case .refused(let line, let error, let text):
        let refusal = V1.RefusedRow(
          line: UInt64(line), message: error.description, reason: .fieldInvalid)
        unreadable.append(refusal)
        refused += 1
        keep(refusal, .text(text))
      }
    }
    return true
  }

  private func keep(_ refusal: V1.RefusedRow, _ refused: Refused) {
    do {
      try take(refusal, refused)
    } catch {
      failure = failure ?? error
    }
  }
}

extension V1.ImportRow {
  /// The row as it goes to the daemon, which reads what the fields mean.
  init(_ row: FileRow) {
    self.init(
      line: UInt64(row.line), recordID: row.id, recordClass: row.recordClass, active: row.active,
      name: row.name, locationID: row.location, numbers: row.numbers, region: row.region,
      updatedAt: row.updatedAt.map { GoogleProtobuf.Timestamp(milliseconds: $0) })
  }
}
