import CallbackCore
import CallerDirectory
import DirectoryFiles
import Glibc

/// Imports a million records and looks numbers up among them; fails where a goal is missed.
///
/// `directory-benchmark [RECORDS]`
@main
struct DirectoryBenchmark {
  private static let importGoal = Duration.seconds(20)
  private static let lookupGoalMicroseconds = 10.0
  private static let lookups = 200_000

  private let count: Int
  private var isGoalMissed = false

  static func main() async throws {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
    var benchmark = DirectoryBenchmark(count: count)
    try await benchmark.run()
    if benchmark.isGoalMissed { exit(1) }
  }

  private init(count: Int) { self.count = count }

  private mutating func run() async throws {
    var template = Array(
      ("/tmp/directory-benchmark-" + String(repeating: "X", count: 6)).utf8CString)
    guard let made = mkdtemp(&template) else { fatalError("no temporary directory") }
    let folder = String(cString: made)
    defer {
      for name in ["d.db", "d.db-wal", "d.db-shm", "records.csv"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    let region = try PhoneRegion("US")
    try parseNumbers(in: region)
    GeneratedFile.write(count: count, to: "\(folder)/records.csv")
    let directory = try EmbeddedDirectory(path: "\(folder)/d.db")
    try await importFile("\(folder)/records.csv", into: directory, region: region)
    try lookUp(in: directory)
    try await search(in: directory, region: region)
  }

  private func parseNumbers(in region: PhoneRegion) throws {
    let numbers = (0..<100_000).map { GeneratedFile.row($0).numbers[0] }
    let e164 = (0..<100_000).map { GeneratedFile.number($0) }
    for (name, texts) in [("parse numbers as written", numbers), ("parse E.164", e164)] {
      let watch = Stopwatch()
      for text in texts { _ = try PhoneNumberParser.parseLine(text, in: region) }
      watch.report(name, each: texts.count)
    }
  }

  /// Reads the file and stores its records, as a daemon does that is sent them in batches.
  private mutating func importFile(
    _ path: String, into directory: EmbeddedDirectory, region: PhoneRegion
  ) async throws {
    let regions = ImportRegions(fallback: region)
    var created = 0
    var reader = CSVRecordReader()
    var batch: [ImportRow] = []
    let watch = Stopwatch()
    var reading = Stopwatch.Lap()
    // One batch is read while the one before is written.
    var written: Task<Int, any Error>?
    func store() async throws {
      let rows = batch
      batch.removeAll(keepingCapacity: true)
      created += try await written?.value ?? 0
      written = Task {
        try await directory.importRows(rows, regions: regions, at: WallTime(0)).created
      }
    }
    guard let file = fopen(path, "r") else { fatalError("cannot read \(path)") }
    defer { fclose(file) }
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    while case let size = fread(&chunk, 1, chunk.count, file), size > 0 {
      let lap = Stopwatch()
      let lines = try reader.read(chunk[..<size])
      reading += lap.lap
      for case .row(let row) in lines {
        batch.append(ImportRow(row))
        if batch.count == DirectoryLimits.rowsPerImport { try await store() }
      }
    }
    for case .row(let row) in try reader.finish() { batch.append(ImportRow(row)) }
    try await store()
    created += try await written?.value ?? 0
    reading.report("of the import, reading CSV", each: created)
    watch.report("import", each: created)
    guard created == count else { fatalError("\(created) of \(count) were imported") }
    // The goal is set for a million records.
    check("import", watch.lap.wall <= Self.importGoal * Double(count) / 1_000_000)
  }

  private mutating func lookUp(in directory: EmbeddedDirectory) throws {
    var index = 12_345
    func next() -> PhoneNumber.Line {
      index = (index &* 1_103_515_245 &+ 12_345) & 0x7fff_ffff
      return PhoneNumber.Line(e164: GeneratedFile.number(index % count))
    }
    let known = (0..<Self.lookups).map { _ in next() }
    for round in ["look up, cold", "look up, warm"] {
      let watch = Stopwatch()
      for line in known {
        guard try directory.lookupNow(line)?.isEmpty == false else { fatalError("not found") }
      }
      watch.report(round, each: known.count)
      if round.hasSuffix("warm") {
        let each = watch.lap.wall / .microseconds(1) / Double(known.count)
        check("look-up", each <= Self.lookupGoalMicroseconds)
      }
    }
    let unknown = (0..<Self.lookups).map { PhoneNumber.Line(e164: "+44207\(1_000_000 + $0)") }
    let missing = Stopwatch()
    for line in unknown { _ = try directory.lookupNow(line) }
    missing.report("look up what is unknown", each: unknown.count)
    let resolver = CallerResolver(directory: directory)
    let cached = Array(known.prefix(10_000))
    for line in cached { _ = resolver.resolveNow([line]) }
    let watch = Stopwatch()
    for _ in 0..<20 { for line in cached { _ = resolver.resolveNow([line]) } }
    watch.report("resolve out of the cache", each: cached.count * 20)
  }

  private func search(in directory: EmbeddedDirectory, region: PhoneRegion) async throws {
    for text in ["garcia", "hiro jones 12", "5550123", "0000123"] {
      let watch = Stopwatch()
      let result = try await directory.search(text, in: region, limit: 20)
      watch.report("search \"\(text)\", \(result.records.count) found", each: 1)
    }
  }

  private mutating func check(_ goal: String, _ isMet: Bool) {
    if isMet { return }
    print("MISSED the goal of the \(goal)")
    isGoalMissed = true
  }
}

extension ImportRow {
  fileprivate init(_ row: FileRow) {
    self.init(
      line: row.line, id: row.id, recordClass: row.recordClass, active: row.active, name: row.name,
      location: row.location, numbers: row.numbers, region: row.region,
      updatedAt: row.updatedAt.map { WallTime($0) })
  }
}
