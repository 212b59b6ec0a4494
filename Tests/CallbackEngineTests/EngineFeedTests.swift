import CallbackCore
import CallbackEngine
import EventLog
import SQLiteEventLog
import Synchronization
import Testing

@Suite struct EngineFeedTests {
  @Test func recordsComeFromAnyPositionAlsoFromBeforeTheStart() async throws {
    let store = MemoryEventStore()
    let first = try await Engine.testing(store)
    _ = try await first.reply(.put(queue: "q"))
    try await first.request("+15550100")
    await first.stop()
    let engine = try await Engine.testing(store)
    try await engine.request("+15550101")
    let end = try await engine.read { _, point in point.position }
    var positions: [UInt64] = []
    var at: LogPosition = 0
    while at < end {
      let page = try await engine.records(after: at, limit: 3)
      positions += page.records.map(\.position)
      at = page.upTo
    }
    #expect(positions == Array(1...end))
    await engine.stop()
  }

  @Test func aFeedWaitsForWhatComesNext() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    let end = try await engine.read { _, point in point.position }
    async let page = engine.records(after: end)
    _ = try await engine.reply(.put(queue: "q"))
    #expect(try await page.records.first?.position == end + 1)
    await engine.stop()
  }

  @Test func aPositionBeyondTheLogIsOfAnotherLineage() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    await #expect(throws: FeedError.ahead) { try await engine.records(after: 1_000) }
    await #expect(throws: FeedError.ahead) { try await engine.outcomes(after: 1_000) }
    await engine.stop()
  }

  @Test func droppedRecordsAreTooOld() async throws {
    let store = MemoryEventStore()
    let first = try await Engine.testing(store) { $0.retention = .span(.zero) }
    _ = try await first.reply(.put(queue: "q"))
    await first.stop()
    let engine = try await Engine.testing(store)
    let oldest = try store.openReader().oldestPosition()
    #expect(oldest > 0)
    await #expect(throws: FeedError.tooOld(earliest: oldest)) {
      try await engine.records(after: 0)
    }
    await engine.stop()
  }

  @Test func aStopEndsWhoWaits() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    let end = try await engine.read { _, point in point.position }
    let waiting = Task { try await engine.records(after: end) }
    await engine.stop()
    await #expect(throws: FeedError.engine(.stopping)) { try await waiting.value }
  }

  @Test func aCancelledWaitGivesAnEmptyPage() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    let end = try await engine.read { _, point in point.position }
    let waiting = Task { try await engine.records(after: end) }
    waiting.cancel()
    #expect(try await waiting.value == RecordPage(records: [], upTo: end))
    await engine.stop()
  }

  @Test func anEndedCallbackIsAnOutcome() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    _ = try await engine.reply(.put(queue: "q"))
    let id = try await engine.request("+15550100")
    let before = try await engine.read { _, point in point.position }
    async let page = engine.outcomes(after: before)
    _ = try await engine.reply(.cancel(id))
    let outcomes = try await page.outcomes
    #expect(outcomes.map(\.callback) == [id])
    #expect(outcomes.first?.state == .finished(.cancelled))
    let since = try await engine.outcomePosition(since: WallTime(0))
    #expect(since < outcomes[0].position)
    await engine.stop()
  }

  @Test func anObserverMissesNothingBetweenItsStartAndTheFirstBatch() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    let observer = Observer()
    engine.observe(observer)
    _ = try await engine.reply(.put(queue: "q"))
    try await engine.request("+15550100")
    engine.stopObserving(observer)
    try await engine.request("+15550101")
    await engine.stop()
    let seen = observer.seen.withLock { $0 }
    let start = try #require(seen.first)
    #expect(seen == Array(start..<(start + UInt64(seen.count))))
    #expect(observer.wasTrue.withLock { $0 })
  }

  /// Notes positions, and whether the state was always that of the last record.
  private final class Observer: EngineObserver {
    let seen = Mutex<[LogPosition]>([])
    let wasTrue = Mutex(true)

    func began(_ state: borrowing CallCenter, at point: ReadPoint) {
      seen.withLock { $0.append(point.position) }
    }

    func appended(
      _ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint
    ) {
      seen.withLock { $0 += records.map(\.position) }
      if state.counters.position != point.position { wasTrue.withLock { $0 = false } }
    }

    func ended() {}
  }
}
