import EventLog
import Glibc
import SQLite
@testable import SQLiteEventLog
import TestSupport
import Testing

@Suite struct StoreTests {
  let directory = TemporaryDirectory()
  var data: String { directory.file("data") }

  @Test func aSecondOwnerOfTheDirectoryIsRefused() throws {
    let store = try SQLiteEventStore(directory: data)
    // flock locks belong to the open file, so that a second store of this process stands for
    // another process.
    #expect(throws: EventLogError.inUse(data)) { try SQLiteEventStore(directory: data) }
    store.close()
    _ = try SQLiteEventStore(directory: data)
  }

  @Test func theDirectoryAndItsFilesArePrivate() throws {
    let before = umask(0)
    defer { umask(before) }
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    try log.appendMade()
    #expect(Files.mode(data) == 0o700)
    for name in ["log.db", "log.db-wal", "log.db-shm", "head", "lock"] {
      #expect(Files.mode("\(data)/\(name)") == 0o600, "\(name)")
    }
  }

  /// A start that found no room left it behind.
  @Test func aFileThatNothingWasWrittenToBecomesALog() throws {
    let store = try SQLiteEventStore(directory: data)
    Files.write([], to: "\(data)/log.db")
    let log = try store.openLog()
    let head = try log.appendMade(40)
    log.close()
    #expect(try SQLiteEventStore.verify(directory: data).head == head)
    let next = try store.openLog()
    #expect(try next.records(after: 0, limit: 99).count == 40)
  }

  @Test func anotherProgramsDatabaseIsRefused() throws {
    let store = try SQLiteEventStore(directory: data)
    let other = try Database(path: "\(data)/log.db")
    try other.execute("CREATE TABLE cats (name TEXT)")
    #expect(throws: EventLogError.self) { try store.openLog() }
  }

  @Test func theLogIsSyncedAtEachCommit() throws {
    let store = try SQLiteEventStore(directory: data)
    let database = try #require(try store.openLog() as? SQLiteEventLog).database
    #expect(try database.pragma("journal_mode") == "wal")
    #expect(try database.pragma("synchronous") == "2")
    #expect(try database.pragma("wal_autocheckpoint") == "0")
  }
}
