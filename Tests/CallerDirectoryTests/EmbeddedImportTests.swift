import CallbackCore
import CallerDirectory
import Testing

@Suite("An import into the embedded directory") struct EmbeddedImportTests {
  typealias Fixture = DirectoryFixture

  @Test("refuses a row with its line and reason, and takes the others")
  func refusesAndGoesOn() async throws {
    let fixture = try Fixture()
    let result = try await fixture.importRows([
      Fixture.row("a", numbers: ["202 555 0123"], line: 2),
      Fixture.row("", numbers: ["202 555 0123"], line: 3),
      Fixture.row("c", "friend", numbers: ["202 555 0123"], line: 4),
      Fixture.row("d", "", numbers: ["202 555 0123"], line: 5),
      Fixture.row("e", name: "", numbers: ["202 555 0123"], line: 6),
      Fixture.row("f", numbers: ["202 555 0123", "12"], line: 7),
      Fixture.row("g", numbers: [], line: 8),
      Fixture.row("h", numbers: ["202 555 0123"], line: 9, active: "maybe"),
      Fixture.row("i", numbers: ["202 555 0123"], line: 10, region: "XX"),
      Fixture.row(String(repeating: "j", count: 129), numbers: ["202 555 0123"], line: 11),
      Fixture.row("k", numbers: Array(repeating: "202 555 0123", count: 17), line: 12),
      Fixture.row("l", "Previous Customer", numbers: ["202 555 0199"], line: 13),
      Fixture.row("m", name: " \t", numbers: ["202 555 0123"], line: 14),
    ])
    #expect(result.created == 3)
    #expect(result.imported == 3)
    #expect(try await fixture.directory.record("g")?.numbers == [])
    #expect(
      result.refused == [
        RefusedLine(line: 3, reason: .missing(field: "id")),
        RefusedLine(line: 4, reason: .badClass("friend")),
        RefusedLine(line: 5, reason: .missing(field: "class")),
        RefusedLine(line: 6, reason: .missing(field: "name")),
        RefusedLine(line: 7, reason: .badNumber("12", .tooShort)),
        RefusedLine(line: 9, reason: .badActive("maybe")),
        RefusedLine(line: 10, reason: .badRegion("XX")),
        RefusedLine(line: 11, reason: .tooLong(field: "id", limitBytes: 128)),
        RefusedLine(line: 12, reason: .tooManyNumbers(limit: 16)),
        RefusedLine(line: 14, reason: .missing(field: "name")),
      ])
    for refused in result.refused { #expect(!refused.reason.description.isEmpty) }
    #expect(try await fixture.ids("+12025550123") == ["a"])
    #expect(try await fixture.ids("+12025550199") == ["l"])
  }

  @Test("reads national numbers in the row's region, its location's, or the default")
  func regions() async throws {
    let fixture = try Fixture()
    let result = try await fixture.importRows([
      Fixture.row("us", numbers: ["202 555 0123"]),
      Fixture.row("gb", numbers: ["020 7946 0958"], location: "london"),
      Fixture.row("de", numbers: ["030 123456"], location: "london", region: "DE"),
    ])
    #expect(result.created == 3)
    #expect(try await fixture.ids("+442079460958") == ["gb"])
    #expect(try await fixture.ids("+4930123456") == ["de"])
  }

  @Test("replaces the record that has the id, its numbers and name included")
  func upsert() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("a", "lead", name: "Old Name", numbers: ["202 555 0123", "202 555 0124"])
    ])
    let result = try await fixture.importRows([
      Fixture.row("a", name: "New Name", numbers: ["202 555 0124", "202 555 0125"])
    ])
    #expect((result.created, result.updated) == (0, 1))
    #expect(try await fixture.ids("+12025550123").isEmpty)
    #expect(try await fixture.ids("+12025550124") == ["a"])
    #expect(try await fixture.ids("+12025550125") == ["a"])
    #expect(try await fixture.search("old").isEmpty)
    #expect(try await fixture.search("new") == ["a"])
    #expect(try await fixture.directory.record("a")?.recordClass == .customer)
  }

  @Test("of the same rows changes nothing, so that one cut off can start anew")
  func repeated() async throws {
    let fixture = try Fixture()
    let rows = (0..<50).map { Fixture.row("r\($0)", numbers: ["202 555 01\(10 + $0)"]) }
    #expect(try await fixture.importRows(Array(rows[..<20])).created == 20)
    let again = try await fixture.importRows(rows, at: Fixture.now + .hours(1))
    #expect((again.created, again.updated, again.unchanged) == (30, 0, 20))
    #expect(try await fixture.directory.record("r0")?.updatedAt == Fixture.now)
    #expect(try await fixture.directory.recordCount() == 50)
  }

  @Test("takes the later of two rows with one id")
  func duplicateInFile() async throws {
    let fixture = try Fixture()
    let result = try await fixture.importRows([
      Fixture.row("a", numbers: ["202 555 0123"], line: 2),
      Fixture.row("a", numbers: ["202 555 0124"], line: 3),
    ])
    #expect((result.created, result.updated) == (1, 1))
    #expect(try await fixture.ids("+12025550124") == ["a"])
    #expect(try await fixture.ids("+12025550123").isEmpty)
  }

  @Test("that runs dry tells the same and changes nothing")
  func dryRun() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([Fixture.row("a", numbers: ["202 555 0123"])])
    let rows = [
      Fixture.row("a", name: "Else", numbers: ["202 555 0123"]),
      Fixture.row("b", numbers: ["202 555 0124"]), Fixture.row("c", numbers: ["1"], line: 9),
    ]
    let result = try await fixture.importRows(rows, isDryRun: true)
    #expect((result.created, result.updated) == (1, 1))
    #expect(result.refused.map(\.line) == [9])
    #expect(try await fixture.directory.record("a")?.name == "Ann Smith")
    #expect(try await fixture.directory.record("b") == nil)
    #expect(try await fixture.search("else").isEmpty)
  }

  @Test("of more rows than one transaction may have is refused whole")
  func tooManyRows() async throws {
    let fixture = try Fixture()
    let rows = Array(repeating: Fixture.row("a", numbers: ["202 555 0123"]), count: 50_001)
    await #expect(throws: DirectoryError.self) { try await fixture.importRows(rows) }
    #expect(try await fixture.directory.recordCount() == 0)
  }

  @Test("changes the generation, so that caches know")
  func generation() async throws {
    let fixture = try Fixture()
    let before = fixture.directory.generation
    try await fixture.importRows([Fixture.row("a", numbers: ["202 555 0123"])])
    #expect(fixture.directory.generation != before)
  }
}
