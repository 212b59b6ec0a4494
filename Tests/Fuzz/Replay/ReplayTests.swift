import Foundation
import Testing

/// What fuzzing found stays found: every file of Tests/Fuzz/Found runs as an input again.
@Suite("Inputs of the fuzzers")
struct ReplayTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "..")

  @Test("golden vectors are messages that the fuzzer may start from")
  func golden() throws {
    let inputs = try GoldenInputs.read(Self.root.appending(path: "../Samples/Golden/vectors.tsv"))
    #expect(inputs.count >= MessageFuzz.types.count)
    for input in inputs { input.withUnsafeBytes { MessageFuzz.run($0) } }
  }

  @Test("honest calls are connections that the fuzzer may start from")
  func calls() {
    for (_, input) in HonestCalls.inputs { input.withUnsafeBytes { SessionFuzz.run($0) } }
  }

  @Test("what was found on messages does no harm any more")
  func messages() throws {
    for input in try Self.found("messages") { input.withUnsafeBytes { MessageFuzz.run($0) } }
  }

  @Test("what was found on connections does no harm any more")
  func session() throws {
    for input in try Self.found("session") { input.withUnsafeBytes { SessionFuzz.run($0) } }
  }

  private static func found(_ kind: String) throws -> [Data] {
    let folder = root.appending(path: "Found/\(kind)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? [])
      .filter { !$0.hasDirectoryPath }.map { try Data(contentsOf: $0) }
  }
}
