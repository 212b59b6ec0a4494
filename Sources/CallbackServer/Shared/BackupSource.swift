import Glibc

/// Makes copies of what the daemon keeps, to be given to an operator.
public protocol BackupSource: Sendable {
  /// Copies every file, in the order in which a copy is given.
  ///
  /// - Throws: what is wrong with the storage.
  func copy() async throws -> [BackupCopy]
}

/// A copy of a file, which is gone with its last reference.
public final class BackupCopy: Sendable {
  /// The file's name in the data directory.
  public let name: String
  /// Where the log ends in it; 0 for other files.
  public let logPosition: UInt64
  /// Its length.
  public let bytes: UInt64
  private let descriptor: Int32

  /// Opens the copy at `path` and takes its name away, so that nothing is left of it whatever
  /// happens; nil where it cannot be opened.
  public init?(of name: String, at path: String, logPosition: UInt64 = 0) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    var status = stat()
    bytes = fstat(descriptor, &status) == 0 ? UInt64(status.st_size) : 0
    self.name = name
    self.logPosition = logPosition
  }

  deinit { close(descriptor) }

  /// Up to `limit` bytes from `offset` on; nil where they cannot be read, empty at the end.
  func read(at offset: UInt64, limit: Int) -> [UInt8]? {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { room, filled in
      count = pread(descriptor, room.baseAddress, room.count, off_t(offset))
      filled = max(0, count)
    }
    return count < 0 ? nil : bytes
  }
}
