import EventLog
import Glibc
import SQLite
import StoreFiles

extension SQLiteEventStore {
  /// Writes a copy of the log as it is at one moment into a new file (0600), while the log is
  /// written on. What the copy contains is durable when this returns.
  ///
  /// - Parameter path: a file that must not exist; a copy that fails is removed.
  /// - Returns: where the copy ends.
  public func backup(to path: String) throws(EventLogError) -> LogHead {
    let fileSystem = try Self.checkedFileSystem(on: options.fileSystem)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unavailable("cannot make \(path): \(StoreDirectory.reason())")
    }
    defer { _ = Glibc.close(descriptor) }
    do throws(EventLogError) {
      let source = try Self.database(
        directory.file(Self.databaseName), .readOnly, fileSystem)
      try Self.copy(source, to: path, fileSystem)
      guard fsync(descriptor) == 0 else {
        throw .unavailable("cannot sync \(path): \(StoreDirectory.reason())")
      }
      return try LogTables(try Self.database(path, .readOnly, fileSystem)).head()
    } catch {
      unlink(path)
      throw error
    }
  }

  // MARK: - Parts

  static func database(
    _ path: String, _ flags: OpenFlags, _ fileSystem: String
  ) throws(EventLogError) -> Database {
    try sqlite { () throws(SQLiteError) in
      try Database(path: path, flags: flags, vfs: fileSystem)
    }
  }

  /// Copies in one step: that reads one moment, and readers of a WAL hold up nobody.
  static func copy(
    _ source: Database, to path: String, _ fileSystem: String
  ) throws(EventLogError) {
    let target = try database(path, .readWrite, fileSystem)
    _ = try sqlite { () throws(SQLiteError) in
      try source.backup(to: target, pagesPerStep: -1)
      // Only the database itself is the copy, not a WAL beside it.
      return try target.setPragma("journal_mode", to: "DELETE")
    }
  }
}
