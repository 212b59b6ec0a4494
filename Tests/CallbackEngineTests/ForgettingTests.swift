import CallbackCore
import CallbackEngine
import EventLog
import SQLiteEventLog
import TestSupport
import Testing

/// Whoever is forgotten is gone from state, history, log and every byte of the files.
@Suite struct ForgettingTests {
  let directory = TemporaryDirectory()

  private func engine(snapshotEvery: Int = 100_000) async throws -> Engine {
    let engine = try await Engine.testing(
      try SQLiteEventStore(directory: directory.file("data"))
    ) { $0.snapshotEvery = snapshotEvery }
    _ = try await engine.reply(.put(queue: "q"))
    return engine
  }

  private func forget(_ e164: String, in engine: Engine, id: String? = nil) async throws -> Reply {
    try await ask(e164, in: engine, id: id).answer.get()
  }

  private func ask(
    _ e164: String, in engine: Engine, id: String?
  ) async throws -> ForgetAnswer {
    try await engine.forget(
      e164, actor: Submission.tester,
      key: id.map { RequestKey(user: Submission.tester, id: $0) },
      fingerprint: Fingerprint(high: 1, low: 2),
      request: id.map { Fingerprint(high: 3, low: UInt64($0.utf8.count)) })
  }

  @Test(arguments: [100_000, 1])
  func nothingOfANumberIsLeftInTheFiles(snapshotEvery: Int) async throws {
    let engine = try await engine(snapshotEvery: snapshotEvery)
    try await engine.request("+15550177", id: "one")
    _ = try await engine.reply(.cancel(try await engine.request("+15550188", id: "two")))
    let other = try await engine.request("+15550199", id: "three")
    #expect(try await forget("+15550177", in: engine) == .forgotten(cancelled: 1, callbacks: 1))
    #expect(try await forget("+15550188", in: engine) == .forgotten(cancelled: 0, callbacks: 1))
    for name in ["log.db", "log.db-wal", "head"] {
      let bytes = Files.read(directory.file("data/\(name)"))
      #expect(!bytes.contains("15550177"), "\(name)")
      #expect(!bytes.contains("15550188"), "\(name)")
    }
    #expect(Files.read(directory.file("data/log.db")).contains("15550199"))
    #expect(try await engine.history(.number(e164: "+15550177")).entries.isEmpty)
    #expect(try await engine.callback(other)?.state == .queued)
    let check = try SQLiteEventStore.verify(directory: directory.file("data"))
    #expect(check.callbacks == 1)
    #expect(check.outcomes == 0)
    await engine.stop()
  }

  @Test func theStateAfterItIsThatOfTheSnapshotAndTheReplay() async throws {
    let engine = try await engine()
    try await engine.request("+15550177", id: "one")
    _ = try await forget("+15550177", in: engine, id: "forget")
    try await engine.request("+15550199")
    let state = try await engine.read { state, _ in state.snapshot().callbacks.map(\.id) }
    await engine.stop()
    let next = try await self.engine()
    #expect(try await next.read { state, _ in state.snapshot().callbacks.map(\.id) } == state)
    #expect(try await next.read { state, _ in state.violations().isEmpty })
    // Repeated, also after the restart, the answer is the same.
    #expect(
      try await forget("+15550177", in: next, id: "forget")
        == .forgotten(cancelled: 1, callbacks: 1))
    await next.stop()
  }

  @Test func aRepeatedRequestCountsTheSameAndLeavesWhatCameSince() async throws {
    let engine = try await engine()
    try await engine.request("+15550177", id: "one")
    let first = try await ask("+15550177", in: engine, id: "forget")
    let since = try await engine.request("+15550177", id: "two")
    let again = try await ask("+15550177", in: engine, id: "forget")
    #expect(again.entry == first.entry)
    #expect(first.entry?.callbacks == 1)
    #expect(try await engine.callback(since)?.state == .queued)
    #expect(try await engine.history(.number(e164: "+15550177")).entries.count == 1)
    let kept = try await engine.forgettings(after: 0, limit: 9)
    #expect(kept.entries == [first.entry])
    #expect(kept.position >= again.answer.position)
    await engine.stop()
  }

  @Test func aCallThatGoesOnIsNotForgotten() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let (id, offer) = try await engine.requestOffered("+15550177")
    _ = try await engine.reply(.accept(offer, by: "anna"))
    await #expect(throws: Rejection.self) { try await forget("+15550177", in: engine) }
    #expect(try await engine.callback(id)?.state.attempt != nil)
    await engine.stop()
  }

  @Test func whoFollowsTheLogBeginsAnew() async throws {
    let engine = try await engine()
    try await engine.request("+15550177")
    _ = try await forget("+15550177", in: engine)
    let end = try await engine.read { _, point in point.position }
    await #expect(throws: FeedError.tooOld(earliest: end)) { try await engine.records(after: 0) }
    async let next = engine.records(after: end)
    try await engine.request("+15550199")
    #expect(try await next.records.first?.position == end + 1)
    await engine.stop()
  }
}

extension [UInt8] {
  /// Whether the text is anywhere in the bytes.
  fileprivate func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return indices.dropLast(Swift.max(0, wanted.count - 1)).contains {
      self[$0] == wanted[0] && self[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
}
