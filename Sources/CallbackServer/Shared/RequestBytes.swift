/// The bytes of a short request, for looking its response up without an allocation.
struct RequestBytes: Equatable, Sendable {
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

  /// A hash for a table that stays fast where many requests have the same: whoever knows the seed
  /// can make such requests.
  func hash(seed: UInt64) -> UInt64 {
    func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
    // What is behind the end is zero: the count says how much of it counts.
    var hash = mix(mix(mix(seed, UInt64(count)), words.0), words.1)
    guard count > 16 else { return hash }
    hash = mix(mix(hash, words.2), words.3)
    return mix(mix(hash, words.4), words.5)
  }
}
