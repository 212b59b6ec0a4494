/// Names and values under each other, the values aligned.
struct FieldList {
  private var fields: [(name: String, value: String)] = []
  private var column = 0

  /// Adds a line; one whose value is empty is left out.
  ///
  /// - Parameters:
  ///   - name: what the value is.
  ///   - value: text from anywhere; made safe for a terminal.
  mutating func add(_ name: String, _ value: String) {
    add(name, styled: SafeText.line(value))
  }

  /// Adds a line whose value may hold escape sequences and is safe already.
  mutating func add(_ name: String, styled value: String) {
    guard !value.isEmpty else { return }
    fields.append((name, value))
    column = max(column, TextWidth.of(name))
  }

  /// The lines, each begun with `indent`.
  func rendered(_ style: Style, indent: String = "") -> String {
    fields.map { field in
      let gap = String(repeating: " ", count: column - TextWidth.of(field.name) + 2)
      return indent + style.faint(field.name) + gap + field.value
    }.joined(separator: "\n")
  }
}
