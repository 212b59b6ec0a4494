/// Text from elsewhere, made safe to print on a terminal.
///
/// Names come from caller ID and from imported files: a control character among them could move
/// the cursor, recolour the screen or, by a bidirectional override, make a number read backwards.
enum SafeText {
  /// The text with control and direction-changing characters replaced by `�`, and with line breaks
  /// and tabs as spaces.
  static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { needsReplacing($0) }) else { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t": safe.append(" ")
      default: safe.append(needsReplacing(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return String(safe)
  }

  /// Text of several lines: its line breaks stay, of each line only what `line` leaves.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line(String($0)) }.joined(separator: "\n")
  }

  /// Whether a terminal would do something else with it than show it.
  static func needsReplacing(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
