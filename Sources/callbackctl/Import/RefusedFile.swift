import CallbackMessages
import DirectoryFiles
import Glibc

/// The refused records as CSV with line and reason beside them: correct it, and import it again.
final class RefusedFile {
  private let path: String
  private let descriptor: Int32
  private let writer = CSVRecordWriter()

  /// Makes the file, or replaces it.
  ///
  /// - Parameter imported: the file that is read, which a report must not replace.
  /// - Throws: ``Failure`` where that is not possible.
  init(path: String, imported: RecordFile) throws {
    self.path = path
    // What is there is emptied only once it is known to be another file.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure("\(path) cannot be written: \(PartialFile.reason())", .usage)
    }
    guard !imported.isFile(of: descriptor) else {
      close(descriptor)
      throw Failure("\(path) is the file that is imported; --refused needs another.", .usage)
    }
    // Of a pipe or a terminal there is nothing to empty.
    _ = ftruncate(descriptor, 0)
    self.descriptor = descriptor
    try write(Self.line("refused_line", "refused_because", "refused_text", writer.header))
  }

  deinit {
    close(descriptor)
  }

  /// Adds a refusal. A line that could not be read as a record has its text instead of fields.
  ///
  /// - Throws: ``Failure`` where the file cannot be written.
  func add(_ refusal: V1.RefusedRow, _ refused: ImportRun.Refused) throws(Failure) {
    var row = FileRow(line: Int(refusal.line), id: "", recordClass: "", name: "", numbers: [])
    var text = ""
    switch refused {
    case .row(let known): row = known
    case .text(let line): text = line
    }
    try write(Self.line(String(refusal.line), refusal.message, text, writer.line(row)))
  }

  private func write(_ text: String) throws(Failure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else {
        throw Failure("\(path) cannot be written: \(PartialFile.reason())")
      }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private static func line(
    _ number: String, _ reason: String, _ text: String, _ fields: [UInt8]
  ) -> String {
    "\(number),\(CSVRecordWriter.quoted(reason)),\(CSVRecordWriter.quoted(text)),"
      + String(decoding: fields, as: UTF8.self)
  }
}
