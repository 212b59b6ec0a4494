/// Lets the options that every command has stand before the command's name.
enum CommandLineOrder {
  private static let withValue: Set = ["--socket", "--timeout", "--color"]
  private static let flags: Set = ["--json"]

  /// `--socket PATH list` as `list --socket PATH`; anything else as it is.
  static func commandFirst(_ arguments: [String]) -> [String] {
    var leading: [String] = []
    var rest = arguments[...]
    while let first = rest.first {
      if flags.contains(first) || withValue.contains(where: { first.hasPrefix($0 + "=") }) {
        leading.append(rest.removeFirst())
      } else if withValue.contains(first), rest.count > 1 {
        leading += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else {
        break
      }
    }
    guard !leading.isEmpty, !rest.isEmpty else { return arguments }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return Array(rest[..<end]) + leading + Array(rest[end...])
  }
}
