import CallbackCore
import CallbackWire
import EventLog
import Postgres
import StoreFiles

/// A stream in a PostgreSQL database that several hosts append to (DESIGN, "The log").
///
/// The primary key (stream, position) makes one history of it: of two hosts that write the same
/// position one succeeds, and the other catches up and decides again.
final class PostgresEventLog: SharedEventLog, TableReader {
  let tables: LogTables
  let lineage: Lineage
  private(set) var host: HostID
  let register: HostRegister
  /// An end of the log that was seen here, with its checksum.
  private var known = LogHead.empty {
    didSet { furthest = max(furthest, known.position) }
  }
  /// The furthest position at which a record was seen here.
  private var furthest: LogPosition = 0 {
    didSet { if furthest > oldValue { file?.write(.init(lineage: lineage, head: known)) } }
  }
  private let file: HeadFile?
  /// Set after an append of unknown fate: the log must be opened anew.
  private var isSuspended = false
  /// Set while what was deleted of a number waits for the server to vacuum.
  var hasFreed = false

  var onAppend: (@Sendable (LogHead) -> Void)?

  var link: LogLink { tables.link }

  /// - Parameter file: remembers how far the log had come.
  init(
    _ tables: LogTables, _ register: HostRegister, _ file: HeadFile?
  ) throws(EventLogError) {
    self.tables = tables
    self.file = file
    self.register = register
    _ = try tables.link.current()
    let identity = try register.current()
    (lineage, host) = (identity.lineage, identity.host)
  }

  func records(after position: LogPosition, limit: Int) throws(EventLogError) -> [EventRecord] {
    try tables.records(after: position, limit: limit, known: &known)
  }

  /// Makes the log as it is now what must not be lost from here on.
  func noteHead() throws(EventLogError) {
    try file?.replace(with: HeadFile.Entry(lineage: lineage, head: try tables.head()))
  }

  // MARK: - Appending

  func append(_ batch: LogBatch, after position: LogPosition) -> AppendResult {
    guard !isSuspended else { return .refused(.unavailable("the log must be opened anew")) }
    do throws(EventLogError) {
      let connection = try link.current()
      let identity = try currentIdentity()
      guard let before = try end(at: position) else { return try missing(position) }
      let steps = BatchSteps(
        batch, after: before, by: identity, hasTurn: connection.isInTransaction,
        channel: LogListener.channel(identity.stream))
      return try append(steps, after: before, through: connection)
    } catch {
      return .refused(RefusalReason(error))
    }
  }

  private func append(
    _ steps: BatchSteps, after before: LogHead, through connection: PostgresConnection
  ) throws(EventLogError) -> AppendResult {
    let result: PipelineResult
    do throws(PostgresError) {
      result = try connection.transaction(
        steps.steps, deadline: .now + LogLink.statementLimit)
    } catch {
      link.drop()
      throw EventLogError(error)
    }
    switch result {
    case .committed:
      known = steps.after
      onAppend?(known)
      return .appended(known)
    case .refused(let step, let error):
      return try refused(steps.purposes[step], error, before.position)
    case .unknown(let error):
      isSuspended = true
      link.drop()
      return .unknown(
        UnsettledAppend(before: before, after: steps.after, cause: error.description))
    }
  }

  /// What a refused step means.
  private func refused(
    _ purpose: BatchSteps.Purpose, _ error: PostgresError, _ position: LogPosition
  ) throws(EventLogError) -> AppendResult {
    guard case .server(let state, _) = error else { throw EventLogError(error) }
    switch (purpose, state) {
    case (.fence, PostgresState.divisionByZero):
      // From the next connection on this process is another host, or has a later epoch.
      link.drop()
      return .refused(.unavailable("the lease of \(host) was ended"))
    case (.turn, PostgresState.divisionByZero): return .conflict
    case (.chain, PostgresState.divisionByZero): return try missing(position)
    case (.records, PostgresState.uniqueViolation), (_, PostgresState.serializationFailure):
      return .conflict
    default: return .refused(RefusalReason(EventLogError(error)))
    }
  }

  /// The record to append after is not there: somebody has dropped it and gone on, or the server
  /// has lost it.
  private func missing(_ position: LogPosition) throws(EventLogError) -> AppendResult {
    let head = try tables.head()
    if head.position > position || position > furthest { return .conflict }
    return .refused(
      .damaged("the log ends at \(head.position), but once held a record at \(position)"))
  }

  private func end(at position: LogPosition) throws(EventLogError) -> LogHead? {
    if known.position == position, position > 0 { return known }
    return try tables.head(at: position)
  }

  /// A host that has become another says so, and appends only when its engine knows.
  private func currentIdentity() throws(EventLogError) -> HostRegister.Identity {
    let identity = try register.current()
    host = identity.host
    return identity
  }

  // MARK: - Settling

  /// The connection that was opened for this has raised the host's epoch, for which it had to wait
  /// until the server was done with what the older connection sent; what had not arrived by then
  /// is refused. So what is there now is what there will be.
  func settle(_ append: UnsettledAppend) -> AppendResult {
    do throws(EventLogError) {
      if append.after != append.before,
        try tables.head(at: append.after.position) == append.after
      {
        known = append.after
        return .appended(append.after)
      }
      if try tables.head() == append.before { return .refused(.unavailable(append.cause)) }
      return .conflict
    } catch {
      return .unknown(append)
    }
  }

  // MARK: - Hosts

  func renewLease(at now: Instant?) throws(EventLogError) -> Lease {
    defer { if let identity = register.identity { host = identity.host } }
    return try register.renew(link, at: now)
  }

  /// The turn is a transaction that the append ends. The server ends it where this host does
  /// nothing for a while: one that was paused keeps nobody from appending.
  func takeTurn() throws(EventLogError) {
    let connection = try link.current()
    guard !connection.isInTransaction else { return }
    let stream = try tables.identity().stream
    do throws(PostgresError) {
      try connection.execute(
        "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 2000; "
          + "SELECT pg_advisory_xact_lock(\(Self.turnLocks), \(stream))",
        deadline: .now + LogLink.statementLimit)
    } catch {
      giveTurn()
      throw EventLogError(error)
    }
  }

  func giveTurn() { link.endTransaction() }

  /// A class of advisory locks in their second key space, by stream; 0x4342 is "CB".
  static let turnLocks = 0x4342

  // MARK: - The end

  func probe() throws(EventLogError) {
    let stream = PostgresValue.int(try tables.identity().stream)
    try postgres { [link] () throws(PostgresError) in _ = try link.run(Self.touch, [stream]) }
  }

  private static let touch = PostgresStatement(
    "touch_stream", "UPDATE callback_log.stream SET next_host = next_host WHERE number = $1", .int)

  /// The server makes its checkpoints by itself.
  func maintain() throws(EventLogError) {}

  func close() {
    isSuspended = true
    link.drop()
  }
}
