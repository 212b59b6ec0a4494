import Glibc

/// All bytes of a file.
func readBytes(of path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
    bytes += chunk[..<count]
  }
  return bytes
}

extension Array where Element == UInt8 {
  /// Whether the bytes stand somewhere in these.
  func contains(subsequence: [UInt8]) -> Bool {
    guard count >= subsequence.count else { return false }
    return (0...(count - subsequence.count)).contains {
      self[$0] == subsequence[0] && self[$0..<($0 + subsequence.count)].elementsEqual(subsequence)
    }
  }
}
