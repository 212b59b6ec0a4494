import Yams

/// Reads the keys of one mapping of the configuration file, and knows which of them nobody read.
struct NodeReader {
  /// The file, for errors.
  let file: String
  /// The key with its sections, such as `directory.adapters[0]`.
  let key: String
  private let node: Node
  private let mapping: Node.Mapping
  private var read: Set<String> = []

  /// Reads a mapping.
  init(_ node: Node, key: String, file: String) throws(ConfigurationError) {
    guard let mapping = node.mapping else {
      throw ConfigurationError(
        file: file, line: node.mark?.line, key: key, problem: "must hold keys with values")
    }
    (self.node, self.mapping, self.key, self.file) = (node, mapping, key, file)
  }

  /// A text; nil where the key is missing.
  mutating func text(_ name: String) throws(ConfigurationError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.scalar?.string else { throw error(name, "must be a text") }
    return text
  }

  /// A text that must be there.
  mutating func required(_ name: String) throws(ConfigurationError) -> String {
    guard let text = try text(name), !text.isEmpty else { throw error(name, "is missing") }
    return text
  }

  /// An absolute path; nil where the key is missing.
  mutating func path(_ name: String) throws(ConfigurationError) -> String? {
    guard let text = try text(name) else { return nil }
    guard text.hasPrefix("/") else { throw error(name, "must be an absolute path") }
    return text
  }

  /// Some texts, or a single one.
  mutating func texts(_ name: String) throws(ConfigurationError) -> [String] {
    guard let value = value(name) else { return [] }
    if let text = value.scalar?.string { return [text] }
    guard let items = value.sequence else { throw error(name, "must be a text or a list") }
    return try items.map { (item) throws(ConfigurationError) in
      guard let text = item.scalar?.string else { throw error(name, "must be a list of texts") }
      return text
    }
  }

  /// Texts by their names.
  mutating func table(_ name: String) throws(ConfigurationError) -> [String: String] {
    guard let value = value(name) else { return [:] }
    guard let mapping = value.mapping else { throw error(name, "must hold keys with texts") }
    var table: [String: String] = [:]
    for (key, value) in mapping {
      guard let key = key.scalar?.string, let value = value.scalar?.string else {
        throw error(name, "must hold keys with texts")
      }
      table[key] = value
    }
    return table
  }

  /// A whole number in a range; nil where the key is missing.
  mutating func integer(
    _ name: String, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw error(
        name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A length of time in a range; nil where the key is missing.
  mutating func duration(
    _ name: String, in range: ClosedRange<Duration>
  ) throws(ConfigurationError) -> Duration? {
    guard let text = try text(name) else { return nil }
    guard let span = DurationText.parse(text), range.contains(span) else {
      let (least, most) = (
        DurationText.print(range.lowerBound), DurationText.print(range.upperBound)
      )
      throw error(name, "must be a length of time from \(least) to \(most), such as 250ms")
    }
    return span
  }

  /// Yes or no; nil where the key is missing.
  mutating func flag(_ name: String) throws(ConfigurationError) -> Bool? {
    switch try text(name) {
    case nil: return nil
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw error(name, "must be true or false")
    }
  }

  /// The keys below a key; nil where it is missing.
  mutating func section(_ name: String) throws(ConfigurationError) -> NodeReader? {
    guard let value = value(name) else { return nil }
    return try NodeReader(value, key: "\(key).\(name)", file: file)
  }

  /// Whatever stands at a key.
  mutating func value(_ name: String) -> Node? {
    read.insert(name)
    return mapping[Node(name)]
  }

  /// Refuses keys that nobody read.
  func finish() throws(ConfigurationError) {
    for (name, _) in mapping where !read.contains(name.scalar?.string ?? "") {
      let known = read.sorted().joined(separator: ", ")
      throw ConfigurationError(
        file: file, line: name.mark?.line, key: "\(key).\(name.scalar?.string ?? "")",
        problem: "unknown key; here are known: \(known)")
    }
  }

  /// What is wrong with the value of a key.
  func error(_ name: String, _ problem: String) -> ConfigurationError {
    let line = mapping[Node(name)]?.mark?.line ?? node.mark?.line
    return ConfigurationError(file: file, line: line, key: "\(key).\(name)", problem: problem)
  }
}
