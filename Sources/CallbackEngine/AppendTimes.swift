/// How long appends to the log took, their sync included.
public struct AppendTimes: Hashable, Sendable {
  /// The upper bounds of the buckets in microseconds; the last bucket has none.
  public static let boundsMicroseconds: [Int64] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
  ]

  /// How many fell into each bucket alone; one more than there are bounds.
  public private(set) var counts = [UInt64](repeating: 0, count: boundsMicroseconds.count + 1)
  /// The sum of all.
  public private(set) var totalMicroseconds: Int64 = 0

  /// None.
  public init() {}

  /// Counts one more.
  mutating func record(microseconds: Int64) {
    let bucket = Self.boundsMicroseconds.firstIndex { microseconds <= $0 }
    counts[bucket ?? Self.boundsMicroseconds.count] += 1
    totalMicroseconds += microseconds
  }
}
