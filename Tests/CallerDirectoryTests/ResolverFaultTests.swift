import CallbackCore
import CallerDirectory
import Testing

@Suite("A resolver around a directory that misbehaves") struct ResolverFaultTests {
  typealias Fixture = ResolverFixture

  private func line(_ n: Int) -> PhoneNumber.Line { .init(e164: "+1202555\(1000 + n)") }

  @Test("stops asking after failures in a row, probes once, and recovers by itself")
  func circuit() async {
    let fixture = Fixture()
    for n in 0..<5 { await fixture.resolveFailing(line(n)) }
    #expect(fixture.resolver.counters.isCircuitOpen)
    #expect(await fixture.resolver.resolve([line(9)]).failure == .circuitOpen)
    #expect(fixture.resolver.counters.started == 5)
    fixture.clock.advance(by: .seconds(5))

    async let probing = fixture.resolver.resolve([line(10)])
    let probe = await fixture.directory.nextLookup()
    #expect(await fixture.resolver.resolve([line(11)]).failure == .circuitOpen)
    probe.fail()
    _ = await probing
    fixture.clock.advance(by: .seconds(9))
    #expect(await fixture.resolver.resolve([line(12)]).failure == .circuitOpen)
    fixture.clock.advance(by: .seconds(1))

    #expect(await fixture.resolve(line(13), answering: []).lookup.status == .resolved)
    #expect(!fixture.resolver.counters.isCircuitOpen)
    #expect(fixture.resolver.counters.keptBack == 3)
  }

  @Test("probes with one look-up, also while those from before it opened still end")
  func oneProbe() async {
    let fixture = Fixture {
      $0.failuresToOpen = 1
      $0.lookupTimeout = .seconds(60)
    }
    let before = Task { await fixture.resolver.resolve([line(0)]) }
    let early = await fixture.directory.nextLookup()
    await fixture.resolveFailing(line(1))
    fixture.clock.advance(by: .seconds(5))
    let probing = Task { await fixture.resolver.resolve([line(2)]) }
    let probe = await fixture.directory.nextLookup()
    early.fail()
    while fixture.resolver.counters.running > 1 { await Task.yield() }
    fixture.clock.advance(by: .seconds(30))
    #expect(await fixture.resolver.resolve([line(3)]).failure == .circuitOpen)
    #expect(fixture.resolver.counters.started == 3)
    probe.answer([])
    while fixture.resolver.counters.running > 0 { await Task.yield() }
    #expect(!fixture.resolver.counters.isCircuitOpen)
    _ = (await before.value, await probing.value)
  }

  @Test("counts failures in a row only")
  func failuresInARow() async {
    let fixture = Fixture()
    for n in 0..<4 { await fixture.resolveFailing(line(n)) }
    await fixture.resolve(line(5), answering: [])
    for n in 6..<10 { await fixture.resolveFailing(line(n)) }
    #expect(!fixture.resolver.counters.isCircuitOpen)
  }

  @Test("gives up on a look-up that hangs, keeps its place taken, and recovers when it ends")
  func hanging() async {
    let fixture = Fixture {
      $0.runningLookups = 1
      $0.waitingLookups = 1
      $0.failuresToOpen = 2
    }
    async let first = fixture.resolver.resolve([line(0)])
    let hanging = await fixture.directory.nextLookup()
    await fixture.clock.sleepers(2)
    fixture.clock.advance(by: .seconds(2))
    #expect(await first.failure == .timedOut)
    while fixture.resolver.counters.abandoned < 1 { await Task.yield() }
    #expect(fixture.resolver.counters.running == 1)

    async let second = fixture.resolver.resolve([line(1)])
    while fixture.resolver.counters.waiting < 1 { await Task.yield() }
    #expect(await fixture.resolver.resolve([line(2)]).failure == .overloaded)
    hanging.answer([])
    await fixture.directory.nextLookup().answer([Fixture.match("b", line(1))])
    #expect(await second.lookup.matches.count == 1)
    #expect(fixture.resolver.resolveNow([line(0)])?.lookup.status == .resolved)
    #expect(fixture.resolver.counters.overloaded == 1)
  }

