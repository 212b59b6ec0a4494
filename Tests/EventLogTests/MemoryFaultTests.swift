import CallbackCore
import EventLog
import Testing

@Suite struct MemoryFaultTests {
  private struct Unexpected: Error {}

  @Test func theFateOfAnAppendStaysUnknownWhileTheStoreCannotTell() throws {
    let store = MemoryEventStore()
    let log = try store.openLog()
    store.inject(.unknownWritten)
    let stamp = EventStamp(now: Instant(1), wall: WallTime(2), actor: .service)
    let record = EventRecord(position: 1, stamp: stamp, event: .serviceStarted)
    let result = log.append(LogBatch(records: [record]), after: 0)
    guard case .unknown(let append) = result else { throw Unexpected() }
    let next = try store.openLog()
    store.setCanSettle(false)
    #expect(next.settle(append) == .unknown(append))
    store.setCanSettle(true)
    #expect(next.settle(append) == .appended(append.after))
  }
}
