import CallbackCore
import CallerDirectory
import Testing

@Suite("A search in the embedded directory") struct EmbeddedSearchTests {
  typealias Fixture = DirectoryFixture

  private func filled() async throws -> Fixture {
    let fixture = try Fixture()
    try await fixture.importRows([
      Fixture.row("a-1", name: "Ann Smith", numbers: ["202 555 0123"]),
      Fixture.row("b-2", name: "Bob Smithson", numbers: ["202 555 0124"]),
      Fixture.row("c-3", name: "José Núñez", numbers: ["+44 20 7946 0958"]),
    ])
    return fixture
  }

  @Test(
    "finds a record by what people remember",
    arguments: [
      ("smith", ["a-1", "b-2"]), ("SMITH ann", ["a-1"]), ("smi bo", ["b-2"]), ("mith", []),
      ("jose nun", ["c-3"]), ("b-2", ["b-2"]), ("(202) 555-0123", ["a-1"]), ("0124", ["b-2"]),
      ("7946", ["c-3"]), ("020 7946", []), ("555", ["a-1", "b-2"]), ("55", []), ("nobody", []),
    ])
  func finds(text: String, ids: [String]) async throws {
    #expect(try await filled().search(text).sorted() == ids)
  }

  @Test("says when there were more than the limit")
  func more() async throws {
    let fixture = try await filled()
    let all = try await fixture.directory.search("smith", in: fixture.regions.fallback, limit: 2)
    #expect(all.records.count == 2 && !all.hasMore)
    let some = try await fixture.directory.search("smith", in: fixture.regions.fallback, limit: 1)
    #expect(some.records.count == 1 && some.hasMore)
  }

  @Test(
    "takes every text as a text",
    arguments: [
      "\"", "'; DROP TABLE records; --", "a OR b", "NEAR(a b)", "name:ann", "*", "^ann", "-", "(",
      "a\u{0}b", "%", "_", "👩‍👩‍👧", "e\u{301}\u{301}", "½ ²", "ßẞ", "漢字かな", "؀١٢٣", "a’b",
      String(repeating: "a b ", count: 32),
    ])
  func oddTexts(text: String) async throws {
    let fixture = try await filled()
    _ = try await fixture.search(text)
    #expect(try await fixture.directory.recordCount() == 3)
  }

  @Test("refuses a text or a limit out of bounds")
  func bounds() async throws {
    let fixture = try await filled()
    for text in ["", String(repeating: "a", count: 129)] {
      await #expect(throws: DirectoryError.self) { try await fixture.search(text) }
    }
    for limit in [0, 101] {
      await #expect(throws: DirectoryError.self) { try await fixture.search("a", limit: limit) }
    }
  }

  @Test("of everything, page by page, is an export")
  func export() async throws {
    let fixture = try Fixture()
    try await fixture.importRows(
      (0..<25).map { Fixture.row("r\($0)", numbers: ["202 555 01\(10 + $0)"]) })
    var ids: [String] = []
    var cursor: ExportCursor?
    repeat {
      let page = try await fixture.directory.export(after: cursor, limit: 10)
      ids += page.records.map(\.id)
      cursor = page.next
    } while cursor != nil
    #expect(ids == (0..<25).map { "r\($0)" })
  }
}
