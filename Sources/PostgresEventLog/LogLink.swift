import EventLog
import Postgres

/// The log's way to its server: a connection that is made anew after it was lost.
///
/// Used by one thread at a time.
final class LogLink {
  /// How long a connection may take to make, and a statement to run, before it is given up.
  private static let connectLimit = Duration.seconds(3)
  static let statementLimit = Duration.seconds(10)
  /// For work that reads or writes a whole log.
  static let longLimit = Duration.seconds(3_600)
  /// After a failed try the next is not made before, so that callers hear at once.
  private static let restAfterFailure = Duration.milliseconds(200)

  private let settings: PostgresSettings
  private let opened:
    (PostgresConnection, PostgresConnection.Deadline) throws(EventLogError) -> Void
  private var connection: PostgresConnection?
  private var lastFailure: (error: EventLogError, until: ContinuousClock.Instant)?

  /// - Parameter opened: what has to be done first on each new connection.
  init(
    _ settings: PostgresSettings,
    opened:
      @escaping (PostgresConnection, PostgresConnection.Deadline)
      throws(EventLogError) -> Void = { _, _ throws(EventLogError) in }
  ) {
    self.settings = settings
    self.opened = opened
  }

  /// The connection; a new one where the last was lost.
  func current() throws(EventLogError) -> PostgresConnection {
    if let connection, connection.isUsable { return connection }
    connection = nil
    if let lastFailure, ContinuousClock.now < lastFailure.until { throw lastFailure.error }
    do throws(EventLogError) {
      let deadline = ContinuousClock.now + Self.connectLimit
      let settings = settings
      let made = try postgres { () throws(PostgresError) in
        try PostgresConnection(settings, deadline: deadline)
      }
      try opened(made, deadline)
      connection = made
      lastFailure = nil
      return made
    } catch {
      lastFailure = (error, .now + Self.restAfterFailure)
      throw error
    }
  }

  /// Gives the connection up.
  func drop() { connection = nil }

  /// Ends a transaction that is open, where there is one, with nothing done.
  func endTransaction() {
    guard let connection, !connection.isIdle else { return }
    do throws(PostgresError) {
      try connection.execute("ROLLBACK", deadline: .now + Self.statementLimit)
    } catch {
      drop()
    }
  }

  /// Runs a statement that changes nothing, a second time where the connection was lost: it may
  /// have been lost long before.
  func read(
    _ statement: PostgresStatement, _ values: [PostgresValue]
  ) throws(EventLogError) -> PostgresRows {
    let hadConnection = connection != nil
    do {
      return try run(statement, values)
    } catch .connection where hadConnection {
      return try postgres { [self] () throws(PostgresError) in try run(statement, values) }
    } catch {
      throw EventLogError(error)
    }
  }

  /// Runs a statement once.
  func run(
    _ statement: PostgresStatement, _ values: [PostgresValue],
    within limit: Duration = statementLimit
  ) throws(PostgresError) -> PostgresRows {
    let connection: PostgresConnection
    do { connection = try current() } catch { throw .connection("\(error)") }
    do throws(PostgresError) {
      return try connection.run(statement, values, deadline: .now + limit)
    } catch {
      if case .connection = error { drop() }
      throw error
    }
  }

  /// Runs work in one transaction that may take long; when it throws, nothing of it is done,
  /// unless the connection was lost while it was committed.
  func transaction<Value>(
    _ body: (PostgresConnection, PostgresConnection.Deadline) throws(PostgresError) -> Value
  ) throws(EventLogError) -> Value {
    let connection = try current()
    let deadline = ContinuousClock.now + Self.longLimit
    return try postgres { [self] () throws(PostgresError) in
      do throws(PostgresError) {
        try connection.execute("BEGIN; SET LOCAL statement_timeout = 0", deadline: deadline)
        let value = try body(connection, deadline)
        try connection.execute("COMMIT", deadline: deadline)
        return value
      } catch {
        // The server rolls back what has no connection any more.
        drop()
        throw error
      }
    }
  }
}
