import CallbackCore
import CallerDirectory
import Testing

@Suite("A resolver") struct CallerResolverTests {
  typealias Fixture = ResolverFixture

  @Test("gives what the directory says, and asks nobody when there is no number")
  func answers() async {
    let fixture = Fixture()
    let resolved = await fixture.resolve(answering: [Fixture.match("a")])
    #expect(resolved.lookup.status == .resolved)
    #expect(resolved.lookup.matches == [Fixture.match("a")])
    #expect(resolved.lookup.source == "scripted")
    #expect(resolved.origin == .directory)
    let unknown = await fixture.resolve(Fixture.bob, answering: [])
    #expect(unknown.lookup.status == .resolved && unknown.lookup.matches.isEmpty)
    #expect(await fixture.resolver.resolve([]).lookup.status == .notLookedUp)
  }

  @Test("says that the look-up failed when it did, never that nobody is known")
  func failure() async {
    let fixture = Fixture()
    let resolved = await fixture.resolveFailing()
    #expect(resolved.lookup.status == .failed)
    #expect(resolved.failure == .directory(.unavailable("scripted")))
    #expect(resolved.lookup.source.isEmpty)
    #expect(fixture.resolver.counters.failed == 1)
  }

  @Test("goes on without the directory after 250 ms and delivers the late answer")
  func budget() async throws {
    let fixture = Fixture()
    let late = AsyncStream<ResolvedCaller>.makeStream()
    async let resolving = fixture.resolver.resolve(
      [Fixture.ann], onLate: { late.continuation.yield($0) })
    let call = await fixture.directory.nextLookup()
    await fixture.clock.sleepers(2)
    fixture.clock.advance(by: .milliseconds(250))
    let resolved = await resolving
    #expect(resolved.lookup.status == .failed)
    #expect(resolved.failure == .timedOut)
    fixture.clock.advance(by: .milliseconds(100))
    call.answer([Fixture.match("a")])
    var iterator = late.stream.makeAsyncIterator()
    let lateAnswer = try #require(await iterator.next())
    #expect(lateAnswer.lookup.matches == [Fixture.match("a")])
    #expect(lateAnswer.took == .milliseconds(350))
    let counters = fixture.resolver.counters
    #expect((counters.overBudget, counters.late, counters.failed) == (1, 1, 1))
    #expect(fixture.resolver.resolveNow([Fixture.ann])?.origin == .cache)
  }

  @Test("tells a late answer that nobody is known, too")
  func lateMiss() async throws {
    let fixture = Fixture()
    let late = AsyncStream<ResolvedCaller>.makeStream()
    async let resolving = fixture.resolver.resolve(
      [Fixture.ann], onLate: { late.continuation.yield($0) })
    let call = await fixture.directory.nextLookup()
    await fixture.clock.sleepers(2)
    fixture.clock.advance(by: .milliseconds(250))
    _ = await resolving
    call.answer([])
    var iterator = late.stream.makeAsyncIterator()
    let answer = try #require(await iterator.next())
    #expect(answer.lookup.status == .resolved && answer.lookup.matches.isEmpty)
  }

  @Test("tries the callback number first, then the caller's, both at once")
  func secondLine() async {
    let fixture = Fixture()
    async let resolving = fixture.resolver.resolve([Fixture.ann, Fixture.bob])
    let calls = [await fixture.directory.nextLookup(), await fixture.directory.nextLookup()]
    #expect(Set(calls.map(\.line)) == [Fixture.ann, Fixture.bob])
    for call in calls {
      call.answer(call.line == Fixture.ann ? [] : [Fixture.match("b", Fixture.bob)])
    }
    #expect(await resolving.lookup.matches.map(\.recordID) == ["b"])
    let now = fixture.resolver.resolveNow([Fixture.bob, Fixture.ann])
    #expect(now?.lookup.matches.map(\.recordID) == ["b"])
  }

