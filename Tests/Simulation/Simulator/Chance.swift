/// splitmix64: the same numbers from the same seed on every machine.
public struct Chance: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Numbers that follow from `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// True once in `n` draws.
  mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }

  /// True in `percent` of a hundred draws.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  /// A number from 0 to `n - 1`.
  mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }

  /// One of `values`; nil where there are none.
  mutating func pick<T>(_ values: [T]) -> T? {
    values.isEmpty ? nil : values[below(values.count)]
  }

  /// One of `first` and `rest`.
  mutating func among<T>(_ first: T, _ rest: T...) -> T {
    let drawn = below(rest.count + 1)
    return drawn == 0 ? first : rest[drawn - 1]
  }

  /// About half of `values`.
  mutating func some<T>(of values: [T]) -> [T] { values.filter { _ in oneIn(2) } }

  /// A uniform number in (0, 1].
  mutating func unit() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }
}
