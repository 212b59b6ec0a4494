import CallbackCore
import CallbackEngine
import EventLog
import Testing

/// DESIGN, "The engine": what follows from the four results of an append.
@Suite struct EngineFaultTests {
  let store = MemoryEventStore()
  let clock = ManualEngineClock()

  private func engine() async throws -> Engine {
    let engine = try await Engine.testing(store, clock: clock)
    _ = try await engine.reply(.put(queue: "q"))
    return engine
  }

  private func callbackCount(_ engine: Engine) async throws -> Int {
    try await engine.read { state, _ in state.snapshot().callbacks.count }
  }

  @Test func aFullDiskIsToldAndNothingIsDone() async throws {
    let engine = try await engine()
    store.inject(.refused(.full))
    await #expect(throws: EngineError.full) { try await engine.request("+15550100") }
    #expect(try await callbackCount(engine) == 0)
    // Recovery needs no hand.
    try await engine.request("+15550100")
    #expect(try await callbackCount(engine) == 1)
    #expect(engine.statistics.refusals == 1)
    #expect(engine.statistics.isAvailable)
    await engine.stop()
  }

  @Test func aLogThatRefusesIsUnavailableUntilItTakesSomething() async throws {
    let engine = try await engine()
    for _ in 0..<2 { store.inject(.refused(.full)) }
    await #expect(throws: EngineError.full) { try await engine.request("+15550100") }
    clock.advance(by: .seconds(2))
    // What appends nothing does not make it available, and neither does a try that fails.
    _ = try await engine.submit(.request("+15550100", queue: "nowhere"))
    _ = try await callbackCount(engine)
    #expect(!engine.statistics.isAvailable)
    await #expect(throws: EngineError.full) { try await engine.request("+15550100") }
    clock.advance(by: .seconds(2))
    for _ in 0..<2 { _ = try await callbackCount(engine) }
    #expect(engine.statistics.isAvailable)
    await engine.stop()
  }

  @Test func damageIsToldAsDamage() async throws {
    let engine = try await engine()
    store.inject(.refused(.damaged("page 7")))
    await #expect(throws: EngineError.dataLoss("page 7")) { try await engine.request("+15550100") }
    await engine.stop()
  }

  @Test func aLostRaceIsDecidedAgain() async throws {
    let engine = try await engine()
    store.inject(.conflict)
    try await engine.request("+15550100")
    #expect(try await callbackCount(engine) == 1)
    #expect(engine.statistics.conflicts == 1)
    await engine.stop()
  }

  @Test func afterASecondLostRaceTheCallerAsksAgain() async throws {
    let engine = try await engine()
    store.inject(.conflict)
    store.inject(.conflict)
    await #expect(throws: EngineError.self) { try await engine.request("+15550100") }
    #expect(try await callbackCount(engine) == 0)
    await engine.stop()
  }

  @Test(arguments: [MemoryFault.unknownWritten, .unknownLost])
  func anUnknownFateIsAnsweredByARetry(fault: MemoryFault) async throws {
    let engine = try await engine()
    store.inject(fault)
    await #expect(throws: EngineError.self) { try await engine.request("+15550100", id: "r") }
    clock.advance(by: .seconds(1))
    let id = try await engine.request("+15550100", id: "r")
    #expect(try await engine.request("+15550100", id: "r") == id)
    #expect(try await callbackCount(engine) == 1)
    #expect(try await engine.callback(id)?.merged == 0)
    #expect(engine.statistics.unknowns == 1)
    await engine.stop()
    try expectReplayEqualsState(store)
  }

  @Test func readsAnswerFromTheDurableStateWhileTheFateIsUnknown() async throws {
    let engine = try await engine()
    let first = try await engine.request("+15550100")
    let before = try await engine.read { _, point in point.position }
    store.inject(.unknownWritten)
    store.setCanSettle(false)
    await #expect(throws: EngineError.self) { try await engine.request("+15550101", id: "r") }
    clock.advance(by: .seconds(1))
    await #expect(throws: EngineError.self) { try await engine.request("+15550102") }
    let (callbacks, position) = try await engine.read { state, point in
      (state.snapshot().callbacks.map(\.id), point.position)
    }
    #expect(callbacks == [first])
    #expect(position == before)
    #expect(!engine.statistics.isAvailable)
    store.setCanSettle(true)
    clock.advance(by: .seconds(1))
    try await engine.request("+15550101", id: "r")
    #expect(try await callbackCount(engine) == 2)
    await engine.stop()
    try expectReplayEqualsState(store)
  }

  /// DOMAIN, "Time": as after a restart.
  @Test func anOfferThatNobodyCouldAnswerIsNotMissed() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let (id, offer) = try await engine.requestOffered("+15550100")
    store.inject(.refused(.unavailable("away")))
    let accept = Submission.accept(offer, by: "anna")
    await #expect(throws: EngineError.self) { try await engine.submit(accept) }
    clock.advance(by: .seconds(21))
    for _ in 0..<2 { _ = try await callbackCount(engine) }
    let (anna, first) = try await engine.read { state, _ in
      (state.agent(AgentID("anna")), state.offer(offer)?.state)
    }
    #expect(first == .withdrawn(.serviceRestarted))
    #expect(anna?.misses == 0)
    // She is asked again.
    _ = try await engine.offer(of: id)
    await engine.stop()
  }

  @Test func anOfferThatEndsAfterTheLogIsBackIsMissed() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let offer = try await engine.requestOffered("+15550100").offer
    store.inject(.refused(.unavailable("away")))
    await #expect(throws: EngineError.self) { try await engine.request("+15550101") }
    clock.advance(by: .seconds(2))
    for _ in 0..<2 { _ = try await callbackCount(engine) }
    #expect(engine.statistics.isAvailable)
    clock.advance(by: .seconds(21))
    #expect(try await engine.read { state, _ in state.offer(offer)?.state } == .timedOut)
    await engine.stop()
  }

  @Test func aTimerThatCouldNotBeWrittenFiresLater() async throws {
    let engine = try await engine()
    try await engine.bringReady("anna")
    let id = try await engine.request("+15550100")
    store.inject(.refused(.unavailable("away")))
    clock.advance(by: .seconds(21))
    // The read takes its turn behind the timer that failed.
    let first = try await engine.offer(of: id)
    clock.advance(by: .seconds(1))
    let next = try await engine.offer(of: id)
    #expect(next != first)
    await engine.stop()
  }
}

/// DOMAIN, invariant 8: replaying the log gives the same state.
func expectReplayEqualsState(_ store: any EventStore) throws {
  let log = try store.openLog()
  var state = CallCenter()
  let records = try log.records(after: 0, limit: .max)
  for record in records { state.apply(record) }
  #expect(records.map(\.position) == (0..<UInt64(records.count)).map { $0 + 1 })
  if let snapshot = try log.latestSnapshot() {
    var restored = CallCenter(restoring: snapshot.state)
    for record in records where record.position > snapshot.head.position {
      restored.apply(record)
    }
    #expect(restored == state)
  }
  log.close()
}
