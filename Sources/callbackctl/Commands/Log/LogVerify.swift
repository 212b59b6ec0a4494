import ArgumentParser
import EventLog
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

      Example:
        callbackctl log verify --data /var/lib/callbackd
      """)

  @OptionGroup var options: DataOptions

  func run() throws {
    let console = Console.standard(color: options.color)
    let check: LogCheck
    do throws(EventLogError) {
      check = try SQLiteEventStore.verify(directory: options.path)
    } catch {
      throw Failure(LogText.words(error, options.path))
    }
    console.print(
      options.json
        ? LogText.json(check) : LogText.rendered(check, in: options.path, console.look))
  }
}
