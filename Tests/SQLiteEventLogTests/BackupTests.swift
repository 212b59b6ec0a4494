import EventLog
import SQLite
import SQLiteEventLog
import TestSupport
import Testing

@Suite struct BackupTests {
  let directory = TemporaryDirectory()

  @Test func aBackupOfALivingLogIsRestoredElsewhere() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade(5)
    try log.save(LogSnapshot(head: try log.head(), state: .init()))
    let contents = try Contents(log)
    let backup = directory.file("backup.db")
    #expect(try store.backup(to: backup) == contents.head)
    #expect(Files.mode(backup) == 0o600)
    try log.appendMade(5)

    let other = try SQLiteEventStore(directory: directory.file("other"))
    #expect(try other.restore(from: backup) == contents.head)
    let restored = try other.openLog()
    #expect(try Contents(restored) == contents)
    #expect(restored.lineage != log.lineage)
    try restored.appendMade()
    #expect(try log.head().position == 10)
  }

  @Test func anExistingFileIsNotOverwritten() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade()
    let backup = directory.file("backup.db")
    Files.write([1, 2, 3], to: backup)
    #expect(throws: EventLogError.self) { try store.backup(to: backup) }
    #expect(Files.read(backup) == [1, 2, 3])
  }

  @Test func aLogIsNotOverwrittenByARestore() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade()
    let backup = directory.file("backup.db")
    _ = try store.backup(to: backup)
    #expect(throws: EventLogError.self) { try store.restore(from: backup) }
    #expect(try log.head().position == 1)
  }

  @Test func aRestoreThatWasInterruptedIsNoLog() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    Files.write([1, 2, 3], to: directory.file("data/restore-log.db"))
    #expect(throws: EventLogError.self) { try store.openLog() }
    #expect(try store.removeInterruptedRestore())
    let log = try store.openLog()
    try log.appendMade()
    log.close()
    // What is left beside a whole log goes, and is no restore to be taken up again.
    Files.write([1, 2, 3], to: directory.file("data/restore-log.db"))
    #expect(try !store.removeInterruptedRestore())
    #expect(try store.openLog().head().position == 1)
    #expect(Files.read(directory.file("data/restore-log.db")).isEmpty)
  }

  @Test func aDamagedBackupIsRefusedAndLeavesNothing() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade(20)
    let backup = directory.file("backup.db")
    _ = try store.backup(to: backup)
    let whole = Files.read(backup)
    for place in stride(from: 100, to: whole.count, by: 4096) {
      var damaged = whole
      damaged[place] ^= 1
      Files.write(damaged, to: backup)
      let other = try SQLiteEventStore(directory: directory.file("other"))
      #expect(throws: EventLogError.self, "page \(place / 4096 + 1)") {
        try other.restore(from: backup)
      }
      #expect(Files.read(directory.file("other/log.db")).isEmpty)
    }
    Files.write(whole, to: backup)
    let other = try SQLiteEventStore(directory: directory.file("other"))
    #expect(try other.restore(from: backup).position == 20)
  }

  @Test func aWholeLogIsVerifiedBesideItsWriter() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade(7)
    try log.save(LogSnapshot(head: try log.head(), state: .init()))
    try log.dropRecords(upTo: 7)
    try log.appendMade(2)
    let check = try SQLiteEventStore.verify(directory: directory.file("data"))
    #expect(check.head == (try log.head()))
    #expect(check.oldest == 7)
    #expect(check.records == 2)
    #expect(check.callbacks == 9)
    #expect(check.snapshot == 7)
  }

  @Test func aRecordThatWasChangedIsFound() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade(5)
    log.close()
    // With the right checksum of the page: the chain must tell.
    let other = try Database(
      path: directory.file("data/log.db"), vfs: "callback-checked")
    try other.execute(
      "UPDATE record SET payload = (SELECT payload FROM record WHERE position = 2) WHERE position = 3"
    )
    #expect(throws: EventLogError.dataLoss("the record at 3 is not what was written")) {
      try SQLiteEventStore.verify(directory: directory.file("data"))
    }
  }

  @Test func aLogThatLostItsTailIsNotWhole() throws {
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let log = try store.openLog()
    try log.appendMade(3)
    let copy = Files.read(directory.file("data/log.db"))
    log.close()
    try store.openLog().close()
    Files.write(copy, to: directory.file("data/log.db"))
    #expect(throws: EventLogError.self) {
      try SQLiteEventStore.verify(directory: directory.file("data"))
    }
  }
}
