import DirectoryFiles
import Glibc

/// A file of records, read in chunks: CSV, or JSON Lines where its name ends in .jsonl or .ndjson.
struct RecordFile {
  private enum Reader {
    case csv(CSVRecordReader)
    case jsonLines(JSONLinesRecordReader)
  }

  /// Bytes read at a time.
  private static let chunkBytes = 64 * 1_024

  /// The file's size; 0 where it has none, such as a pipe.
  let size: Int
  /// Bytes read so far.
  private(set) var position = 0
  private let path: String
  private let descriptor: Int32
  private var reader: Reader
  private var isAtEnd = false

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: ``Failure`` where it cannot be opened.
  init(path: String, delimiter: UInt8) throws {
    self.path = path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure("\(path) cannot be read: \(PartialFile.reason())", .usage)
    }
    var status = stat()
    fstat(descriptor, &status)
    size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    let isJSONLines = path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson")
    reader =
      isJSONLines
      ? .jsonLines(JSONLinesRecordReader()) : .csv(CSVRecordReader(delimiter: delimiter))
  }

  /// Whether a descriptor is of the file that is read.
  func isFile(of other: Int32) -> Bool {
    var (mine, theirs) = (stat(), stat())
    guard fstat(descriptor, &mine) == 0, fstat(other, &theirs) == 0 else { return false }
    return mine.st_mode & S_IFMT == S_IFREG
      && mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
  }

  /// Columns that mean nothing here.
  var ignoredColumns: [String] {
    if case .csv(let reader) = reader { reader.ignoredColumns } else { [] }
  }

  /// The records that end in the next chunk; nil at the end of the file.
  ///
  /// - Throws: ``Failure`` where the file cannot be read, or its first line does not name the
  ///   columns.
  mutating func next() throws -> [FileLine]? {
    if isAtEnd { return nil }
    let chunk = try readChunk()
    do {
      return try parse(chunk)
    } catch {
      close()
      throw Failure(
        "\(path): \(error)\n  → The first line names the columns: id, class, name, phone; "
          + "also active, location, region, updated_at, phone_2. Where ; or a tab stands between "
          + "them, say so with --delimiter.", .usage)
    }
  }

  private mutating func parse(_ chunk: [UInt8]) throws(FileHeaderError) -> [FileLine] {
    if chunk.isEmpty { close() }
    switch reader {
    case .csv(var csv):
      let lines = chunk.isEmpty ? try csv.finish() : try csv.read(chunk)
      reader = .csv(csv)
      return lines
    case .jsonLines(var json):
      let lines = chunk.isEmpty ? json.finish() : json.read(chunk)
      reader = .jsonLines(json)
      return lines
    }
  }

  private mutating func readChunk() throws -> [UInt8] {
    while true {
      var failure: String?
      let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { room, count in
        let got = read(descriptor, room.baseAddress, room.count)
        if got < 0 { failure = errno == EINTR ? "" : PartialFile.reason() }
        count = max(0, got)
      }
      guard let failure else {
        position += chunk.count
        return chunk
      }
      if !failure.isEmpty { throw Failure("\(path) cannot be read: \(failure)", .usage) }
    }
  }

  private mutating func close() {
    if !isAtEnd, descriptor != STDIN_FILENO { Glibc.close(descriptor) }
    isAtEnd = true
  }

}
