import CallbackCore
import CallbackEngine
import EventLog
import SQLiteEventLog
import TestSupport
import Testing

@Suite struct EngineRecoveryTests {
  let directory = TemporaryDirectory()

  private func store() throws -> SQLiteEventStore {
    try SQLiteEventStore(directory: directory.file("data"))
  }

  @Test(arguments: [1, 3, 1_000_000], [true, false])
  func snapshotsAndReplayGiveTheSameState(snapshotEvery: Int, retains: Bool) async throws {
    var ids: [CallbackID] = []
    for round in 0..<3 {
      let engine = try await Engine.testing(try store()) {
        $0.snapshotEvery = snapshotEvery
        $0.retention = retains ? .forever : .span(.zero)
      }
      if round == 0 { _ = try await engine.reply(.put(queue: "q")) }
      for index in 0..<4 { ids.append(try await engine.request("+1555010\(round)\(index)")) }
      let found = try await engine.read { state, _ in state.snapshot().callbacks.map(\.id) }
      #expect(found == ids)
      await engine.stop()
    }
    if retains { try expectReplayEqualsState(try store()) }
  }

  @Test func aCrashWithoutAStopLosesNothingThatWasAnswered() async throws {
    let engine = try await Engine.testing(try store())
    _ = try await engine.reply(.put(queue: "q"))
    let id = try await engine.request("+15550100")
    // The files as a kill leaves them.
    let copy = directory.file("copy")
    let copied = try SQLiteEventStore(directory: copy)
    for name in ["log.db", "log.db-wal", "head"] {
      Files.copy(directory.file("data/\(name)"), to: "\(copy)/\(name)")
    }
    let next = try await Engine.testing(copied)
    #expect(try await next.callback(id)?.state == .queued)
    await next.stop()
    await engine.stop()
  }

  @Test func engineTimeCountsOnFromTheLastEvent() async throws {
    let clock = ManualEngineClock(uptime: 5_000)
    let store = MemoryEventStore()
    let first = try await Engine.testing(store, clock: clock)
    clock.advance(by: .seconds(10))
    _ = try await first.reply(.put(queue: "q"))
    let last = try await first.read { state, _ in state.counters.now }
    await first.stop()
    // The machine was restarted: its uptime begins anew.
    let second = try await Engine.testing(store, clock: ManualEngineClock(uptime: 0))
    #expect(try await second.read { _, point in point.now } == last)
    await second.stop()
  }

  @Test func anEngineDoesNotStartOnAStoreThatCannotBeWritten() async throws {
    let store = MemoryEventStore()
    store.inject(.refused(.full))
    await #expect(throws: EventLogError.self) { try await Engine.testing(store) }
  }

  @Test func loadGroupsItselfIntoBatches() async throws {
    let engine = try await Engine.testing(try store())
    _ = try await engine.reply(.put(queue: "q"))
    let positions = try await withThrowingTaskGroup(of: LogPosition.self) { group in
      for index in 0..<400 {
        group.addTask { try await engine.submit(.request("+1555\(100_000 + index)")).position }
      }
      return try await group.reduce(into: [LogPosition]()) { $0.append($1) }
    }
    #expect(positions.count == 400)
    let statistics = engine.statistics
    #expect(statistics.batches < 400)
    #expect(statistics.submissions >= 401)
    let count = try await engine.read { state, _ in state.snapshot().callbacks.count }
    #expect(count == 400)
    await engine.stop()
    try expectReplayEqualsState(try store())
  }

  @Test func whatWaitsIsBounded() async throws {
    let engine = try await Engine.testing(MemoryEventStore()) { $0.maximumWaiting = 0 }
    await #expect(throws: EngineError.overloaded) { try await engine.reply(.put(queue: "q")) }
    // But for what a client that is gone can not repeat.
    let answer = await withCheckedContinuation { continuation in
      engine.submit(.put(queue: "q"), isUrgent: true) { continuation.resume(returning: $0) }
    }
    #expect(throws: Never.self) { try answer.get().get() }
    await engine.stop()
  }
}
