import ArgumentParser
import CallbackClient
import CallbackMessages

/// The embedded directory.
struct DirectoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "directory", abstract: "The embedded directory of callers.",
    subcommands: [DirectoryImport.self, DirectoryExport.self])
}

/// Imports records.
struct DirectoryImport: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import records from a CSV file; those that exist are replaced.",
    discussion: """
      The first line names the columns: id, class (lead, customer, previous_customer), name and \
      phone; also active (yes or no, for leads), location, region, updated_at, phone_2 and so on. \
      A cell may hold several numbers with | between them. Files named .jsonl or .ndjson hold one \
      JSON object a line.

      Refused lines do not stop the import. Importing the same file again is harmless.

      Examples:
        callbackctl directory import callers.csv
        callbackctl directory import callers.csv --refused refused.csv
        callbackctl directory import callers.csv --dry-run
      """)

  @Argument(help: "The file; - reads standard input.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "Keep what is refused in a CSV file with line and reason: correct it and import it again.",
      valueName: "file"),
    completion: .file())
  var refused: String?

  @Option(help: "What stands between the fields, such as ; or tab.")
  var delimiter = DelimiterArgument(byte: UInt8(ascii: ","))

  @Flag(help: "Only say what would become of the lines; change nothing.")
  var dryRun = false

  @Flag(help: "End with exit code 1 where a line was refused.")
  var strict = false

  @OptionGroup var globals: GlobalOptions

  /// Refused lines that are shown; a file keeps them all.
  private static let shownRefusals = 20

  func run(in session: Session) async throws {
    let console = session.console
    let source = try RecordFile(path: file, delimiter: delimiter.byte)
    let kept = try refused.map { try RefusedFile(path: $0, imported: source) }
    var shown = 0
    let run = try ImportRun(source) { refusal, refused in
      try kept?.add(refusal, refused)
      shown += 1
      if !session.json, shown <= Self.shownRefusals {
        if console.showsProgress { console.remarks.write("\r\u{1B}[K") }
        console.print("line \(refusal.line): \(SafeText.line(refusal.message))")
      }
    }
    if !run.ignoredColumns.isEmpty {
      console.remark(
        "Columns not used: " + run.ignoredColumns.map(SafeText.line).joined(separator: ", "))
    }
    let last = try await session.client.importDirectory(
      IteratorSequence(run.records), dryRun: dryRun
    ) { answer in
      run.answered(answer)
      if session.json {
        if let line = try? answer.jsonLine() { console.print(line) }
      } else if console.showsProgress {
        console.remarks.write("\r" + Self.progress(run))
      }
    }
    if console.showsProgress { console.remarks.write("\r\u{1B}[K") }
    // What was imported is told also where it could not go on.
    try conclude(run, last, session)
    if let failure = run.failure { throw failure }
    if strict, run.refused > 0 { throw Failure("\(Self.counted(run.refused, "line")) refused") }
  }

  private func conclude(
    _ run: ImportRun, _ last: V1.ImportDirectoryResponse, _ session: Session
  ) throws {
    if session.json {
      // The daemon never saw lines that are no records: one more message of its kind has the sums.
      let sums = V1.ImportDirectoryResponse(
        committedThrough: last.committedThrough, imported: run.imported, refused: run.refused,
        refusedRows: run.unreadable)
      session.console.print(try sums.jsonLine())
      return
    }
    let hidden = Int(run.refused) - Self.shownRefusals
    if hidden > 0 {
      let hint = refused == nil ? "; --refused FILE keeps them all" : ""
      session.console.print("… and \(Self.counted(UInt64(hidden), "line")) more\(hint)")
    }
    let isKept = run.refused > 0 && run.failure == nil
    let place = refused.map { isKept ? ", kept in \(SafeText.line($0))" : "" } ?? ""
    session.console.print(
      "\(Self.counted(run.imported, "record")) \(dryRun ? "would be " : "")imported, "
        + "\(Self.counted(run.refused, "line")) refused\(place).")
  }

  private static func progress(_ run: ImportRun) -> String {
    let share = run.percentage.map { "\($0) %, " } ?? ""
    return "\(share)\(run.imported) imported, \(run.refused) refused"
  }

  private static func counted(_ count: UInt64, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}

/// What stands between the fields of a CSV file.
struct DelimiterArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The character.
  let byte: UInt8

  /// Wraps a character.
  init(byte: UInt8) {
    self.byte = byte
  }

  /// Reads a character or the word tab; nil for anything else.
  init?(argument: String) {
    if argument == "tab" || argument == "\t" {
      byte = UInt8(ascii: "\t")
    } else if let byte = argument.utf8.first, argument.utf8.count == 1, byte > 0x20, byte != 0x22 {
      self.byte = byte
    } else {
      return nil
    }
  }

  /// As it is shown in help texts.
  var defaultValueDescription: String { String(UnicodeScalar(byte)) }
}
