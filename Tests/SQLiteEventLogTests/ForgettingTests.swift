import CallbackCore
import EventLog
import FaultyDisk
import SQLite
import SQLiteEventLog
import TestSupport
import Testing

/// What is forgotten is overwritten, whatever comes between.
@Suite struct ForgettingTests {
  let directory = TemporaryDirectory()

  /// Decides to forget the number of the made records.
  private func decide(_ log: any EventLog) throws {
    let due = DueForgetting(
      e164: "+15550100", actor: Actor(userID: 8), at: WallTime(9),
      request: Fingerprint(high: 1, low: 1))
    let result = log.append(
      LogBatch(records: [], history: [.forgetting(due)]), after: try log.head().position)
    #expect(result == .appended(try log.head()))
  }

  private func finish(_ log: any EventLog) throws(EventLogError) -> ForgettingEntry {
    try log.finishForgetting(
      1, leaving: LogSnapshot(head: try log.head(), state: Snapshot()))
  }

  /// Whether the number is in the files of a log.
  private func isIn(_ data: String) -> Bool {
    let number = Array("15550100".utf8)
    return ["log.db", "log.db-wal"].contains { file in
      let bytes = Files.read("\(data)/\(file)")
      return bytes.indices.dropLast(number.count - 1).contains {
        bytes[$0] == number[0] && bytes[$0..<($0 + number.count)].elementsEqual(number)
      }
    }
  }

  @Test(arguments: [FAULTY_DISK_EIO, FAULTY_DISK_FULL])
  func aDiskThatFailsInTheMiddleIsMadeUpFor(kind: Int) throws {
    let name = "forgetful-\(kind)"
    let disk = try #require(faulty_disk_make(name))
    var refused = 0
    for round in 0..<40 {
      let data = directory.file("\(name)-\(round)")
      let store = try SQLiteEventStore(directory: data, options: .init(fileSystem: name))
      let log = try store.openLog()
      try log.appendMade(30)
      try decide(log)
      faulty_disk_fail(disk, Int32(kind), round, 1)
      do throws(EventLogError) {
        _ = try finish(log)
        #expect(!isIn(data), "round \(round)")
      } catch {
        refused += 1
      }
      faulty_disk_heal(disk)
      // By the same process, or by the next.
      if round.isMultiple(of: 2) { #expect(try finish(log).callbacks == 30) }
      log.close()
      store.close()
      let next = try SQLiteEventStore(directory: data)
      let opened = try next.openLog()
      _ = try finish(opened)
      #expect(!isIn(data), "round \(round)")
      #expect(try opened.history(.all, before: nil, limit: 9).isEmpty)
      #expect(try opened.forgettings(after: 0, limit: 9).map(\.callbacks) == [30])
      opened.close()
      next.close()
    }
    #expect(refused > 10)
  }

  /// Somebody who reads the log keeps its WAL from being emptied.
  @Test func whatCouldNotBeOverwrittenIsUnfinishedUntilItIs() throws {
    let data = directory.file("data")
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    try log.appendMade(30)
    try decide(log)
    let reader = try Database(path: "\(data)/log.db", flags: .readOnly, vfs: "callback-checked")
    try reader.begin(.deferred)
    _ = try reader.prepare("SELECT count(*) FROM record").step()
    #expect(throws: EventLogError.self) { try finish(log) }
    #expect(try log.unfinishedForgettings().map(\.e164) == [nil])
    #expect(try log.forgettings(after: 0, limit: 9).isEmpty)
    #expect(isIn(data))
    try reader.rollback()
    #expect(try finish(log).callbacks == 30)
    #expect(!isIn(data))
    #expect(try log.unfinishedForgettings().isEmpty)
    log.close()
  }

  @Test func whatAKilledProcessLeftIsUnfinished() throws {
    let data = directory.file("data")
    let store = try SQLiteEventStore(directory: data)
    var log = try store.openLog()
    try log.appendMade(30)
    log.close()
    // As it is after the transaction, before the file is written anew.
    do {
      let database = try Database(path: "\(data)/log.db", vfs: "callback-checked")
      try database.execute(
        """
        UPDATE meta SET dropped_position = 30,
          dropped_checksum = (SELECT checksum FROM record WHERE position = 30);
        DELETE FROM record; DELETE FROM callback;
        INSERT INTO forgetting VALUES (NULL, 9, 8, 30, NULL, 0, NULL, NULL, NULL);
        """)
    }
    #expect(isIn(data))
    log = try store.openLog()
    #expect(try log.unfinishedForgettings().map(\.id) == [1])
    #expect(try finish(log).callbacks == 30)
    #expect(!isIn(data))
    log.close()
  }
}
