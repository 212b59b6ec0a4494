import ArgumentParser
import PostgresEventLog
import SQLiteEventLog

/// Checks a log.
struct LogVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read a whole log and check that nothing of it is damaged or missing.",
    discussion: """
      Checks every page, the chain of all records, the newest snapshot, the history, and the end \
      of the log against what was noted beside it. Changes nothing, and may run while a daemon \
      writes. Exit code 1: damaged.

      Of a log in PostgreSQL the pages are the server's concern (data_checksums, pg_amcheck), and \
      the end is checked where --data names the data directory of a host. A standby will do.

      Examples:
        callbackctl log verify --data /var/lib/callbackd
        callbackctl log verify --connection "dbname=callbacks" --stream berlin
      """)

  @OptionGroup var log: LogOptions

  func run() throws {
    let console = Console.standard(color: log.directory.color)
    let check = try log.read(
      sqlite: SQLiteEventStore.verify(directory:), postgres: PostgresEventStore.verify)
    if log.connection != nil, log.directory.data == nil {
      console.remark(
        "callbackctl: whether its end is missing was not checked: --data names a host's directory")
    }
    console.print(
      log.directory.json
        ? LogText.json(check) : LogText.rendered(check, in: log.place, console.look))
  }
}
