/// Which column of a CSV file holds what, by the names in its first line.
///
/// `id`, `class`, `name` and `phone` must be there; `active`, `location`, `region`, `updated_at`
/// and `phone_2` to `phone_16` may be. Case, spaces and hyphens in names do not matter. Other
/// columns are passed over, and told.
struct CSVColumns {
  private static let required = ["id", "class", "name", "phone"]
  private static let optional = ["active", "location", "region", "updated_at"]

  let count: Int
  /// The names that mean nothing here, as they are written.
  private(set) var ignored: [String] = []
  private var indexes: [String: Int] = [:]
  /// The columns with numbers, the main one first.
  private(set) var numbers: [Int] = []

  init(_ names: [String]) throws(FileHeaderError) {
    count = names.count
    for (index, written) in names.enumerated() {
      let name = Self.normal(written)
      if Self.isNumber(name) {
        guard indexes[name] == nil else { throw .repeatedColumn(name) }
        indexes[name] = index
        if name == "phone" { numbers.insert(index, at: 0) } else { numbers.append(index) }
      } else if Self.required.contains(name) || Self.optional.contains(name) {
        guard indexes[name] == nil else { throw .repeatedColumn(name) }
        indexes[name] = index
      } else {
        ignored.append(String(written.prefix(FileLimits.excerpt)))
      }
    }
    for name in Self.required where indexes[name] == nil { throw .missingColumn(name) }
  }

  /// The index of a column; nil where the file does not have it.
  subscript(name: String) -> Int? { indexes[name] }

  private static func normal(_ name: String) -> String {
    String(name.trimmed.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  private static func isNumber(_ name: String) -> Bool {
    if name == "phone" { return true }
    guard name.hasPrefix("phone_"), let n = Int(name.dropFirst(6)) else { return false }
    return (2...FileLimits.numbers).contains(n)
  }
}

extension String {
  /// The text without spaces and tabs at its ends.
  var trimmed: String {
    guard let first = utf8.first, let last = utf8.last else { return self }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard isBlank(first) || isBlank(last) else { return self }
    let text = utf8.drop(while: isBlank)
    let end = text.lastIndex { !isBlank($0) }.map { text.index(after: $0) } ?? text.startIndex
    return String(Substring(text[..<end]))
  }
}
