import CallbackCore
import CallerDirectory
import TestSupport
import Testing

@Suite("Several directories") struct SeveralDirectoriesTests {
  let clock = ManualClock()
  let first = ScriptedDirectory(name: "rentals")
  let second = ScriptedDirectory(name: "crm")
  let ann = ResolverFixture.ann

  func resolver(_ combination: DirectoryCombination) -> CallerResolver {
    CallerResolver(
      directories: [first, second], combination: combination, clock: clock)
  }

  @Test("the first that knows the number wins, and ids name their directory")
  func firstWins() async {
    let resolver = resolver(.first)
    async let resolving = resolver.resolve([ann])
    await second.nextLookup().answer([ResolverFixture.match("2")])
    await first.nextLookup().answer([ResolverFixture.match("1")])
    let resolved = await resolving
    #expect(resolved.lookup.matches.map(\.recordID) == ["rentals:1"])
    #expect(resolved.lookup.source == "rentals")
  }

  @Test("merged, the records of all count")
  func merged() async {
    let resolver = resolver(.merged)
    async let resolving = resolver.resolve([ann], explains: true)
    await second.nextLookup().answer([ResolverFixture.match("2")])
    await first.nextLookup().answer([ResolverFixture.match("1")])
    let resolved = await resolving
    #expect(resolved.lookup.matches.map(\.recordID) == ["crm:2", "rentals:1"])
    #expect(resolved.lookup.source == "rentals+crm")
    #expect(resolved.steps.map(\.directory) == ["rentals", "crm"])
    #expect(resolved.steps.allSatisfy { $0.counted && $0.origin == .directory })
  }

  @Test("one that hangs does not hide what another knows, nor makes Unknown of a failure")
  func hanging() async {
    let resolver = resolver(.first)
    async let resolving = resolver.resolve([ann])
    let hanging = await first.nextLookup()
    await second.nextLookup().answer([ResolverFixture.match("2")])
    await clock.sleepers(2)
    while resolver.countersByDirectory[1].counters.running > 0 { await Task.yield() }
    clock.advance(by: .milliseconds(250))
    #expect(await resolving.lookup.matches.map(\.recordID) == ["crm:2"])
    hanging.answer([])

    async let again = resolver.resolve([ResolverFixture.bob])
    await first.nextLookup().fail()
    await second.nextLookup().answer([])
    #expect(await again.lookup.status == .failed)
  }

  @Test("what each did is counted by its name")
  func counters() async {
    let resolver = resolver(.first)
    async let resolving = resolver.resolve([ann])
    await first.nextLookup().fail()
    await second.nextLookup().answer([])
    _ = await resolving
    let counted = resolver.countersByDirectory
    #expect(counted.map(\.directory) == ["rentals", "crm"])
    #expect(counted.map(\.counters.directoryFailures) == [1, 0])
  }
}

@Suite("The ledger of changes") struct ChangeLedgerTests {
  let folder = TemporaryDirectory()
  let directory = ScriptedDirectory()
  let lead = NewLead(name: "Ann", location: nil, number: ResolverFixture.ann)

  func resolver() throws -> CallerResolver {
    CallerResolver(
      directories: [directory], ledger: try ChangeLedger(path: folder.file("changes.db")),
      clock: ManualClock())
  }

  @Test("the same id with something else is refused, also while the first is under way")
  func reused() async throws {
    let resolver = try resolver()
    let request = ResolverFixture.request("1:a", "x")
    let changing = Task { try await resolver.createLead(lead, request) }
    let call = await directory.nextChange()
    await #expect(throws: DirectoryError.requestReused("1:a")) {
      _ = try await resolver.createLead(lead, ResolverFixture.request("1:a", "y"))
    }
    call.answer(
      DirectoryRecord(id: "l", recordClass: .lead, name: "Ann", numbers: [lead.number]))
    _ = try await changing.value
    await #expect(throws: DirectoryError.requestReused("1:a")) {
      _ = try await self.resolver().createLead(lead, ResolverFixture.request("1:a", "y"))
    }
  }

  @Test("a change that is under way is joined, not made twice")
  func joined() async throws {
    let resolver = try resolver()
    let request = ResolverFixture.request("1:a", "x")
    let one = Task { try await resolver.createLead(lead, request) }
    let call = await directory.nextChange()
    let two = Task { try await resolver.createLead(lead, request) }
    let record = DirectoryRecord(
      id: "l", recordClass: .lead, name: "Ann", numbers: [lead.number])
    call.answer(record)
    guard case .done(let first) = try await one.value else {
      Issue.record("pending")
      return
    }
    #expect(first.record == record)
    // The scripted directory has no records: a second change would wait for an answer for ever,
    // and what was remembered is no longer there.
    switch await two.result {
    case .success(.done(let second)): #expect(second.record == record)
    case .success(.pending): Issue.record("pending")
    case .failure(let error): #expect(error as? DirectoryError == .recordNotFound("l"))
    }
  }

  @Test("a repeated change gives its record, whichever directory would take the change by then")
  func otherDirectory() async throws {
    let path = folder.file("changes.db")
    let request = ResolverFixture.request("1:a", "x")
    let record = DirectoryRecord(
      id: "l", recordClass: .lead, name: "Ann", numbers: [lead.number])
    let crm = ScriptedDirectory(name: "crm", records: [record])
    func resolver(_ other: DirectoryCapabilities) throws -> CallerResolver {
      CallerResolver(
        directories: [ScriptedDirectory(name: "copy", capabilities: other), crm],
        ledger: try ChangeLedger(path: path), clock: ManualClock())
    }
    let first = try resolver(.init(canCreateLead: false, canLinkNumbers: false, reason: "a copy"))
    async let change = first.createLead(lead, request)
    await crm.nextChange().answer(record)
    guard case .done(let done) = try await change else {
      Issue.record("pending")
      return
    }
    #expect(done.record.id == "crm:l")
    // A program that was not yet asked what it takes.
    guard case .done(let again) = try await resolver(.all).createLead(lead, request) else {
      Issue.record("pending")
      return
    }
    #expect(again.record == done.record && again.hasChanged)
    #expect(again.answeredBefore == request.at && done.answeredBefore == nil)
  }

  @Test("a number that is forgotten is in no id that the ledger keeps, and in no byte of its files")
  func forgotten() async throws {
    let resolver = try resolver()
    let records = [("1:ivr-2025550123", "l"), ("1:b", "crm-12025550123"), ("1:c", "other")]
    for (request, id) in records {
      async let change = resolver.createLead(lead, ResolverFixture.request(request))
      await directory.nextChange().answer(
        DirectoryRecord(id: id, recordClass: .lead, name: "Ann", numbers: [lead.number]))
      _ = try await change
    }
    func holds(_ text: String) -> Bool {
      ["changes.db", "changes.db-wal"].contains {
        Files.read(folder.file($0)).contains(subsequence: Array(text.utf8))
      }
    }
    #expect(holds("2025550123"))
    try resolver.forget(PhoneNumber(e164: "+12025550123", display: "(202) 555-0123"))
    #expect(!holds("2025550123"))
    #expect(holds("other"))
  }
}
