import ArgumentParser
import EventLog
import Glibc
import SQLiteEventLog

/// Restores a backup.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a data directory from a backup, for a daemon to start on.",
    discussion: """
      The directory must hold no log, and no daemon may have it. The backup is checked whole before \
      anything is put there. Resume tokens of the log that was backed up do not work on the \
      restored one, because from here on its positions may mean something else. What root restores \
      into a directory of the daemon's user belongs to that user.

      Example:
        callbackctl restore /srv/backups/callback-2026-11-27.tar --data /var/lib/callbackd
      """)

  @Argument(help: "The backup.", completion: .file())
  var file: String

  @OptionGroup var options: DataOptions

  func run() throws {
    let console = Console.standard(color: options.color)
    let (data, reader) = (options.path, try BackupFileReader(path: file))
    let head: LogHead
    Self.makeDirectories(above: data)
    try DirectoryOwner.become(of: data)
    do {
      let store = try SQLiteEventStore(directory: data)
      defer { store.close() }
      head = try restore(reader, to: store, in: data)
    } catch let error as EventLogError {
      throw Failure(LogText.words(error, "in \(data)"))
    }
    console.print(
      options.json
        ? "{\"position\":\"\(head.position)\"}"
        : "Restored into \(data): the log to position \(head.position).")
  }

  /// Makes the directories above the data, as the daemon does; what cannot be made is told when
  /// the data directory itself is missing.
  private static func makeDirectories(above path: String) {
    var above = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/").dropLast() {
      above += "\(name)/"
      mkdir(above, 0o750)
    }
  }

  private func restore(
    _ reader: BackupFileReader, to store: SQLiteEventStore, in data: String
  ) throws -> LogHead {
    let directory = "\(data)/directory.db"
    // While a file of the restore is there and the log is not, no daemon starts on the directory: so
    // the log comes last.
    if try store.removeInterruptedRestore() { SQLiteEventStore.removeDatabase(directory) }
    guard access(directory, F_OK) != 0 else {
      throw Failure("\(data) already holds a directory of callers.")
    }
    func place(_ name: String) -> String { "\(data)/\(SQLiteEventStore.restorePrefix)\(name)" }
    defer { for name in ["log.db", "directory.db"] { unlink(place(name)) } }
    let names = try reader.unpack(to: place)
    let hasDirectory = names.contains("directory.db")
    if hasDirectory, rename(place("directory.db"), directory) != 0 {
      throw Failure("\(directory) cannot be made: \(PartialFile.reason())")
    }
    do {
      return try store.restore(from: place("log.db"))
    } catch {
      if hasDirectory { SQLiteEventStore.removeDatabase(directory) }
      throw error
    }
  }
}