  @Test("has failed when one number failed and the other is not known")
  func halfFailed() async {
    let fixture = Fixture()
    async let resolving = fixture.resolver.resolve([Fixture.ann, Fixture.bob])
    for call in [await fixture.directory.nextLookup(), await fixture.directory.nextLookup()] {
      if call.line == Fixture.ann { call.fail() } else { call.answer([]) }
    }
    #expect(await resolving.lookup.status == .failed)
  }

  @Test("asks once for all who ask about a number at the same time")
  func oneInFlight() async {
    let fixture = Fixture()
    async let first = fixture.resolver.resolve([Fixture.ann])
    let call = await fixture.directory.nextLookup()
    async let second = fixture.resolver.resolve([Fixture.ann])
    async let third = fixture.resolver.resolve([Fixture.ann])
    // The timers of three budgets and of one look-up.
    await fixture.clock.sleepers(4)
    while fixture.resolver.counters.joined < 2 { await Task.yield() }
    call.answer([Fixture.match("a")])
    for resolved in [await first, await second, await third] {
      #expect(resolved.lookup.matches.count == 1)
    }
    #expect(fixture.resolver.counters.started == 1)
    #expect(fixture.resolver.counters.joined == 2)
  }

  @Test("keeps answers for their time: records longer than that there are none")
  func cacheAges() async {
    let fixture = Fixture()
    await fixture.resolve(Fixture.ann, answering: [Fixture.match("a")])
    await fixture.resolve(Fixture.bob, answering: [])
    fixture.clock.advance(by: .seconds(9))
    #expect(fixture.resolver.resolveNow([Fixture.ann])?.lookup.age == .seconds(9))
    #expect(fixture.resolver.resolveNow([Fixture.bob])?.origin == .cache)
    fixture.clock.advance(by: .seconds(1))
    #expect(fixture.resolver.resolveNow([Fixture.ann])?.origin == .cache)
    #expect(fixture.resolver.resolveNow([Fixture.bob]) == nil)
    fixture.clock.advance(by: .seconds(50))
    #expect(fixture.resolver.resolveNow([Fixture.ann]) == nil)
  }

  @Test("uses old records, marked, when the directory fails, but never an old 'nobody'")
  func stale() async {
    let fixture = Fixture()
    await fixture.resolve(Fixture.ann, answering: [Fixture.match("a")])
    await fixture.resolve(Fixture.bob, answering: [])
    fixture.clock.advance(by: .seconds(3600))
    let resolved = await fixture.resolveFailing(Fixture.ann)
    #expect(resolved.lookup.status == .resolved)
    #expect(resolved.lookup.matches == [Fixture.match("a")])
    #expect(resolved.lookup.age == .seconds(3600))
    #expect(resolved.lookup.isStale)
    #expect(resolved.origin == .staleCache)
    #expect(resolved.failure != nil)
    #expect(await fixture.resolveFailing(Fixture.bob).lookup.status == .failed)
    fixture.clock.advance(by: .seconds(24 * 3600))
    #expect(await fixture.resolveFailing(Fixture.ann).lookup.status == .failed)
  }

  @Test("gives a stale answer at the end of the budget, and the late one, which is not marked")
  func staleThenLate() async throws {
    let fixture = Fixture()
    await fixture.resolve(answering: [Fixture.match("a")])
    fixture.clock.advance(by: .seconds(3600))
    let late = AsyncStream<ResolvedCaller>.makeStream()
    for id in ["a", "b"] {
      async let resolving = fixture.resolver.resolve(
        [Fixture.ann], onLate: { late.continuation.yield($0) })
      let call = await fixture.directory.nextLookup()
      await fixture.clock.sleepers(2)
      fixture.clock.advance(by: .milliseconds(250))
      #expect(await resolving.lookup.isStale)
      call.answer([Fixture.match(id)])
      while fixture.resolver.counters.late < (id == "a" ? 1 : 2) { await Task.yield() }
      fixture.clock.advance(by: .seconds(3600))
    }
    var iterator = late.stream.makeAsyncIterator()
    for id in ["a", "b"] {
      let answer = try #require(await iterator.next())
      #expect(answer.lookup.matches == [Fixture.match(id)] && !answer.lookup.isStale)
    }
  }

