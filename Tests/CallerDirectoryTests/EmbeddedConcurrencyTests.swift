import CallbackCore
import CallerDirectory
import Glibc
import Testing

@Suite("Look-ups while the embedded directory changes") struct EmbeddedConcurrencyTests {
  typealias Fixture = DirectoryFixture

  @Test("see a change as soon as it is answered")
  func seesChanges() async throws {
    let fixture = try Fixture()
    for n in 10..<60 {
      let line = PhoneNumber.Line(e164: "+120255501\(n)")
      #expect(try fixture.directory.lookupNow(line)?.isEmpty == true)
      try await fixture.importRows([Fixture.row("r\(n)", numbers: [line.e164])])
      #expect(try fixture.directory.lookupNow(line)?.count == 1)
    }
  }

  @Test("are answered from many tasks at once, a record whole or not at all")
  func manyReaders() async throws {
    let fixture = try Fixture()
    let lines = ["+12025550123", "+12025550124"].map { PhoneNumber.Line(e164: $0) }
    try await fixture.importRows([Fixture.row("a", name: "0", numbers: lines.map(\.e164))])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for n in 0..<500 {
            let matches = try await fixture.directory.lookup(lines[n % 2])
            #expect(matches.map(\.recordID) == ["a"])
          }
        }
      }
      group.addTask {
        for n in 1...50 {
          try await fixture.importRows([Fixture.row("a", name: "\(n)", numbers: lines.map(\.e164))])
        }
      }
      try await group.waitForAll()
    }
    #expect(try await fixture.directory.record("a")?.name == "50")
  }

  @Test("do not keep the write-ahead log from being copied into the file")
  func boundedLog() async throws {
    let fixture = try Fixture()
    let line = PhoneNumber.Line(e164: "+12025550123")
    let padding = String(repeating: "x", count: 90)
    for batch in 0..<40 {
      #expect(try fixture.directory.lookupNow(line) != nil)
      try await fixture.importRows(
        (0..<5000).map {
          Fixture.row(
            "r\($0)", name: "\(padding) \(batch) \($0)", numbers: ["+1202\(2_000_000 + $0)"])
        })
    }
    var status = stat()
    #expect(stat(fixture.files.file("directory.db-wal"), &status) == 0)
    // 8192 pages and what one batch adds to them.
    #expect(status.st_size < 60 << 20, "\(status.st_size) bytes")
  }
}
