import CallbackCore
import CallerDirectory
import SQLite
import TestSupport
import Testing

@Suite("A change in the embedded directory") struct EmbeddedChangeTests {
  typealias Fixture = DirectoryFixture

  private let line = PhoneNumber.Line(e164: "+12025550123")

  private func lead(_ name: String = "Ann Smith") -> NewLead {
    NewLead(name: name, location: LocationID("oslo"), number: line)
  }

  @Test("starts a Lead that the next look-up finds (row I)")
  func startLead() async throws {
    let fixture = try Fixture()
    let made = try await fixture.directory.createLead(
      lead(), requestID: "1:a", at: Fixture.now)
    #expect(made.hasChanged)
    #expect(made.record.id == "lead-1")
    let match = try #require(try await fixture.directory.lookup(line).first)
    #expect(match.recordClass == .lead && match.isActiveLead)
    #expect(match.location == LocationID("oslo"))
    #expect(match.updatedAt == Fixture.now)
  }

  @Test("gives the active Lead that the number has rather than a second one")
  func existingLead() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("old", "lead", numbers: ["202 555 0123"], active: "no"),
      Fixture.row("cust", numbers: ["202 555 0123"]),
    ])
    #expect(
      try await fixture.directory.createLead(lead(), requestID: "1:a", at: Fixture.now).hasChanged)
    let second = try await fixture.directory.createLead(
      lead("Other"), requestID: "1:b", at: Fixture.now)
    #expect(!second.hasChanged)
    #expect(second.record.id == "lead-1")
  }

  @Test("is made once for a request id, with the same answer, and refuses other content")
  func idempotent() async throws {
    let fixture = try Fixture()
    let first = try await fixture.directory.createLead(
      lead(), requestID: "1:a", at: Fixture.now)
    let again = try await fixture.directory.createLead(
      lead(), requestID: "1:a", at: Fixture.now + .hours(1))
    #expect(again == first)
    await #expect(throws: DirectoryError.requestReused("1:a")) {
      try await fixture.directory.createLead(lead("Bob"), requestID: "1:a", at: Fixture.now)
    }
    await #expect(throws: DirectoryError.requestReused("1:a")) {
      try await fixture.directory.linkNumber(
        line, to: "lead-1", requestID: "1:a", at: Fixture.now)
    }
    #expect(try await fixture.directory.recordCount() == 1)
  }

  @Test("forgets a request id after a day")
  func requestAge() async throws {
    let fixture = try Fixture()
    _ = try await fixture.directory.createLead(lead(), requestID: "1:a", at: Fixture.now)
    let later = Fixture.now + .hours(25)
    _ = try await fixture.directory.linkNumber(line, to: "lead-1", requestID: "1:b", at: later)
    let reused = try await fixture.directory.createLead(lead("Bob"), requestID: "1:a", at: later)
    #expect(!reused.hasChanged)
  }

  @Test("matches a number to a record and takes it off again, repeated or not")
  func linkAndUnlink() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([Fixture.row("a", numbers: ["202 555 0199"])])
    for id in ["1:a", "1:a", "1:b"] {
      let record = try await fixture.directory.linkNumber(
        line, to: "a", requestID: id, at: Fixture.now)
      #expect(record.numbers.map(\.e164) == ["+12025550199", "+12025550123"])
    }
    #expect(try await fixture.ids("+12025550123") == ["a"])
    // The same request has the same answer; another finds that there is nothing to be taken off.
    for (id, takesOff) in [("1:c", true), ("1:c", true), ("1:d", false), ("1:d", false)] {
      let change = try await fixture.directory.unlinkNumber(
        line, from: "a", requestID: id, at: Fixture.now)
      #expect(change.record.numbers.map(\.e164) == ["+12025550199"])
      #expect(change.hasChanged == takesOff)
    }
    #expect(try await fixture.ids("+12025550123").isEmpty)
  }

  @Test("of a record that is not there is refused and leaves no trace of its request id")
  func unknownRecord() async throws {
    let fixture = try Fixture()
    await #expect(throws: DirectoryError.recordNotFound("a")) {
      try await fixture.directory.linkNumber(line, to: "a", requestID: "1:a", at: Fixture.now)
    }
    try await fixture.importRows([Fixture.row("b", numbers: ["202 555 0199"])])
    _ = try await fixture.directory.linkNumber(line, to: "b", requestID: "1:a", at: Fixture.now)
  }

  @Test("gives a record no more numbers than it may have")
  func tooManyNumbers() async throws {
    let fixture = try Fixture()
    let numbers = (10..<26).map { "202 555 01\($0)" }
    try await fixture.importRows([Fixture.row("a", numbers: numbers)])
    await #expect(throws: DirectoryError.tooManyNumbers(recordID: "a")) {
      try await fixture.directory.linkNumber(
        .init(e164: "+12025550199"), to: "a", requestID: "1:a", at: Fixture.now)
    }
  }

  @Test("is refused with bad input")
  func badInput() async throws {
    let directory = try Fixture().directory
    await #expect(throws: DirectoryError.self) {
      try await directory.createLead(lead(""), requestID: "1:a", at: Fixture.now)
    }
    await #expect(throws: DirectoryError.self) {
      try await directory.createLead(lead(), requestID: "", at: Fixture.now)
    }
    await #expect(throws: DirectoryError.self) {
      try await directory.linkNumber(
        .init(e164: "2025550123"), to: "a", requestID: "1:a", at: Fixture.now)
    }
  }

  @Test("forgets a caller: no record, no name, no bytes of it in the file")
  func forget() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("a", name: "Zebulon Quixote", numbers: ["202 555 0123", "202 555 0124"]),
      Fixture.row("b", name: "Ann", numbers: ["202 555 0199"]),
    ])
    let words = ["Zebulon", "zebulon", "quixote", "12025550124"]
    let before = Files.read(fixture.files.file("directory.db-wal"))
    for word in words { #expect(before.contains(subsequence: Array(word.utf8)), "\(word)") }
    #expect(try await fixture.directory.forget(line, as: "first") == 1)
    #expect(try await fixture.directory.forget(line, as: "second") == 0)
    #expect(try await fixture.search("zebulon").isEmpty)
    #expect(try await fixture.ids("+12025550124").isEmpty)
    #expect(try await fixture.directory.recordCount() == 1)
    for file in ["directory.db", "directory.db-wal"] {
      let bytes = Files.read(fixture.files.file(file))
      for word in words {
        #expect(!bytes.contains(subsequence: Array(word.utf8)), "\(word) in \(file)")
      }
    }
  }
  @Test("forgets a number that no record has any more, and every request that named it")
  func forgetUnlinked() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([Fixture.row("a", numbers: ["202 555 0199"])])
    _ = try await fixture.directory.linkNumber(
      line, to: "a", requestID: "1:12025550123", at: Fixture.now)
    _ = try await fixture.directory.unlinkNumber(line, from: "a", requestID: "1:b", at: Fixture.now)
    #expect(try await fixture.directory.forget(line, as: "it") == 0)
    for file in ["directory.db", "directory.db-wal"] {
      let bytes = Files.read(fixture.files.file(file))
      #expect(!bytes.contains(subsequence: Array("2025550123".utf8)), "\(file)")
    }
    #expect(try await fixture.directory.record("a") != nil)
  }

  @Test("forgetting again under the same id counts the same and removes nothing")
  func forgetAgain() async throws {
    let fixture = try Fixture()
    let row = Fixture.row("a", numbers: ["202 555 0123"])
    try await fixture.importRows([row])
    #expect(try await fixture.directory.forget(line, as: "it") == 1)
    try await fixture.importRows([row])
    #expect(try await fixture.directory.forget(line, as: "it") == 1)
    #expect(try await fixture.directory.recordCount() == 1)
    #expect(try await fixture.directory.forget(line, as: "another") == 1)
    #expect(try await fixture.directory.recordCount() == 0)
  }

  @Test("a directory of version 1 is brought forward with its records")
  func versionOne() async throws {
    let fixture = try Fixture()
    try await fixture.importRows([Fixture.row("a", numbers: ["202 555 0123"])])
    let database = try Database(path: fixture.files.file("directory.db"))
    try database.execute("DROP TABLE forgettings; PRAGMA user_version = 1")
    let opened = try EmbeddedDirectory(path: fixture.files.file("directory.db"))
    #expect(try await opened.recordCount() == 1)
    #expect(try await opened.forget(line, as: "it") == 1)
    #expect(try database.pragma("user_version") == "2")
  }
}
