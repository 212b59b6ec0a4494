import CallbackCore

/// How the embedded directory stores lines: as integers in keys, as text in a record's row.
enum StoredNumbers {
  /// The digits as an integer; nil for what is not in E.164, which no record has.
  static func key(_ line: PhoneNumber.Line) -> Int64? {
    let text = line.e164.utf8
    guard text.first == UInt8(ascii: "+"), (2...16).contains(text.count) else { return nil }
    var value: Int64 = 0
    for byte in text.dropFirst() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// The lines with a space between them, an extension behind a semicolon.
  static func text(_ lines: [PhoneNumber.Line]) -> String {
    var text = ""
    for line in lines {
      if !text.isEmpty { text += " " }
      text += line.e164
      if !line.extension.isEmpty { text += ";\(line.extension)" }
    }
    return text
  }

  /// The lines out of such a text.
  static func lines(_ text: String) -> [PhoneNumber.Line] {
    text.utf8.split(separator: UInt8(ascii: " ")).map { item in
      let end = item.firstIndex(of: UInt8(ascii: ";")) ?? item.endIndex
      return PhoneNumber.Line(
        e164: String(Substring(item[..<end])),
        extension: String(Substring(item[end...].dropFirst())))
    }
  }
}
