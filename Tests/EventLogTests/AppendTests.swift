import CallbackCore
import EventLog
import Testing

@Suite struct AppendTests {
  @Test(arguments: LogKind.allCases)
  func anEmptyLogEndsAtNothing(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    #expect(try tested.log.head() == .empty)
    #expect(try tested.log.oldestPosition() == 0)
    #expect(try tested.log.records(after: 0, limit: 10).isEmpty)
    #expect(try tested.log.latestSnapshot() == nil)
  }

  @Test(arguments: LogKind.allCases)
  func whatIsAppendedIsReadFromAnyPosition(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    try tested.append(Made.records(1...3))
    let head = try tested.append(Made.records(4...10))
    #expect(head.position == 10)
    #expect(try tested.log.head() == head)
    #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...10))
    #expect(try tested.log.records(after: 7, limit: 2) == Made.records(8...9))
    #expect(try tested.log.records(after: 10, limit: 2).isEmpty)
  }

  @Test(arguments: LogKind.allCases)
  func whatIsAppendedIsThereAfterAReopening(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let lineage = tested.log.lineage
    let head = try tested.append(Made.records(1...5))
    try tested.reopen()
    #expect(try tested.log.head() == head)
    #expect(tested.log.lineage == lineage)
    #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...5))
    try tested.append([Made.record(6)])
    #expect(try tested.log.head().position == 6)
  }

  @Test(arguments: LogKind.allCases)
  func anAppendAfterAnotherPositionThanTheEndIsAConflict(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    try tested.append(Made.records(1...2))
    let batch = LogBatch(records: [Made.record(2)])
    #expect(tested.log.append(batch, after: 1) == .conflict)
    #expect(tested.log.append(batch, after: 3) == .conflict)
    #expect(try tested.log.records(after: 0, limit: 100) == Made.records(1...2))
    // A lost race leaves the log usable.
    try tested.append([Made.record(3)])
  }

  @Test(arguments: LogKind.allCases)
  func equalHeadsMeanEqualHistories(kind: LogKind) throws {
    let (one, other) = (try LogUnderTest(kind), try LogUnderTest(kind))
    #expect(try one.append(Made.records(1...4)) == other.append(Made.records(1...4)))
    let different = Made.record(5, .serviceStarted)
    #expect(try one.append([different]) != other.append([Made.record(5)]))
    // The chain: what follows a difference differs.
    #expect(try one.append([Made.record(6)]) != other.append([Made.record(6)]))
  }

  @Test(arguments: LogKind.allCases)
  func aLargeBatchIsOneAppend(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let records = Made.records(1...5_000)
    #expect(try tested.append(records).position == 5_000)
    #expect(try tested.log.records(after: 0, limit: 10_000) == records)
  }

  @Test(arguments: LogKind.allCases)
  func oddTextsComeBackAsTheyWere(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let odd = ["'; DROP TABLE record; --", "\u{FEFF}", "𝕏\u{301}\r\n\t", "%s%n", " "]
    let records = odd.enumerated().map { index, text in
      Made.record(UInt64(index) + 1, .queueDeleted(QueueID(text)))
    }
    try tested.append(records)
    #expect(try tested.log.records(after: 0, limit: 100) == records)
  }

  @Test(arguments: LogKind.allCases)
  func everyAppendIsTold(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let told = Told()
    tested.log.onAppend = { told.add($0) }
    let first = try tested.append([Made.record(1)])
    let second = try tested.append(Made.records(2...3))
    #expect(told.heads == [first, second])
  }

  @Test(arguments: LogKind.allCases)
  func aReaderSeesWhatIsDurable(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let reader = try tested.store.openReader()
    try tested.append(Made.records(1...3))
    #expect(try reader.head() == tested.log.head())
    #expect(try reader.records(after: 1, limit: 10) == Made.records(2...3))
    #expect(reader.lineage == tested.log.lineage)
  }
}
