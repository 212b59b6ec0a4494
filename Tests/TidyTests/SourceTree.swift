import Foundation

/// The project's files as these tests see them.
enum SourceTree {
  /// The folder of Package.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The targets: the folders of Sources.
  static func targets() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The files under a folder of the project with this ending, by path.
  static func files(under folder: String, ending: String) -> [URL] {
    let base = root.appending(path: folder)
    let all = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == ending }
      .sorted { $0.path < $1.path }
  }

  /// The modules that a Swift file imports, whatever stands before the word `import`.
  static func imports(of file: URL) throws -> Set<String> {
    var found: Set<String> = []
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      var words = line.split(separator: " ").map(String.init)
      while let first = words.first, first.hasPrefix("@") || modifiers.contains(first) {
        words.removeFirst()
      }
      guard words.first == "import", words.count > 1 else { continue }
      let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      found.insert(String(name.prefix { $0 != "." && $0 != ";" }))
    }
    return found
  }

  private static let modifiers: Set = ["public", "internal", "private", "fileprivate", "package"]
  private static let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let"]
}
