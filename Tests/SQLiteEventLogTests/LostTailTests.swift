import EventLog
@testable import SQLiteEventLog
import StoreFiles
import TestSupport
import Testing

/// DESIGN, "The log": a lost tail must be noticed.
@Suite struct LostTailTests {
  let directory = TemporaryDirectory()
  var data: String { directory.file("data") }

  /// A log of five batches that are still in the WAL, copied while it is open as a crash leaves it.
  private func crashed() throws -> (store: SQLiteEventStore, wal: [UInt8]) {
    do {
      let store = try SQLiteEventStore(directory: directory.file("living"))
      let log = try store.openLog()
      for _ in 1...5 { try log.appendMade() }
      let copy = try SQLiteEventStore(directory: data)
      for name in ["log.db", "log.db-wal", "head"] {
        Files.write(Files.read(directory.file("living/\(name)")), to: "\(data)/\(name)")
      }
      return (copy, Files.read("\(data)/log.db-wal"))
    }
  }

  @Test func whatACrashLeavesIsWhole() throws {
    let (store, _) = try crashed()
    let log = try store.openLog()
    #expect(try Contents(log).records.count == 5)
  }

  /// At each length with DAMAGE=full (`make test-crash`), else at every frame and in its middle.
  @Test func aWALCutAtAnyLengthIsRefused() throws {
    let (store, wal) = try crashed()
    let frame = 24 + 4096
    let head = Files.read("\(data)/head")
    let database = Files.read("\(data)/log.db")
    for length in stride(from: 0, to: wal.count, by: DamageTests.isFull ? 1 : frame / 2) {
      Files.write(Array(wal[..<length]), to: "\(data)/log.db-wal")
      Files.write(database, to: "\(data)/log.db")
      Files.write(head, to: "\(data)/head")
      #expect(throws: EventLogError.self, "cut at \(length) of \(wal.count)") {
        try store.openLog()
      }
    }
  }

  @Test func aMissingDatabaseIsRefused() throws {
    let (store, _) = try crashed()
    Files.remove("\(data)/log.db")
    Files.remove("\(data)/log.db-wal")
    #expect(throws: EventLogError.self) { try store.openLog() }
  }

  @Test func aLossCanBeAcceptedAndMakesANewLineage() throws {
    let (store, wal) = try crashed()
    let before = try HeadFile(path: "\(data)/head").read()?.lineage
    Files.write(Array(wal[..<(wal.count - 3 * 4120)]), to: "\(data)/log.db-wal")
    #expect(throws: EventLogError.self) { try store.openLog() }
    store.close()
    let accepting = try SQLiteEventStore(
      directory: data, options: .init(acceptsDataLoss: true))
    let log = try accepting.openLog()
    #expect(try log.head().position < 5)
    #expect(log.lineage != before)
    try log.appendMade()
    log.close()
    accepting.close()
    // From then on nothing is missing.
    let next = try SQLiteEventStore(directory: data)
    #expect(try next.openLog().lineage == log.lineage)
  }

  @Test func aDamagedHeadFileDoesNotKeepAWholeLogFromOpening() throws {
    let (store, _) = try crashed()
    Files.write([UInt8](repeating: 0xa5, count: 600), to: "\(data)/head")
    #expect(try store.openLog().head().position == 5)
  }

  @Test func aRestoredOlderCopyIsNoticed() throws {
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    try log.appendMade(3)
    log.close()
    let copy = Files.read("\(data)/log.db")
    let next = try store.openLog()
    try next.appendMade(2)
    next.close()
    store.close()
    for name in ["log.db-wal", "log.db-shm"] { Files.remove("\(data)/\(name)") }
    Files.write(copy, to: "\(data)/log.db")
    let again = try SQLiteEventStore(directory: data)
    #expect(throws: EventLogError.self) { try again.openLog() }
  }
}
