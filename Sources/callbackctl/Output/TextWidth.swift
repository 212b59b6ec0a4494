/// How many columns of a terminal a text takes.
enum TextWidth {
  /// Columns of a text without escape sequences.
  static func of(_ text: String) -> Int {
    text.reduce(0) { $0 + columns(of: $1) }
  }

  /// The text, cut at `limit` columns with an ellipsis where it is longer.
  static func cut(_ text: String, to limit: Int) -> String {
    guard of(text) > limit else { return text }
    var kept = ""
    var width = 0
    for character in text {
      width += columns(of: character)
      if width > limit - 1 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// A character takes two columns where its first scalar is East Asian wide or an emoji.
  private static func columns(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default:
      return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}
