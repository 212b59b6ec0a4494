/// The bytes of a short request, for looking its response up without an allocation.
struct RequestBytes: Hashable, Sendable {
  /// Requests of a number with a location and a region; longer ones are not kept.
  static let longest = 48

  private let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  private let count: Int

  /// Copies the bytes; nil where they are too many.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= Self.longest else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    self.words = words
    count = bytes.count
  }

  static func == (a: RequestBytes, b: RequestBytes) -> Bool {
    a.count == b.count && a.words.0 == b.words.0 && a.words.1 == b.words.1
      && a.words.2 == b.words.2 && a.words.3 == b.words.3 && a.words.4 == b.words.4
      && a.words.5 == b.words.5
  }

  func hash(into hasher: inout Hasher) {
    // What is behind the end is zero: the count says how much of it counts.
    hasher.combine(count)
    hasher.combine(words.0)
    hasher.combine(words.1)
    guard count > 16 else { return }
    hasher.combine(words.2)
    hasher.combine(words.3)
    hasher.combine(words.4)
    hasher.combine(words.5)
  }
}
