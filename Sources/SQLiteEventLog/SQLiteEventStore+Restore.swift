import EventLog
import Glibc
import SQLite
import StoreFiles

extension SQLiteEventStore {
  /// What the names of all files begin with that a restore works on.
  ///
  /// While one of them is there and the log is not, a restore was interrupted, and the directory is
  /// not opened.
  public static let restorePrefix = "restore-"

  private static let restoringName = restorePrefix + "new.db"

  /// Makes a backup the log of a directory that has none, with a new lineage: from here on its
  /// positions may mean something else than in the log that the backup is of. The log gets its name
  /// last, when it is whole and durable.
  ///
  /// - Throws: `.dataLoss` when the backup is damaged, in which case nothing is left behind.
  /// - Returns: where the restored log ends.
  @discardableResult
  public func restore(from path: String) throws(EventLogError) -> LogHead {
    try directory.takeLock()
    guard !directory.exists(Self.databaseName), !directory.exists(Self.headName) else {
      throw .unavailable("\(directory.path) already holds a log")
    }
    guard access(path, R_OK) == 0 else {
      throw .unavailable("cannot read \(path): \(StoreDirectory.reason())")
    }
    let fileSystem = try Self.checkedFileSystem(on: options.fileSystem)
    let place = directory.file(Self.restoringName)
    Self.removeDatabase(place)
    do throws(EventLogError) {
      let backup = try Self.database(path, .readOnly, fileSystem)
      _ = try Self.check(backup, noted: nil)
      try directory.makeFile(Self.restoringName)
      try Self.copy(backup, to: place, fileSystem)
      let head = try Self.renew(place, fileSystem)
      guard rename(place, directory.file(Self.databaseName)) == 0 else {
        throw .unavailable("cannot name the log: \(StoreDirectory.reason())")
      }
      try directory.sync()
      return head
    } catch {
      Self.removeDatabase(place)
      throw error
    }
  }

  /// Removes what a restore that was interrupted has left; whether there was anything.
  public func removeInterruptedRestore() throws(EventLogError) -> Bool {
    try directory.takeLock()
    guard !directory.exists(Self.databaseName) else { return false }
    return directory.removeFiles(beginning: Self.restorePrefix)
  }

  /// Refuses a directory that a restore has not finished, and removes what one has left beside the
  /// log.
  func checkRestore() throws(EventLogError) {
    if directory.exists(Self.databaseName) {
      directory.removeFiles(beginning: Self.restorePrefix)
    } else if !directory.names(beginning: Self.restorePrefix).isEmpty {
      throw .unavailable("a restore was interrupted: run `callbackctl restore` again")
    }
  }

  /// Brings a copy forward and gives it a lineage of its own; all of it is in the one file, and
  /// durable, when this returns.
  private static func renew(
    _ path: String, _ fileSystem: String
  ) throws(EventLogError) -> LogHead {
    let database = try database(path, .readWrite, fileSystem)
    try Schema.configureWriter(database)
    try Schema.prepare(database, lineage: .random())
    let tables = try LogTables(database)
    try tables.setLineage(.random())
    try sqlite { () throws(SQLiteError) in
      try database.checkpoint(.truncate)
      _ = try database.setPragma("journal_mode", to: "DELETE")
    }
    return try tables.head()
  }

  /// Removes a database that nobody has open, with the files that SQLite keeps beside it.
  public static func removeDatabase(_ path: String) {
    for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) }
  }
}
