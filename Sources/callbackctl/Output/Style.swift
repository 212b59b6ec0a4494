/// How output looks: with escape sequences on a terminal that shows colours, else plain.
struct Style: Hashable, Sendable {
  /// How many colours may be used.
  enum Palette: Hashable, Sendable {
    /// No escape sequences at all.
    case none
    /// The sixteen colours that every terminal has.
    case sixteen
    /// The 256 colours of xterm, among them a real orange.
    case many
  }

  /// What may be used.
  let palette: Palette

  /// No escape sequences.
  static let plain = Style(palette: .none)
  /// 256 colours.
  static let colorful = Style(palette: .many)

  /// The style for an output with these properties.
  ///
  /// - Parameters:
  ///   - choice: what `--color` says.
  ///   - isTerminal: whether the output is a terminal.
  ///   - environment: gives a variable's value; NO_COLOR, TERM and COLORTERM are asked for.
  static func suited(
    choice: ColorChoice, isTerminal: Bool, environment: (String) -> String?
  ) -> Style {
    let term = environment("TERM") ?? ""
    let noColor = !(environment("NO_COLOR") ?? "").isEmpty
    switch choice {
    case .never: return .plain
    case .auto where !isTerminal || noColor || term.isEmpty || term == "dumb": return .plain
    case .auto, .always: break
    }
    let many = term.contains("256") || !(environment("COLORTERM") ?? "").isEmpty
    return Style(palette: many || choice == .always ? .many : .sixteen)
  }

  /// The text in bold.
  func bold(_ text: String) -> String { wrapped(text, in: "1") }

  /// The text less prominent than what is around it.
  func faint(_ text: String) -> String { wrapped(text, in: "2") }

  /// The text as something that went well.
  func good(_ text: String) -> String { wrapped(text, in: "32") }

  /// The text as something that went wrong.
  func bad(_ text: String) -> String { wrapped(text, in: "31") }

  /// The text as a label: on a coloured ground, or in brackets where there are no colours.
  func label(_ text: String, _ color: Ground) -> String {
    switch palette {
    case .none: "[\(text)]"
    case .sixteen: wrapped(" \(text) ", in: color.inSixteen)
    case .many: wrapped(" \(text) ", in: color.inMany)
    }
  }

  /// The ground of a label.
  enum Ground: Hashable, Sendable {
    /// A Lead.
    case green
    /// A Customer.
    case orange
    /// A Previous Customer, or Unknown.
    case grey

    fileprivate var inSixteen: String {
      switch self {
      case .green: "30;42"
      case .orange: "30;43"
      case .grey: "97;100"
      }
    }

    fileprivate var inMany: String {
      switch self {
      case .green: "38;5;16;48;5;41"
      case .orange: "38;5;16;48;5;208"
      case .grey: "38;5;231;48;5;242"
      }
    }
  }

  private func wrapped(_ text: String, in codes: String) -> String {
    palette == .none || text.isEmpty ? text : "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }
}
