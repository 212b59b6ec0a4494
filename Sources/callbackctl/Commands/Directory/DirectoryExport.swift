import ArgumentParser
import CallbackClient
import CallbackMessages
import DirectoryFiles

/// Exports records.
struct DirectoryExport: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the records of the embedded directory to a file that imports again.",
    discussion: """
      CSV, or JSON Lines where the name ends in .jsonl or .ndjson; on standard output JSON Lines \
      with --json.

      Examples:
        callbackctl directory export callers.csv
        callbackctl directory export - | head
        callbackctl directory export - --json | jq .name
      """)

  @Argument(help: "The file, which must not exist; - writes standard output.", completion: .file())
  var file: String

  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let target = try ExportFile(file)
    let console = session.console
    // A file's name says its format, as it does to an import; standard output has no name.
    let isJSON =
      target.isStandard ? session.json : file.hasSuffix(".jsonl") || file.hasSuffix(".ndjson")
    let csv = CSVRecordWriter()
    let json = JSONLinesRecordWriter()
    if !isJSON { try target.write(String(decoding: csv.header, as: UTF8.self)) }
    var count = 0
    try await session.client.exportDirectory { rows in
      var text: [UInt8] = []
      for row in rows { text += isJSON ? try json.line(FileRow(row)) : csv.line(FileRow(row)) }
      try target.write(String(decoding: text, as: UTF8.self))
      count += rows.count
      if console.showsProgress, !target.isStandard { console.remarks.write("\r\(count) records") }
    }
    if console.showsProgress, !target.isStandard { console.remarks.write("\r\u{1B}[K") }
    try target.finish(count, "record", "records", in: session)
  }
}

extension FileRow {
  /// A record as a file has it.
  fileprivate init(_ row: V1.ImportRow) {
    self.init(
      line: Int(row.line), id: row.recordID, recordClass: row.recordClass, active: row.active,
      name: row.name, location: row.locationID, numbers: row.numbers, region: row.region,
      updatedAt: row.updatedAt.map { $0.seconds * 1000 + Int64($0.nanos) / 1_000_000 })
  }
}