  @Test("a look-up that a change overtakes is neither kept nor waited for by those who ask later")
  func overtaken() async throws {
    let fixture = Fixture()
    async let first = fixture.resolver.resolve([Fixture.ann])
    let before = await fixture.directory.nextLookup()
    async let change = fixture.resolver.linkNumber(
      Fixture.ann, to: "a", Fixture.request("1:link"))
    await fixture.directory.nextChange().answer(
      DirectoryRecord(
        id: "a", recordClass: .customer, name: "Ann", numbers: [Fixture.ann],
        updatedAt: WallTime(0)))
    _ = try await change

    async let second = fixture.resolver.resolve([Fixture.ann])
    let after = await fixture.directory.nextLookup()
    after.answer([Fixture.match("a")])
    #expect(await second.lookup.matches == [Fixture.match("a")])
    before.answer([])
    #expect(await first.lookup.matches.isEmpty)
    let kept = try #require(fixture.resolver.resolveNow([Fixture.ann]))
    #expect(kept.lookup.matches == [Fixture.match("a")])
    #expect(fixture.resolver.counters.running == 0)
  }

  @Test("a look-up that was given up does not bring back what was before a change")
  func overtakenAndGivenUp() async throws {
    let fixture = Fixture()
    async let first = fixture.resolver.resolve([Fixture.ann])
    let before = await fixture.directory.nextLookup()
    await fixture.clock.sleepers(2)
    fixture.clock.advance(by: .seconds(2))
    _ = await first
    while fixture.resolver.counters.abandoned < 1 { await Task.yield() }
    async let change = fixture.resolver.unlinkNumber(
      Fixture.ann, from: "a", Fixture.request("1:unlink"))
    await fixture.directory.nextChange().answer(
      DirectoryRecord(
        id: "a", recordClass: .customer, name: "Ann", numbers: [], updatedAt: WallTime(0)))
    _ = try await change
    before.answer([Fixture.match("a")])
    while fixture.resolver.counters.running > 0 { await Task.yield() }
    #expect(fixture.resolver.resolveNow([Fixture.ann]) == nil)
  }

  @Test("a change drops what is known of the number with any extension")
  func extensionsAfterChange() async throws {
    let fixture = Fixture()
    let desk = PhoneNumber.Line(e164: Fixture.ann.e164, extension: "7")
    await fixture.resolve(desk, answering: [Fixture.match("a")])
    await fixture.resolve(Fixture.bob, answering: [Fixture.match("b", Fixture.bob)])
    async let change = fixture.resolver.unlinkNumber(
      Fixture.ann, from: "a", Fixture.request("1:unlink"))
    await fixture.directory.nextChange().answer(
      DirectoryRecord(
        id: "a", recordClass: .customer, name: "Ann", numbers: [], updatedAt: WallTime(0)))
    _ = try await change
    #expect(fixture.resolver.resolveNow([desk]) == nil)
    #expect(fixture.resolver.resolveNow([Fixture.bob])?.origin == .cache)
  }

  @Test("around the embedded directory answers at once and sees every change")
  func embedded() async throws {
    let fixture = try DirectoryFixture()
    let resolver = CallerResolver(directory: fixture.directory, clock: ManualClock())
    #expect(resolver.resolveNow([Fixture.ann])?.lookup.matches.isEmpty == true)
    #expect(resolver.resolveNow([Fixture.ann])?.origin == .cache)
    let lead = NewLead(name: "Ann", location: nil, number: Fixture.ann)
    let change = try await resolver.createLead(lead, ChangeRequest(id: "1:a", at: WallTime(1)))
    guard case .done(let creation) = change else {
      Issue.record("pending")
      return
    }
    #expect(creation.hasChanged)
    let resolved = try #require(resolver.resolveNow([Fixture.ann]))
    #expect(resolved.origin == .directory)
    #expect(resolved.lookup.matches.map(\.recordID) == ["lead-1"])
    try await fixture.importRows([DirectoryFixture.row("x", numbers: ["202 555 0123"])])
    #expect(resolver.resolveNow([Fixture.ann])?.lookup.matches.count == 2)
  }
}
