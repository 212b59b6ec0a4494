public import CallerDirectory
import Postgres

extension PostgresDirectory {
  /// How a PostgreSQL database is asked.
  public struct Settings: Sendable {
    /// What names the database, as libpq reads it: `host=… dbname=… user=…` or a URI. TLS is
    /// verified (`sslmode=verify-full`) unless it says otherwise.
    public var connection: String
    /// The password; nil where the connection needs none or libpq finds it.
    public var password: String?
    /// What is asked.
    public var queries: PostgresQueries
    /// How the answers are read.
    public var mapping: RecordMapping
    /// Connections at the same time.
    public var connections = 4
    /// How long a statement may take; the server ends it then.
    public var statementTimeout: Duration = .seconds(1)
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(2)

    /// The defaults.
    public init(connection: String, queries: PostgresQueries, mapping: RecordMapping) {
      self.connection = connection
      self.queries = queries
      self.mapping = mapping
    }
  }
}

extension PostgresDirectory.Settings {
  /// The most rows of an answer, and their bytes: more is no caller's records.
  static let (mostRows, mostBytes) = (1_024, 1 << 20)

  /// A session that only reads, with a limit on statements.
  var session: PostgresSettings {
    let (seconds, attoseconds) = statementTimeout.components
    let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    return PostgresSettings(
      connection: connection, password: password, applicationName: "callbackd",
      preamble: """
        SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
        SET statement_timeout = \(milliseconds);
        SET datestyle = ISO;
        SET idle_in_transaction_session_timeout = 5000
        """)
  }
}
