import EventLog
import Testing

@Suite struct MemoryFaultTests {
  @Test func aRefusedAppendIsNotThere() throws {
    let store = MemoryEventStore()
    let log = try store.openLog()
    store.inject(.refused(.full))
    #expect(log.append(LogBatch(records: [Made.record(1)]), after: 0) == .refused(.full))
    #expect(try log.head() == .empty)
  }

  @Test(arguments: [MemoryFault.unknownWritten, .unknownLost])
  func anAppendOfUnknownFateIsSettledAfterAReopening(fault: MemoryFault) throws {
    let store = MemoryEventStore()
    let log = try store.openLog()
    store.inject(fault)
    let result = log.append(LogBatch(records: [Made.record(1)]), after: 0)
    guard case .unknown(let append) = result else { throw Unexpected(result) }
    // The suspended log takes nothing more.
    guard case .refused = log.append(LogBatch(records: [Made.record(1)]), after: 0) else {
      throw Unexpected("taken")
    }
    let next = try store.openLog()
    store.setCanSettle(false)
    #expect(next.settle(append) == .unknown(append))
    store.setCanSettle(true)
    switch next.settle(append) {
    case .appended(let head): #expect(fault == .unknownWritten && head == append.after)
    case .refused: #expect(fault == .unknownLost)
    case let other: throw Unexpected(other)
    }
  }
}
