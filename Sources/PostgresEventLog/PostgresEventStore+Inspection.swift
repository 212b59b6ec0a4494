import CallbackCore
import EventLog
import Postgres
import StoreFiles

extension PostgresEventStore {
  /// Reads everything that a log holds and checks it, its end against the head file of a host where
  /// the options name its directory; may run beside the hosts, and on a standby.
  ///
  /// The checksums over pages are the server's own (`data_checksums`, pg_amcheck).
  ///
  /// - Throws: `.dataLoss` with what is wrong; `.newerSchema`; `.unavailable` where there is no
  ///   such log, no head file in the directory, or on a standby that has not got so far.
  public static func verify(_ options: Options) throws(EventLogError) -> LogCheck {
    // Read before the log, because that may go on meanwhile.
    let noted = try options.directory.map { directory throws(EventLogError) in
      guard let noted = HeadFile.entry(at: "\(directory)/\(headName)") else {
        throw .unavailable("\(directory)/\(headName) does not say how far the log had come")
      }
      return noted
    }
    let opened = try OpenedForReading(options)
    if let loss = try noted?.loss(in: opened.log) {
      guard !opened.isStandby else {
        throw .unavailable("the standby may be behind its primary: \(loss)")
      }
      throw .dataLoss(loss)
    }
    return try LogCheck(reading: opened.log, schema: opened.schema)
  }

  /// Replays a log up to a moment; may run beside the hosts, and on a standby.
  ///
  /// - Throws: `.tooOld` for a moment of which records were dropped; `.unavailable` for one that
  ///   has not come, or where there is no such log; `.dataLoss`; `.newerSchema`.
  public static func replay(
    _ options: Options, until end: LogReplay.End
  ) throws(EventLogError) -> LogReplay {
    try LogReplay(of: OpenedForReading(options).log, until: end)
  }
}

/// A log as it is at one moment, read by who is none of its hosts.
private struct OpenedForReading {
  var log: PostgresEventLogReader
  var schema: Int
  /// Whether the server only follows another.
  var isStandby: Bool

  /// What the transaction has found at its beginning.
  private final class Found {
    var stream: StreamIdentity?
    var schema = 0
    var isStandby = false
  }

  init(_ options: PostgresEventStore.Options) throws(EventLogError) {
    let found = Found()
    let settings = PostgresSettings(
      connection: options.connection, password: options.password,
      applicationName: "callbackctl \(options.stream)",
      preamble: "SET default_transaction_read_only = on; SET statement_timeout = 0")
    let link = LogLink(settings) { connection, deadline throws(EventLogError) in
      guard found.stream == nil else {
        throw .unavailable("the connection was lost: begin again")
      }
      let schema = try LogSchema.knownVersion(connection, deadline)
      let rows = try postgres { () throws(PostgresError) in
        try connection.execute(
          "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", deadline: deadline)
        let standby = try connection.run(Self.standby, deadline: deadline)
        found.isStandby = standby.bytes(0, 0) == [1]
        return try connection.run(
          StreamIdentity.find, [.text(options.stream)], deadline: deadline)
      }
      guard let stream = try StreamIdentity(rows) else {
        throw .unavailable("the database holds no log ‘\(options.stream)’")
      }
      (found.stream, found.schema) = (stream, schema)
    }
    _ = try link.current()
    log = try PostgresEventLogReader(LogTables(link) { found.stream })
    (schema, isStandby) = (found.schema, found.isStandby)
  }

  private static let standby = PostgresStatement("standby", "SELECT pg_is_in_recovery()")
}
