/// Rows under headings, each column as wide as its widest cell.
struct Table {
  private let headings: [String]
  private var rows: [[String]] = []

  /// A table without rows.
  init(_ headings: String...) {
    self.headings = headings
  }

  /// Adds a row; an empty cell is shown as `-`.
  mutating func add(_ cells: String...) {
    precondition(cells.count == headings.count, "one cell for each heading")
    rows.append(cells.map { $0.isEmpty ? "-" : SafeText.line($0) })
  }

  /// The lines, without spaces at their ends.
  func rendered(_ style: Style) -> String {
    let widths = headings.indices.map { column in
      ([headings] + rows).map { TextWidth.of($0[column]) }.max() ?? 0
    }
    let heading = style.bold(line(headings, widths: widths))
    return ([heading] + rows.map { line($0, widths: widths) }).joined(separator: "\n")
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      text += cell
      if column < cells.count - 1 {
        text += String(repeating: " ", count: widths[column] - TextWidth.of(cell) + 2)
      }
    }
    return text
  }
}