  @Test("runs no more look-ups at once than it may, and all of them in the end")
  func bounded() async {
    let fixture = Fixture {
      $0.runningLookups = 2
      $0.waitingLookups = 100
    }
    await withTaskGroup(of: LookupStatus.self) { group in
      for n in 0..<10 {
        group.addTask { await fixture.resolver.resolve([line(n)]).lookup.status }
      }
      for _ in 0..<10 {
        let call = await fixture.directory.nextLookup()
        #expect(fixture.resolver.counters.running <= 2)
        call.answer([])
      }
      for await status in group { #expect(status == .resolved) }
    }
    while fixture.resolver.counters.running > 0 { await Task.yield() }
    #expect(fixture.resolver.counters.started == 10)
    #expect(fixture.resolver.counters.latency.counts.reduce(0, +) == 10)
  }

  @Test("answers those who wait when the circuit opens before their turn")
  func queuedBehindFailures() async {
    let fixture = Fixture {
      $0.runningLookups = 1
      $0.failuresToOpen = 1
    }
    async let first = fixture.resolver.resolve([line(0)])
    let call = await fixture.directory.nextLookup()
    async let second = fixture.resolver.resolve([line(1)])
    async let third = fixture.resolver.resolve([line(2)])
    while fixture.resolver.counters.waiting < 2 { await Task.yield() }
    call.fail()
    #expect(await first.lookup.status == .failed)
    #expect(await second.failure == .circuitOpen)
    #expect(await third.failure == .circuitOpen)
    while fixture.resolver.counters.running > 0 { await Task.yield() }
    #expect(fixture.resolver.counters.waiting == 0)
  }

  @Test("keeps no more answers than it may")
  func boundedCache() async {
    let fixture = Fixture { $0.cachedNumbers = 10 }
    for n in 0..<50 { await fixture.resolve(line(n), answering: []) }
    #expect(fixture.resolver.counters.cachedNumbers <= 10)
    #expect(fixture.resolver.resolveNow([line(49)]) != nil)
    #expect(fixture.resolver.resolveNow([line(0)]) == nil)
  }

  @Test("keeps the answers that are asked for while others are dropped")
  func cacheKeepsWhatIsUsed() async {
    let fixture = Fixture { $0.cachedNumbers = 10 }
    await fixture.resolve(line(0), answering: [])
    for n in 1..<30 {
      await fixture.resolve(line(n), answering: [])
      #expect(fixture.resolver.resolveNow([line(0)]) != nil)
    }
  }

  @Test("tells a change to be pending after five seconds, and then how it ended")
  func pendingChange() async throws {
    let fixture = Fixture()
    let ended = AsyncStream<Result<RecordChange, DirectoryError>>.makeStream()
    async let changing = fixture.resolver.linkNumber(
      Fixture.ann, to: "a", Fixture.request("1:a"),
      onEnd: { ended.continuation.yield($0) })
    let call = await fixture.directory.nextChange()
    await fixture.clock.sleepers(1)
    fixture.clock.advance(by: .seconds(5))
    guard case .pending = try await changing else {
      Issue.record("done")
      return
    }
    #expect(fixture.resolver.counters.pendingChanges == 1)
    let record = DirectoryRecord(
      id: "a", recordClass: .customer, name: "Ann", numbers: [Fixture.ann])
    call.answer(record)
    var iterator = ended.stream.makeAsyncIterator()
    #expect(await iterator.next() == .success(RecordChange(record: record, hasChanged: true)))
  }

  @Test("forgets what it knew of a number that is changed")
  func changeDropsAnswer() async throws {
    let fixture = Fixture()
    await fixture.resolve(answering: [])
    let changing = Task {
      _ = try await fixture.resolver.unlinkNumber(
        Fixture.ann, from: "a", Fixture.request("1:a"))
    }
    await fixture.directory.nextChange().fail()
    await #expect(throws: DirectoryError.unavailable("scripted")) { try await changing.value }
    #expect(fixture.resolver.resolveNow([Fixture.ann]) == nil)
  }

  @Test("refuses changes that the directory does not take, and more than it may have under way")
  func refusedChanges() async throws {
    let readOnly = DirectoryCapabilities(
      canCreateLead: false, canLinkNumbers: false, reason: "a view")
    let resolver = CallerResolver(directory: ScriptedDirectory(capabilities: readOnly))
    let lead = NewLead(name: "Ann", location: nil, number: Fixture.ann)
    await #expect(throws: DirectoryError.readOnly("a view")) {
      _ = try await resolver.createLead(lead, Fixture.request("1:a"))
    }
    let fixture = Fixture { $0.runningChanges = 1 }
    let first = Task {
      _ = try await fixture.resolver.createLead(lead, Fixture.request("1:a"))
    }
    let call = await fixture.directory.nextChange()
    await #expect(throws: DirectoryError.unavailable("too many changes are under way")) {
      _ = try await fixture.resolver.createLead(lead, Fixture.request("1:b"))
    }
    call.fail()
    await #expect(throws: DirectoryError.self) { try await first.value }
  }
}
