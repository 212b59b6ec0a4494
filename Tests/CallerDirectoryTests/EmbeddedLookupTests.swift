import CallbackCore
import CallerDirectory
import SQLite
import TestSupport
import Testing

@Suite("A look-up in the embedded directory") struct EmbeddedLookupTests {
  typealias Fixture = DirectoryFixture

  @Test("gives the record behind a number, whole")
  func wholeRecord() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row(
        "c-1", "lead", numbers: ["(202) 555-0123", "+44 20 7946 0958"], active: "yes",
        location: "oslo", updatedAt: WallTime(5000))
    ])
    let line = PhoneNumber.Line(e164: "+442079460958")
    let match = CallerMatch(
      recordID: "c-1", recordClass: .lead, isActiveLead: true, name: "Ann Smith",
      location: LocationID("oslo"), matchedNumber: line, updatedAt: WallTime(5000))
    #expect(try await fixture.directory.lookup(line) == [match])
    #expect(try fixture.directory.lookupNow(line) == [match])
    let record = try #require(try await fixture.directory.record("c-1"))
    #expect(record.numbers.map(\.e164) == ["+12025550123", "+442079460958"])
    #expect(record.isActiveLead)
    #expect(try await fixture.directory.record("c-2") == nil)
  }

  @Test("gives every record that shares the number")
  func sharedNumber() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("a", numbers: ["202 555 0123"]),
      Fixture.row("b", "lead", numbers: ["+12025550123"]),
      Fixture.row("c", numbers: ["202 555 0124"]),
    ])
    #expect(try await fixture.ids("+12025550123") == ["a", "b"])
    #expect(try await fixture.ids("+12025550199").isEmpty)
  }

  @Test("prefers the extension, then the number without one")
  func extensions() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("desk5", numbers: ["202 555 0123 ext 5"]),
      Fixture.row("desk6", numbers: ["202 555 0123 ext 6"]),
    ])
    #expect(try await fixture.ids("+12025550123", "5") == ["desk5"])
    #expect(try await fixture.ids("+12025550123") == ["desk5", "desk6"])
    #expect(try await fixture.ids("+12025550123", "7").isEmpty)
    try await fixture.importRows([Fixture.row("main", numbers: ["202 555 0123"])])
    #expect(try await fixture.ids("+12025550123") == ["main"])
    #expect(try await fixture.ids("+12025550123", "7") == ["main"])
    #expect(try await fixture.ids("+12025550123", "6") == ["desk6"])
  }

  @Test("gives the best 32 of a number that too many records have")
  func manyRecords() async throws {
    let fixture = try Fixture()
    try await fixture.importRows(
      (0..<100).map {
        Fixture.row(
          "r\($0)", $0 == 77 ? "lead" : "previous_customer", numbers: ["202 555 0123"])
      })
    let matches = try await fixture.directory.lookup(.init(e164: "+12025550123"))
    #expect(matches.count == 32)
    #expect(matches.contains { $0.recordID == "r77" })
  }

  @Test(
    "of what is no number finds nothing", arguments: ["", "+", "123", "+1a", "+12345678901234567"])
  func nonsense(e164: String) async throws {
    let fixture = try Fixture()
    #expect(try await fixture.ids(e164).isEmpty)
  }

  @Test("finds what was stored before the directory was opened again")
  func reopened() async throws {
    let files = TemporaryDirectory()
    let path = files.file("directory.db")
    do {
      let directory = try EmbeddedDirectory(path: path)
      _ = try await directory.importRows(
        [Fixture.row("a", numbers: ["202 555 0123"])],
        regions: ImportRegions(fallback: try PhoneRegion("US")), at: Fixture.now)
    }
    let directory = try EmbeddedDirectory(path: path)
    #expect(try await directory.lookup(.init(e164: "+12025550123")).map(\.recordID) == ["a"])
    #expect(try await directory.recordCount() == 1)
  }

  @Test("is refused on a file of a newer version")
  func newerVersion() throws {
    let files = TemporaryDirectory()
    try Database(path: files.file("directory.db")).setPragma("user_version", to: "99")
    #expect(throws: DirectoryError.self) {
      try EmbeddedDirectory(path: files.file("directory.db"))
    }
  }

  @Test("is refused on a file that is no directory")
  func damagedFile() throws {
    let error = #expect(throws: DirectoryError.self) {
      try EmbeddedDirectory(path: "/proc/self/exe")
    }
    guard case .unreadable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
