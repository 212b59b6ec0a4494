import CallbackCore
import CallbackEngine
import PostgresServer
import Testing

/// Several engines share one log.
@Suite struct HostsTests {
  @Test func whatOneAcknowledgesTheOtherReads() async throws {
    let hosts = try Hosts()
    let (a, b) = (try await hosts.start("a"), try await hosts.start("b"))
    try await a.open()
    for index in 0..<50 {
      let (writer, reader) = index % 2 == 0 ? (a, b) : (b, a)
      let id = try #require(try await writer.request(index))
      #expect(try await reader.engine.read { state, _ in state.callback(id) != nil })
    }
    #expect(a.engine.host != b.engine.host)
    await a.engine.stop()
    await b.engine.stop()
  }

  /// The hosts' time runs on while nothing happens, and a host that starts alone goes on from there.
  @Test func whatBeginsAnewAfterARestartBeginsNow() async throws {
    let hosts = try Hosts()
    let first = try await hosts.start("a", lease: Span(2_000))
    try await first.open()
    let stream = StreamID(host: first.engine.host, count: 1)
    try await first.submit(
      .openSession(SessionID("desk"), stream: stream, agents: [AgentID("anna")]))
    try await first.submit(.setAgentStatus(AgentID("anna"), wanted: .ready, endCooldown: false))
    await first.engine.stop()
    try hosts.execute(
      "UPDATE callback_log.stream SET engine_ms = engine_ms + 3600000 WHERE number = STREAM")
    let next = try await hosts.start("a", lease: Span(2_000))
    // Two renewals of the lease later the grace of ten seconds still runs.
    try await Task.sleep(for: .milliseconds(1_500))
    let status = try await next.engine.read { state, _ in state.agent(AgentID("anna"))?.status }
    #expect(status == .ready)
    await next.engine.stop()
  }

  @Test func whoLosesARaceDecidesAgain() async throws {
    let hosts = try Hosts()
    let all = [try await hosts.start("a"), try await hosts.start("b"), try await hosts.start("c")]
    try await all[0].open()
    let made = try await withThrowingTaskGroup(of: CallbackID?.self) { group in
      for index in 0..<300 {
        group.addTask { try await all[index % 3].request(index, id: "r\(index)") }
      }
      return try await group.reduce(into: Set<CallbackID>()) {
        $0.formUnion([$1].compactMap(\.self))
      }
    }
    #expect(made.count == 300)
    let states = [
      try await all[0].snapshot(), try await all[1].snapshot(), try await all[2].snapshot(),
    ]
    #expect(states[0] == states[1] && states[1] == states[2])
    #expect(states[0].callbacks.count == 300)
    #expect(all.contains { $0.engine.statistics.conflicts > 0 })
    for host in all { await host.engine.stop() }
  }

