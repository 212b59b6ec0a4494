import EventLog
import FaultyDisk
import SQLiteEventLog
import TestSupport
import Testing

/// The n-th change of a file fails, for n = 1, 2, 3, …: nothing is acknowledged that is not there
/// afterwards, and nothing is there that was not attempted.
@Suite struct FaultTests {
  let directory = TemporaryDirectory()

  private func disk(_ name: String) throws -> OpaquePointer {
    try #require(faulty_disk_make(name))
  }

  @Test(arguments: [FAULTY_DISK_EIO, FAULTY_DISK_FULL], [false, true])
  func noFaultIsAcknowledged(kind: Int, lasting: Bool) throws {
    let name = "faulty-\(kind)-\(lasting)"
    let disk = try disk(name)
    for round in 0..<24 {
      try play(round, on: disk, named: name, Int32(kind), lasting)
    }
  }

  private func play(
    _ round: Int, on disk: OpaquePointer, named name: String, _ kind: Int32, _ lasting: Bool
  ) throws {
    let data = directory.file("\(name)-\(round)")
    let store = try SQLiteEventStore(
      directory: data, options: .init(fileSystem: name))
    var log = try store.openLog()
    try log.appendMade(3)
    faulty_disk_fail(disk, kind, round, lasting ? 1 : 0)
    var acknowledged = try log.head()
    var unsettled: UnsettledAppend?
    for _ in 0..<8 where unsettled == nil {
      let batch = Made.batch(after: acknowledged.position, count: 2)
      switch log.append(batch, after: acknowledged.position) {
      case .appended(let head): acknowledged = head
      case .refused: break
      case .unknown(let append): unsettled = append
      case .conflict: throw Unexpected("conflict")
      }
      // Reads go on.
      #expect(try log.head().position >= acknowledged.position)
      try? log.maintain()
    }
    #expect(faulty_disk_has_failed(disk) == 1)
    if let append = unsettled {
      acknowledged = try settle(append, &log, store, disk)
    }
    faulty_disk_heal(disk)
    let last = try log.appendMade()
    #expect(last.position == acknowledged.position + 1)
    log.close()
    store.close()
    let next = try SQLiteEventStore(directory: data)
    let contents = try Contents(try next.openLog())
    #expect(contents.head == last)
    #expect(contents.records.count == Int(last.position))
    #expect(contents.history.count == Int(last.position))
  }

  /// Opens and settles until that works, as the engine does.
  private func settle(
    _ append: UnsettledAppend, _ log: inout any EventLog, _ store: SQLiteEventStore,
    _ disk: OpaquePointer
  ) throws -> LogHead {
    for attempt in 0..<100 {
      if attempt == 3 { faulty_disk_heal(disk) }
      do throws(EventLogError) {
        log.close()
        log = try store.openLog()
        switch log.settle(append) {
        case .appended(let head):
          #expect(head == append.after)
          return head
        case .refused: return append.before
        case .unknown: continue
        case .conflict: break
        }
      } catch { continue }
      throw Unexpected("conflict")
    }
    throw Unexpected("never settled")
  }

  @Test func eachAppendIsOneSync() throws {
    let disk = try disk("counting")
    let store = try SQLiteEventStore(
      directory: directory.file("counting"), options: .init(fileSystem: "counting"))
    let log = try store.openLog()
    // The first append begins the WAL, which has a sync of its own.
    try log.appendMade()
    let before = faulty_disk_syncs(disk)
    for _ in 0..<10 { try log.appendMade(20) }
    #expect(faulty_disk_syncs(disk) - before == 10)
  }
}
