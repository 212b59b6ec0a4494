import ArgumentParser
import EventLog
import PostgresEventLog
import SQLiteEventLog

/// Options of commands that read a log itself, without a daemon.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read a log in PostgreSQL: the database, as log.connection names it.",
      discussion: """
        Its password comes from where libpq looks for it: $PGPASSWORD, $PGPASSFILE, ~/.pgpass.
        """,
      valueName: "connection"))
  var connection: String?

  @Option(
    help: ArgumentHelp(
      "The log's name in that database, log.stream. Default: default.", valueName: "name"))
  var stream: String?

  @OptionGroup var directory: DataOptions

  func validate() throws {
    guard connection != nil || stream == nil else {
      throw ValidationError("--stream names a log in a database; say which with --connection.")
    }
  }

  /// Where the log is, in words.
  var place: String {
    connection == nil ? "in \(directory.path)" : "‘\(SafeText.line(name))’ in PostgreSQL"
  }

  private var name: String { stream ?? "default" }

  /// Reads the log where it is.
  ///
  /// - Throws: `Failure`, with what is wrong in words.
  func read<Value>(
    sqlite: (_ directory: String) throws(EventLogError) -> Value,
    postgres: (PostgresEventStore.Options) throws(EventLogError) -> Value
  ) throws -> Value {
    do throws(EventLogError) {
      guard let connection else { return try sqlite(directory.path) }
      return try postgres(
        PostgresEventStore.Options(
          connection: connection, stream: name, hostName: "callbackctl",
          directory: directory.data))
    } catch {
      throw Failure(
        connection == nil
          ? LogText.words(error, place)
          : LogText.words(error, place, remedy: LogText.sharedRemedy))
    }
  }
}
