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

  private func decide(
    _ e164: String, in engine: Engine, id: String? = nil
  ) async throws -> ForgetAnswer {
    try await engine.decideForgetting(
      e164, actor: Submission.tester,
      key: id.map { RequestKey(user: Submission.tester, id: $0) },
      fingerprint: Fingerprint(high: 1, low: 2),
      request: Fingerprint(
        high: 3, low: id.map { UInt64($0.utf8.count) } ?? .random(in: .min ... .max)))
  }

  private func ask(
    _ e164: String, in engine: Engine, id: String?
  ) async throws -> (answer: Answer, entry: ForgettingEntry?) {
    let decided = try await decide(e164, in: engine, id: id)
    guard let id = decided.id else { return (decided.answer, nil) }
    return (decided.answer, try await engine.finishForgetting(id))
  }

  /// Whether a number is in the log's files.
  private func isIn(_ files: String..., number: String) -> Bool {
    files.contains { Files.read(directory.file("data/\($0)")).contains(number) }
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

  /// Stopped, or killed, after the decision: what is due is found, and done, also behind a snapshot
  /// and although retention has dropped the record of the decision.
  @Test(arguments: [false, true]) func whatWasDecidedIsFinishedAfterARestart(
    keepsNone: Bool
  ) async throws {
    let engine = try await engine()
    _ = try await engine.reply(.cancel(try await engine.request("+15550177", id: "one")))
    let asked = try await decide("+15550177", in: engine, id: "forget")
    // Stopping keeps a snapshot.
    await engine.stop()
    #expect(isIn("log.db", number: "15550177"))
    let next = try await Engine.testing(
      try SQLiteEventStore(directory: directory.file("data"))
    ) { if keepsNone { $0.retention = .span(.zero) } }
    #expect(try await next.forgettings(after: 0, limit: 9).entries.isEmpty)
    let due = try await next.unfinishedForgettings()
    #expect(due.map(\.e164) == ["+15550177"])
    #expect(due.map(\.id) == [asked.id])
    let entry = try await next.finishForgetting(try #require(asked.id))
    #expect(!isIn("log.db", "log.db-wal", "head", number: "15550177"))
    #expect(try await next.unfinishedForgettings().isEmpty)
    // The request that got no answer has it now, and there is no second entry.
    let again = try await ask("+15550177", in: next, id: "forget")
    #expect(try again.answer.get() == .forgotten(cancelled: 0, callbacks: 1))
    #expect(again.entry == entry)
    #expect(try await next.forgettings(after: 0, limit: 9).entries == [entry])
    await next.stop()
  }

  @Test func whatCameBetweenTheDecisionAndItsEndStays() async throws {
    let engine = try await engine()
    let before = try await engine.request("+15550177", id: "one")
    let asked = try await decide("+15550177", in: engine)
    let since = try await engine.request("+15550177", id: "two")
    let entry = try await engine.finishForgetting(try #require(asked.id))
    #expect(entry.callbacks == 1)
    #expect(try await engine.finishedCallback(before) == nil)
    #expect(try await engine.callback(since)?.state == .queued)
    #expect(try await engine.history(.number(e164: "+15550177")).entries.count == 1)
    await engine.stop()
  }

  /// Days may go by where the directory cannot be reached: what came since, and ended, stays too.
  @Test func whatCameBetweenAndEndedStays() async throws {
    let engine = try await engine()
    let before = try await engine.request("+15550177", id: "one")
    let asked = try await decide("+15550177", in: engine)
    let since = try await engine.request("+15550177", id: "two")
    _ = try await engine.reply(.cancel(since))
    let entry = try await engine.finishForgetting(try #require(asked.id))
    #expect(entry.callbacks == 1)
    #expect(try await engine.finishedCallback(before) == nil)
    #expect(try await engine.finishedCallback(since)?.callback.state == .finished(.cancelled))
    await engine.stop()
  }

  /// What the log turns out to have is due, and who asks again finishes it, once.
  @Test(arguments: [MemoryFault.unknownWritten, .unknownLost])
  func aDecisionOfUnknownFateIsDueWhereItWasWritten(_ fault: MemoryFault) async throws {
    let (store, clock) = (MemoryEventStore(), ManualEngineClock())
    let engine = try await Engine.testing(store, clock: clock)
    _ = try await engine.reply(.put(queue: "q"))
    try await engine.request("+15550177", id: "one")
    store.inject(fault)
    await #expect(throws: EngineError.self) {
      try await decide("+15550177", in: engine, id: "forget")
    }
    let due = try await engine.unfinishedForgettings()
    #expect(due.map(\.e164) == (fault == .unknownWritten ? ["+15550177"] : []))
    clock.advance(by: .seconds(1))
    let asked = try await ask("+15550177", in: engine, id: "forget")
    #expect(try asked.answer.get() == .forgotten(cancelled: 1, callbacks: 1))
    #expect(asked.entry?.callbacks == 1)
    #expect(try await engine.forgettings(after: 0, limit: 9).entries == [asked.entry])
    #expect(try await engine.unfinishedForgettings().isEmpty)
    await engine.stop()
  }

  @Test func whatTheRulesRefuseIsNotDue() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let (_, offer) = try await engine.requestOffered("+15550177")
    _ = try await engine.reply(.accept(offer, by: "anna"))
    #expect(try await decide("+15550177", in: engine).id == nil)
    #expect(try await engine.unfinishedForgettings().isEmpty)
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
