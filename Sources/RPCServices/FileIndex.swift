/// Finds proto files by what they declare.
struct FileIndex: Sendable {
  private let files: [String: ReflectedFile]
  private let bySymbol: [String: String]
  private let byExtension: [ReflectedFile.Extension: String]
  private let types: Set<String>

  init(_ all: [ReflectedFile]) {
    files = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    var (bySymbol, byExtension) = ([String: String](), [ReflectedFile.Extension: String]())
    for file in all {
      for symbol in file.symbols { bySymbol[symbol] = file.name }
      for each in file.extensions { byExtension[each] = file.name }
    }
    (self.bySymbol, self.byExtension) = (bySymbol, byExtension)
    types = Set(bySymbol.keys)
  }

  func file(named name: String) -> ReflectedFile? { files[name] }

  func file(declaring symbol: String) -> ReflectedFile? {
    // Tools write full names with and without the dot that begins them.
    bySymbol[symbol.hasPrefix(".") ? String(symbol.dropFirst()) : symbol].flatMap { files[$0] }
  }

  func file(extending type: String, _ number: Int32) -> ReflectedFile? {
    byExtension[.init(type: type, number: number)].flatMap { files[$0] }
  }

  /// The numbers of the extensions of a message; nil where nobody declares the message.
  func extensionNumbers(of type: String) -> [Int32]? {
    guard types.contains(type) else { return nil }
    return byExtension.keys.filter { $0.type == type }.map(\.number).sorted()
  }

  /// A file and what it imports, those first that were asked for; files in `known` are left out, and
  /// added to it.
  func closure(of file: ReflectedFile, without known: inout Set<String>) -> [ReflectedFile] {
    var found = [file]
    known.insert(file.name)
    var next = 0
    while next < found.count {
      for name in found[next].imports where !known.contains(name) {
        known.insert(name)
        if let imported = files[name] { found.append(imported) }
      }
      next += 1
    }
    return found
  }
}
