import Foundation
import Testing

@Suite("Files stay readable")
struct FileTests {
  /// Lines that a file written by hand may have: what a reader holds in the head.
  static let lineLimit = 500

  @Test("no source file written by hand is longer than a reader can follow")
  func length() throws {
    for folder in ["Sources", "Tests"] {
      for file in SourceTree.files(under: folder, ending: "swift") {
        guard !file.path.contains("/Sources/CallbackMessages/") else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= Self.lineLimit, "\(file.path) has \(lines) lines")
      }
    }
  }

  @Test("nothing unfinished is left behind")
  func unfinished() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    for folder in ["Sources", "Tests", "Protos"] {
      for ending in ["swift", "proto", "py", "c", "h", "cpp"] {
        for file in SourceTree.files(under: folder, ending: ending) {
          let text = try String(contentsOf: file, encoding: .utf8)
          for mark in marks {
            #expect(!text.contains(mark), "\(file.path) holds \(mark)")
          }
        }
      }
    }
  }
}