  @Test func hostsThatMeetAllTheTimeRefuseNothing() async throws {
    let hosts = try Hosts()
    let all = [try await hosts.start("a"), try await hosts.start("b"), try await hosts.start("c")]
    try await all[0].open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<24 {
        group.addTask {
          for index in 0..<40 { _ = try await all[client % 3].request(client * 100 + index) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await all[0].snapshot().callbacks.count == 960)
    #expect(all.allSatisfy { $0.engine.statistics.conflicts > 0 })
    for host in all { await host.engine.stop() }
  }

  @Test func anAgentGetsWhatWasRequestedOnAnotherHost() async throws {
    let hosts = try Hosts()
    let (a, b) = (try await hosts.start("a"), try await hosts.start("b"))
    try await a.open()
    try await a.submit(.openSession(SessionID("desk"), stream: 1, agents: [AgentID("anna")]))
    try await a.submit(.setAgentStatus(AgentID("anna"), wanted: .ready, endCooldown: false))
    let seen = Seen()
    a.engine.observe(seen)
    let id = try #require(try await b.request(1))
    let offer = try #require(await seen.offer)
    #expect(offer.callback == id)
    #expect(offer.agent == AgentID("anna"))
    await a.engine.stop()
    await b.engine.stop()
  }

  @Test func aLostConnectionIsSaidAtOnceAndHealsByItself() async throws {
    let hosts = try Hosts()
    let a = try await hosts.start("a")
    try await a.open()
    a.proxy.setRefusing(true)
    await #expect(throws: EngineError.self) { try await a.request(1, id: "r") }
    await #expect(throws: EngineError.self) { try await a.request(1, id: "r") }
    await #expect(throws: EngineError.self) { try await a.snapshot() }
    a.proxy.setRefusing(false)
    let id = try #require(await trying { try await a.request(1, id: "r") })
    #expect(try await a.snapshot().callbacks.map(\.id) == [id])
    await a.engine.stop()
  }

  @Test(arguments: [CuttingProxy.Cut.before, .after])
  func aConnectionCutDuringTheCommitAcknowledgesNothing(_ cut: CuttingProxy.Cut) async throws {
    let hosts = try Hosts()
    let a = try await hosts.start("a")
    try await a.open()
    a.proxy.cutNext(cut)
    await #expect(throws: EngineError.self) { try await a.request(1, id: "r") }
    let id = try #require(await trying { try await a.request(1, id: "r") })
    #expect(try await a.snapshot().callbacks.map(\.id) == [id])
    let position = try await a.engine.read { _, point in point.position }
    let records = try hosts.number("SELECT count(*) FROM callback_log.record WHERE stream = STREAM")
    #expect(records == Int64(position))
    await a.engine.stop()
  }

  @Test func whoseLeaseWasEndedAppendsNothingUntilItIsAnotherHost() async throws {
    let hosts = try Hosts()
    let a = try await hosts.start("a")
    try await a.open()
    let before = a.engine.host
    try hosts.execute("DELETE FROM callback_log.host WHERE stream = STREAM")
    await #expect(throws: EngineError.self) { try await a.request(1, id: "r") }
    _ = try #require(await trying { try await a.request(1, id: "r") })
    let after = await trying { a.engine.host == before ? nil : a.engine.host }
    #expect(after.map { $0 > before } == true)
    await a.engine.stop()
  }

  @Test func aLogThatHasLostItsEndIsNotGoneOnWith() async throws {
    let hosts = try Hosts()
    let a = try await hosts.start("a")
    try await a.open()
    _ = try await a.request(1)
    try hosts.execute(
      "DELETE FROM callback_log.record WHERE stream = STREAM AND position = "
        + "(SELECT max(position) FROM callback_log.record WHERE stream = STREAM)")
    await #expect(throws: EngineError.self) { try await a.request(2) }
    try hosts.execute(
      "INSERT INTO callback_log.record SELECT stream, position + 1, 7, payload "
        + "FROM callback_log.record WHERE stream = STREAM ORDER BY position DESC LIMIT 1")
    await #expect(throws: EngineError.self) { try await a.request(2) }
    await #expect(throws: EngineError.self) { try await a.snapshot() }
    await a.engine.stop()
  }

  @Test func aNewRunTakesOverFromTheOneBefore() async throws {
    let hosts = try Hosts()
    let first = try await hosts.start("a")
    let second = try await hosts.start("a")
    #expect(second.engine.host > first.engine.host)
    #expect(
      try hosts.number("SELECT count(*) FROM callback_log.host WHERE stream = STREAM") == 1)
    try await second.open()
    await second.engine.stop()
    first.proxy.setRefusing(true)
    await first.engine.stop()
  }

  @Test func whoStopsLeavesNoLease() async throws {
    let hosts = try Hosts()
    let a = try await hosts.start("a")
    await a.engine.stop()
    #expect(
      try hosts.number("SELECT count(*) FROM callback_log.host WHERE stream = STREAM") == 0)
  }
}

/// Tries again until there is a value, for some seconds: what heals by itself needs a moment.
func trying<Value>(_ body: () async throws -> Value?) async -> Value? {
  let end = ContinuousClock.now + .seconds(20)
  while ContinuousClock.now < end {
    if let value = try? await body() { return value }
    try? await Task.sleep(for: .milliseconds(50))
  }
  return nil
}

/// Waits for the first offer that an engine shows.
private final class Seen: EngineObserver {
  private let (stream, continuation) = AsyncStream.makeStream(of: Offer.self)

  var offer: Offer? {
    get async { await stream.first { _ in true } }
  }

  func began(_ state: borrowing CallCenter, at point: ReadPoint) {}

  func appended(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint) {
    for case .offerMade(let offer) in records.map(\.event) { continuation.yield(offer) }
  }

  func ended() { continuation.finish() }
}
