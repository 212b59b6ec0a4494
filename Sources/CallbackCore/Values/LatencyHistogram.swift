/// How often something took how long.
public struct LatencyHistogram: Hashable, Sendable {
  /// The upper bounds of the buckets in microseconds; the last bucket has none.
  public static let boundsMicroseconds: [Int64] = [
    10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_000_000,
  ]

  /// How many fell into each bucket alone; one more than there are bounds.
  public private(set) var counts = [UInt64](repeating: 0, count: boundsMicroseconds.count + 1)
  /// The sum of all.
  public private(set) var total: Duration = .zero

  /// Empty.
  public init() {}

  /// Counts one more.
  public mutating func record(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let bucket = Self.boundsMicroseconds.firstIndex { microseconds <= $0 }
    counts[bucket ?? Self.boundsMicroseconds.count] += 1
    total += time
  }

  /// Adds what another counted.
  public mutating func add(_ other: LatencyHistogram) {
    for (bucket, count) in other.counts.enumerated() { counts[bucket] += count }
    total += other.total
  }
}
