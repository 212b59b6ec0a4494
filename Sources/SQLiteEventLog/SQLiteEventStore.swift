import CPageChecksum
import EventLog
import SQLite
import StoreFiles
import Synchronization

/// A directory that holds a log in a SQLite database: `log.db` with its WAL, the file `head` that
/// notices a lost tail, and the lock of the process that has it.
///
/// The directory is private to its user (0700, files 0600), and locked for as long as the store
/// lives: a second process is refused.
public final class SQLiteEventStore: EventStore {
  /// What can be chosen.
  public struct Options: Sendable {
    /// Open a log although records that once were durable are missing. The log then gets a new
    /// lineage, because its positions no longer mean what they did.
    public var acceptsDataLoss: Bool
    /// The name of the virtual file system below the one that checks pages; nil for the system's.
    public var fileSystem: String?

    /// The safe choices.
    public init(acceptsDataLoss: Bool = false, fileSystem: String? = nil) {
      self.acceptsDataLoss = acceptsDataLoss
      self.fileSystem = fileSystem
    }
  }

  static let databaseName = "log.db"
  static let headName = "head"

  let directory: StoreDirectory
  let options: Options

  /// Takes the directory, and makes it where it is missing.
  ///
  /// - Throws: `.inUse` when another process has it.
  public init(directory: String, options: Options = Options()) throws(EventLogError) {
    self.directory = try StoreDirectory(path: directory)
    self.options = options
  }

  /// Opens the log, makes it where there is none, and checks that nothing is missing at its end.
  ///
  /// - Throws: `.newerSchema`; `.dataLoss` when the log is damaged or its tail is lost, unless the
  ///   options accept that.
  public func openLog() throws(EventLogError) -> any EventLog {
    try directory.takeLock()
    try checkRestore()
    let isNew = !directory.exists(Self.databaseName)
    let file = try HeadFile(path: directory.file(Self.headName))
    let noted = file.read()
    if isNew, let noted, noted.head.position > 0, !options.acceptsDataLoss {
      throw .dataLoss("the database is missing; it once held \(noted.head.position) records")
    }
    if isNew {
      try directory.makeFile(Self.databaseName)
      try directory.sync()
    }
    let path = directory.file(Self.databaseName)
    let fileSystem = try Self.checkedFileSystem(on: options.fileSystem)
    let database = try Self.database(path, .readWrite, fileSystem)
    // Also of a file that an earlier start made and could not fill.
    let reserved = try sqlite { () throws(SQLiteError) in
      try database.reservePageBytes(CALLBACK_CHECKSUM_BYTES)
    }
    guard reserved == CALLBACK_CHECKSUM_BYTES else {
      throw .dataLoss("the pages of the file have no room for checksums: it is not a log of ours")
    }
    try Schema.configureWriter(database)
    try Schema.prepare(database, lineage: .random())
    var log = try SQLiteEventLog(database, file)
    if let loss = try noted?.loss(in: log) {
      guard options.acceptsDataLoss else { throw .dataLoss(loss) }
      log = try SQLiteEventLog(try log.beginNewLineage(), file)
    }
    log.noteHead()
    return log
  }

  /// Opens a connection that only reads.
  public func openReader() throws(EventLogError) -> any EventLogReader {
    let path = directory.file(Self.databaseName)
    let fileSystem = try Self.checkedFileSystem(on: options.fileSystem)
    let database = try sqlite { () throws(SQLiteError) in
      let database = try Database(path: path, flags: .readOnly, vfs: fileSystem)
      try database.setPragma("query_only", to: "ON")
      try database.setPragma("trusted_schema", to: "OFF")
      return database
    }
    return SQLiteEventLogReader(try LogTables(database))
  }

  /// Lets other processes have the directory.
  public func close() { directory.releaseLock() }

  /// The name of the virtual file system that checks pages, registered once a parent.
  static func checkedFileSystem(on parent: String?) throws(EventLogError) -> String {
    let name = parent.map { "callback-checked-\($0)" } ?? "callback-checked"
    let code = registration.withLock { _ in callback_register_page_checksum(name, parent) }
    guard code == 0 else { throw .unavailable("no file system for pages with checksums: \(code)") }
    return name
  }

  private static let registration = Mutex(())
}
