import Testing

@testable import RPCServices

@Suite("The index of proto files")
struct FileIndexTests {
  private let index = FileIndex([
    file("a", imports: ["b", "c"], symbols: ["p.A", "p.A.f"]),
    file("b", imports: ["d"], symbols: ["p.B"]),
    file("c", imports: ["d"], symbols: ["p.C"], extensions: [.init(type: "p.B", number: 7)]),
    file("d", symbols: ["p.D"]),
  ])

  private static func file(
    _ name: String, imports: [String] = [], symbols: [String],
    extensions: [ReflectedFile.Extension] = []
  ) -> ReflectedFile {
    ReflectedFile(
      name: name, imports: imports, symbols: symbols, extensions: extensions,
      descriptor: { Array(name.utf8) })
  }

  @Test("finds files by name, by what they declare, and by what they extend")
  func find() {
    #expect(index.file(named: "b")?.name == "b")
    #expect(index.file(declaring: "p.A.f")?.name == "a")
    #expect(index.file(declaring: ".p.C")?.name == "c")
    #expect(index.file(extending: "p.B", 7)?.name == "c")
    #expect(index.extensionNumbers(of: "p.B") == [7])
    #expect(index.extensionNumbers(of: "p.A") == [])
  }

  @Test("knows nothing of other names")
  func unknown() {
    #expect(index.file(named: "p.A") == nil)
    #expect(index.file(declaring: "a") == nil)
    #expect(index.file(declaring: "") == nil)
    #expect(index.file(extending: "p.B", 8) == nil)
    #expect(index.extensionNumbers(of: "p.X") == nil)
  }

  @Test("gives what a file imports along with it, each file once on a stream")
  func closure() throws {
    var known: Set<String> = []
    let first = index.closure(of: try #require(index.file(named: "b")), without: &known)
    #expect(first.map(\.name) == ["b", "d"])
    let second = index.closure(of: try #require(index.file(named: "a")), without: &known)
    #expect(second.map(\.name) == ["a", "c"])
    // What is asked for by name comes even when it came before.
    let again = index.closure(of: try #require(index.file(named: "d")), without: &known)
    #expect(again.map(\.name) == ["d"])
  }
}
