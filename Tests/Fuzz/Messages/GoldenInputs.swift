import Foundation

/// The golden vectors as inputs of ``MessageFuzz``.
enum GoldenInputs {
  /// One input for every vector of a message that arrives whole.
  static func read(_ file: URL) throws -> [[UInt8]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      return MessageFuzz.input(String(columns[0]), bytes(ofHex: columns[1]))
    }
  }

  private static func bytes(ofHex text: Substring) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
