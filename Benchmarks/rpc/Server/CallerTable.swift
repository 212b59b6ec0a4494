import Glibc

/// 100,000 callers by number. Their texts are C strings that live as long as the program, so that
/// an answer can point at them.
///
/// It vouches for its own Sendable: nothing of it changes after it was made.
struct CallerTable: @unchecked Sendable {
  struct Caller {
    let recordID: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let label: Int32
  }

  static let count = 100_000

  private let callers: [String: Caller]
  private let unknown = Caller(recordID: strdup("")!, name: strdup("")!, label: 4)

  init() {
    var callers: [String: Caller] = [:]
    callers.reserveCapacity(Self.count)
    for index in 0..<Self.count {
      let digits = String(index)
      let padded = String(repeating: "0", count: 7 - digits.count) + digits
      callers["+1555" + padded] = Caller(
        recordID: strdup("rec_" + padded)!, name: strdup("Caller " + padded)!,
        label: Int32(index % 3) + 1)
    }
    self.callers = callers
  }

  func caller(_ number: UnsafePointer<CChar>) -> Caller {
    let utf8 = UnsafeRawBufferPointer(start: number, count: strlen(number))
    return caller(String(decoding: utf8, as: UTF8.self))
  }

  func caller(_ number: String) -> Caller {
    callers[number] ?? unknown
  }
}
