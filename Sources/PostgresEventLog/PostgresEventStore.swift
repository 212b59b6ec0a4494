import CallbackCore
import EventLog
import Postgres
import StoreFiles
import Synchronization

/// A log in a PostgreSQL database, which several daemons share; many logs fit into one database.
public final class PostgresEventStore: EventStore {
  /// Where the log is.
  public struct Options: Hashable, Sendable {
    /// What libpq reads; holds no password.
    public var connection: String
    /// The password, if there is one.
    public var password: String?
    /// The log's name, such as that of the call center; 1 to 64 bytes.
    public var stream: String
    /// What the daemon is known by to its own later runs, such as its host and socket: a new run
    /// takes over at once from the one before.
    public var hostName: String
    /// How long others wait for this host before they end its streams.
    public var lease: Span
    /// A directory of this host alone, which remembers how far the log had come: a log that has
    /// lost its end is noticed when it is opened. Without one it is noticed only while it is open.
    public var directory: String?
    /// Open a log although records that once were durable are missing. It then gets a new lineage,
    /// because its positions no longer mean what they did, and the other hosts have to start anew.
    public var acceptsDataLoss: Bool

    /// Describes a log.
    public init(
      connection: String, password: String? = nil, stream: String, hostName: String,
      lease: Span = Span(10_000), directory: String? = nil, acceptsDataLoss: Bool = false
    ) {
      self.lease = lease
      self.directory = directory
      self.acceptsDataLoss = acceptsDataLoss
      self.connection = connection
      self.password = password
      self.stream = stream
      self.hostName = hostName
    }
  }

  static let headName = "head"

  private let options: Options
  private let directory: StoreDirectory?
  private let register: HostRegister
  private let watching = Mutex<Watching>(Watching())

  private struct Watching: Sendable {
    var changed: (@Sendable (LogPosition) -> Void)?
    var listener: LogListener?
  }

  /// A store; nothing is connected yet.
  ///
  /// - Throws: `.inUse` when another process has the directory.
  public init(_ options: Options) throws(EventLogError) {
    self.options = options
    directory = try options.directory.map { path throws(EventLogError) in
      try StoreDirectory(path: path)
    }
    register = HostRegister(
      stream: options.stream, name: options.hostName, lease: options.lease)
  }

  /// Opens the log; makes the tables, the stream, and this process one of its hosts where needed.
  ///
  /// - Throws: `.newerSchema`; `.dataLoss` when the log has lost its end, unless the options accept
  ///   that; `.unavailable`, also for a server that does not keep what it acknowledges.
  public func openLog() throws(EventLogError) -> any EventLog {
    guard (1...64).contains(options.stream.utf8.count) else {
      throw .unavailable("a stream's name has 1 to 64 bytes")
    }
    try directory?.takeLock()
    let file = try directory.map { directory throws(EventLogError) in
      try HeadFile(path: directory.file(Self.headName))
    }
    let noted = file?.read()
    let register = register
    let link = LogLink(settings) { connection, deadline throws(EventLogError) in
      try LogSchema.prepare(connection, deadline: deadline)
      _ = try register.enter(connection, deadline)
    }
    var log = try PostgresEventLog(LogTables(link, register), register, file)
    if let loss = try noted?.loss(in: log) {
      guard options.acceptsDataLoss else { throw .dataLoss(loss) }
      try register.beginNewLineage(link)
      log = try PostgresEventLog(LogTables(link, register), register, file)
    }
    try log.noteHead()
    listen()
    return log
  }

  /// Opens a connection that only reads. The log must have been opened.
  public func openReader() throws(EventLogError) -> any EventLogReader {
    try PostgresEventLogReader(LogTables(LogLink(settings), register))
  }

  /// Keeps `changed`, which is called when another host, or this one, has appended.
  public func watch(_ changed: @escaping @Sendable (LogPosition) -> Void) {
    watching.withLock { $0.changed = changed }
    listen()
  }

  /// Ends this host's lease, and lets other processes have the directory.
  public func close() {
    defer { directory?.releaseLock() }
    watching.withLock { watching in
      watching.listener?.stop()
      watching = Watching()
    }
    guard register.identity != nil else { return }
    let deadline = ContinuousClock.now + .seconds(3)
    guard let connection = try? PostgresConnection(settings, deadline: deadline) else { return }
    register.leave(connection, deadline)
  }

  private func listen() {
    guard let stream = register.identity?.stream else { return }
    watching.withLock { watching in
      guard watching.listener == nil, let changed = watching.changed else { return }
      let listener = LogListener(settings, stream: stream, changed: changed)
      watching.listener = listener
      listener.start()
    }
  }

  /// A session commits only what is on the disk, and gives up what takes too long.
  private var settings: PostgresSettings {
    PostgresSettings(
      connection: options.connection, password: options.password,
      applicationName: "callbackd \(options.stream)", needsPrimary: true,
      preamble: """
        SELECT set_config('synchronous_commit', 'on', false)
          WHERE current_setting('synchronous_commit') = 'off';
        SET default_transaction_isolation = 'read committed';
        SET statement_timeout = 9000;
        SET lock_timeout = 5000;
        SET idle_in_transaction_session_timeout = 60000
        """)
  }
}
