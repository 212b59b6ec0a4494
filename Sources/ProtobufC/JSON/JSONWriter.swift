/// Writes JSON text, on one line or indented by two spaces.
struct JSONWriter {
  private(set) var text = ""
  private let isMultiline: Bool
  private var depth = 0
  /// Whether the innermost object or array has an element already.
  private var hasElements = false

  init(isMultiline: Bool) { self.isMultiline = isMultiline }

  /// Begins an object or array.
  mutating func open(_ bracket: Character) {
    text.append(bracket)
    depth += 1
    hasElements = false
  }

  /// Ends an object or array.
  mutating func close(_ bracket: Character) {
    depth -= 1
    if hasElements { newLine() }
    text.append(bracket)
    hasElements = true
  }

  /// Begins a member of an object.
  mutating func name(_ name: String) {
    element()
    string(name)
    text += isMultiline ? ": " : ":"
  }

  /// Begins an element of an array.
  mutating func element() {
    if hasElements { text.append(",") }
    hasElements = true
    newLine()
  }

  /// Writes a value that is JSON already.
  mutating func raw(_ value: String) { text += value }

  /// Writes a string, escaped as RFC 8259 demands, and what drives a terminal or turns the
  /// direction of its text besides: names come from caller ID.
  mutating func string(_ value: String) {
    text.append("\"")
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text.append("\"")
  }

  private mutating func newLine() {
    guard isMultiline else { return }
    text += "\n" + String(repeating: "  ", count: depth)
  }
}
