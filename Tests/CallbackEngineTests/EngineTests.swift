import CallbackCore
import CallbackEngine
import Dispatch
import EventLog
import SQLiteEventLog
import TestSupport
import Testing

@Suite struct EngineTests {
  @Test func aRequestIsAnsweredWithThePositionAtWhichItIsTrue() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    _ = try await engine.reply(.put(queue: "q"))
    let answer = try await engine.submit(.request("+15550100"))
    guard case .requested(let reply) = try answer.get() else { throw Unexpected() }
    let (callback, position) = try await engine.read { state, point in
      (state.callback(reply.callback!), point.position)
    }
    #expect(callback?.state == .queued)
    #expect(position == answer.position)
    await engine.stop()
  }

  @Test func aRefusalIsAnAnswerToo() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    let answer = try await engine.submit(.request("+15550100", queue: "nowhere"))
    #expect(throws: Rejection.notFound(.queue(QueueID("nowhere")))) { try answer.get() }
    await engine.stop()
  }

  @Test func whatWasAnsweredIsThereAfterARestart() async throws {
    let directory = TemporaryDirectory()
    let id: CallbackID
    do {
      let store = try SQLiteEventStore(directory: directory.file("data"))
      let engine = try await Engine.testing(store)
      _ = try await engine.reply(.put(queue: "q"))
      id = try await engine.request("+15550100", id: "r1")
      await engine.stop()
    }
    let store = try SQLiteEventStore(directory: directory.file("data"))
    let engine = try await Engine.testing(store)
    #expect(try await engine.callback(id)?.state == .queued)
    // The same request id gives the same answer.
    #expect(try await engine.request("+15550100", id: "r1") == id)
    await engine.stop()
  }

  @Test func commandsOfOneCallerKeepTheirOrder() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    _ = try await engine.reply(.put(queue: "q"))
    async let first = engine.submit(.request("+15550100"))
    async let second = engine.submit(.request("+15550101"))
    let positions = try await [first.position, second.position]
    #expect(positions.allSatisfy { $0 > 0 })
    await engine.stop()
  }

  /// DOMAIN, "Offers": an accept counts if it was received before the deadline, however many other
  /// commands are decided before it, and also where the log has just come back.
  @Test(arguments: [false, true])
  func anAcceptThatCameInTimeCountsWhereverItWaits(wasAway: Bool) async throws {
    let (clock, store) = (ManualEngineClock(), MemoryEventStore())
    let engine = try await Engine.testing(store, clock: clock) { $0.maximumBatch = 1 }
    _ = try await engine.reply(.put(queue: "q"))
    try await engine.bringReady("anna")
    let (id, offer) = try await engine.requestOffered("+15550100")
    if wasAway {
      store.inject(.refused(.unavailable("away")))
      await #expect(throws: EngineError.self) { try await engine.request("+15550109") }
    }
    let (entered, leave) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    engine.read { _ in
      entered.signal()
      leave.wait()
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        entered.wait()
        continuation.resume()
      }
    }
    for index in 1...3 { engine.submit(.request("+1555010\(index)")) { _ in } }
    let accept = Submission.accept(offer, by: "anna")
    async let accepted: Answer = withCheckedThrowingContinuation { continuation in
      engine.submit(accept) { continuation.resume(with: $0) }
      clock.advance(by: .seconds(21))
      leave.signal()
    }
    guard case .accepted = try await accepted.get() else { throw Unexpected() }
    // What is due happens all the same.
    clock.advance(by: .seconds(1))
    #expect(try await engine.callback(id)?.state.attempt != nil)
    await engine.stop()
  }

  @Test func anOfferTimesOutByTheClockAlone() async throws {
    let clock = ManualEngineClock()
    let engine = try await Engine.testing(MemoryEventStore(), clock: clock)
    _ = try await engine.reply(.put(queue: "q"))
    try await engine.bringReady("anna")
    let id = try await engine.requestOffered("+15550100").callback
    let before = try await engine.read { _, point in point.position }
    clock.advance(by: .seconds(21))
    let page = try await engine.records(after: before)
    #expect(
      page.records.contains {
        if case .offerClosed(let offer, _) = $0.event { offer.state == .timedOut } else { false }
      })
    #expect(try await engine.callback(id)?.state == .queued)
    await engine.stop()
  }

  @Test func aStoppedEngineTakesNothing() async throws {
    let engine = try await Engine.testing(MemoryEventStore())
    await engine.stop()
    await #expect(throws: EngineError.stopping) { try await engine.submit(.put(queue: "q")) }
    await #expect(throws: EngineError.stopping) { try await engine.read { _, _ in 0 } }
  }
}
