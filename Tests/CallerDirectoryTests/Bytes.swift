extension Array where Element == UInt8 {
  /// Whether the bytes stand somewhere in these.
  func contains(subsequence: [UInt8]) -> Bool {
    guard count >= subsequence.count else { return false }
    return (0...(count - subsequence.count)).contains {
      self[$0] == subsequence[0] && self[$0..<($0 + subsequence.count)].elementsEqual(subsequence)
    }
  }
}
