import CallbackCore
import CallbackEngine
import EventLog
import SQLiteEventLog
import TestSupport
import Testing

/// Snapshots bound the replay; what is older than is kept goes, and history stays.
@Suite struct RetentionTests {
  let directory = TemporaryDirectory()

  private func engine(
    _ clock: ManualEngineClock, _ change: (inout EngineConfiguration) -> Void
  ) async throws -> Engine {
    try await Engine.testing(
      try SQLiteEventStore(directory: directory.file("data")), clock: clock, change)
  }

  private func check() throws -> LogCheck {
    try SQLiteEventStore.verify(directory: directory.file("data"))
  }

  @Test func whatIsOlderThanIsKeptGoesWithTheNextSnapshot() async throws {
    let clock = ManualEngineClock()
    let engine = try await engine(clock) { $0.retention = .span(.seconds(86_400)) }
    _ = try await engine.reply(.put(queue: "q"))
    let old = try await engine.request("+15550100")
    _ = try await engine.reply(.cancel(old))
    let last = try await engine.read { _, point in point.position }
    clock.advance(by: .seconds(86_400 + 60))
    let young = try await engine.request("+15550101")
    await engine.stop()
    let check = try check()
    #expect(check.oldest == last)
    #expect(check.records > 0)
    // The next start replays from the snapshot, and the history is whole.
    let next = try await self.engine(clock) { $0.retention = .span(.seconds(86_400)) }
    #expect(try await next.callback(young)?.state == .queued)
    #expect(try await next.history(.number(e164: "+15550100")).entries.count == 1)
    await next.stop()
  }

  @Test func anHourlyLookDropsWithoutARestart() async throws {
    let clock = ManualEngineClock()
    let engine = try await engine(clock) { $0.retention = .span(.seconds(3_600)) }
    _ = try await engine.reply(.put(queue: "q"))
    let last = try await engine.read { _, point in point.position }
    clock.advance(by: .seconds(3 * 3_600))
    // What is dropped after this answer is dropped before the next one is given.
    try await engine.request("+15550100")
    try await engine.request("+15550101")
    #expect(try check().oldest == last)
    await engine.stop()
  }

  @Test func keepingForeverKeepsAll() async throws {
    let clock = ManualEngineClock()
    let engine = try await engine(clock) { $0.snapshotEvery = 2 }
    _ = try await engine.reply(.put(queue: "q"))
    clock.advance(by: .seconds(10 * 365 * 86_400))
    try await engine.request("+15550100")
    await engine.stop()
    #expect(try check().oldest == 0)
  }

  @Test func aStartReplaysOnlyWhatTheSnapshotDoesNotCover() async throws {
    let clock = ManualEngineClock()
    let engine = try await engine(clock) {
      $0.snapshotEvery = 10
      $0.retention = .span(.zero)
    }
    _ = try await engine.reply(.put(queue: "q"))
    for index in 0..<100 { try await engine.request("+1555\(100_000 + index)") }
    let check = try check()
    #expect(check.records < 20)
    #expect(check.head.position - (check.snapshot ?? 0) < 20)
    await engine.stop()
  }
}
