import Glibc

/// 100,000 callers by number. Their texts are C strings that live as long as the program, so that
/// an answer can point at them.
///
/// It vouches for its own Sendable: nothing of it changes after it was made.
struct CallerTable: @unchecked Sendable {
  struct Caller {
    let number: UnsafeMutablePointer<CChar>
    let recordID: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let label: Int32
  }

  static let count = 100_000

  /// A hash table of the numbers' bytes: open addressing, less than half full.
  private let slots: UnsafeMutablePointer<Caller?>
  private static let capacity = 262_144
  private let unknown = Caller(
    number: strdup("")!, recordID: strdup("")!, name: strdup("")!, label: 4)

  init() {
    slots = .allocate(capacity: Self.capacity)
    slots.initialize(repeating: nil, count: Self.capacity)
    for index in 0..<Self.count {
      let digits = String(index)
      let padded = String(repeating: "0", count: 7 - digits.count) + digits
      let number = strdup("+1555" + padded)!
      slots[place(number)] = Caller(
        number: number, recordID: strdup("rec_" + padded)!, name: strdup("Caller " + padded)!,
        label: Int32(index % 3) + 1)
    }
  }

  func caller(_ number: UnsafePointer<CChar>) -> Caller {
    slots[place(number)] ?? unknown
  }

  func caller(_ number: String) -> Caller {
    number.withCString { caller($0) }
  }

  /// Where the number is, or would be.
  private func place(_ number: UnsafePointer<CChar>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var next = number
    while next.pointee != 0 {
      hash = (hash ^ UInt64(UInt8(bitPattern: next.pointee))) &* 0x100_0000_01B3
      next += 1
    }
    var index = Int(truncatingIfNeeded: hash ^ hash >> 32) & (Self.capacity - 1)
    while let caller = slots[index], strcmp(caller.number, number) != 0 {
      index = (index + 1) & (Self.capacity - 1)
    }
    return index
  }
}
