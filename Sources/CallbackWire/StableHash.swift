/// A hash that is the same in every process and on every machine: FNV-1a with 128 bits.
///
/// It tells a repetition from another request, and a damaged or foreign token from one of ours. It
/// keeps nobody out: clients whose requests are hashed have no interest in collisions of their own.
struct StableHash {
  private static let offsetBasis: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b
  private var state = Self.offsetBasis

  /// Feeds one byte.
  mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt128(byte)) &* Self.prime
  }

  /// Feeds bytes, preceded by their number, so that two sequences of parts never run together.
  mutating func combine(_ bytes: some Collection<UInt8>) {
    combine(UInt64(bytes.count))
    for byte in bytes { combine(byte) }
  }

  /// Feeds a number as eight bytes.
  mutating func combine(_ number: UInt64) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      combine(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// The upper half.
  var high: UInt64 { UInt64(truncatingIfNeeded: state >> 64) }
  /// The lower half.
  var low: UInt64 { UInt64(truncatingIfNeeded: state) }
}
