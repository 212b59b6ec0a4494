/// The value of `grpc-timeout`: at most eight digits and a unit.
enum GRPCTimeout {
  /// The time in nanoseconds, or nil where the value is malformed. Never overflows: eight digits
  /// of hours are about 3.6e20 ns, which is cut to the largest representable time.
  static func parse(_ value: UnsafeBufferPointer<UInt8>) -> UInt64? {
    guard value.count >= 2, value.count <= 9 else { return nil }
    var number: UInt64 = 0
    for digit in value.dropLast() {
      guard digit >= 48, digit <= 57 else { return nil }
      number = number * 10 + UInt64(digit - 48)
    }
    let unit: UInt64
    switch value[value.count - 1] {
    case UInt8(ascii: "n"): unit = 1
    case UInt8(ascii: "u"): unit = 1_000
    case UInt8(ascii: "m"): unit = 1_000_000
    case UInt8(ascii: "S"): unit = 1_000_000_000
    case UInt8(ascii: "M"): unit = 60_000_000_000
    case UInt8(ascii: "H"): unit = 3_600_000_000_000
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? maximum : min(product, maximum)
  }

  /// The value for a time, rounded up to the unit so that the peer never gives up too early.
  static func format(nanoseconds: UInt64) -> String {
    let units: [(UInt64, String)] = [
      (1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S"), (60_000_000_000, "M"),
    ]
    for (size, letter) in units {
      let count = nanoseconds / size + (nanoseconds % size == 0 ? 0 : 1)
      if count <= 99_999_999 { return "\(count)\(letter)" }
    }
    return "\(nanoseconds / 3_600_000_000_000 + 1)H"
  }

  /// A hundred years: far enough, and safe to add to any clock.
  private static let maximum: UInt64 = 100 * 365 * 24 * 3_600 * 1_000_000_000
}
