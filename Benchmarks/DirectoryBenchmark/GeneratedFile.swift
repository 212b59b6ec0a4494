import DirectoryFiles
import Glibc

/// A CSV file of records that a seed decides, in the ways in which people write numbers.
struct GeneratedFile {
  private static let areaCodes = [202, 212, 303, 312, 404, 415, 512, 617, 702, 808]
  private static let firstNames = [
    "Ann", "Bob", "Carla", "Dmitri", "Eve", "Fatima", "Grace", "Hiro", "Inés", "Jack",
  ]
  private static let lastNames = [
    "Adams", "Brown", "Castillo", "Dupont", "Evans", "Fischer", "García", "Huang", "Ivanov",
    "Jones", "Kowalski", "López", "Miller", "Nguyen", "O'Neil", "Patel",
  ]

  /// The number of the record at `index`, in E.164: all differ.
  static func number(_ index: Int) -> String {
    "+1\(areaCodes[index % 10])\(2_000_000 + index / 10)"
  }

  /// The row of the record at `index`.
  static func row(_ index: Int) -> FileRow {
    let e164 = number(index)
    let digits = Array(e164.utf8.dropFirst(2))
    func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
    let number =
      switch index % 20 {
      case 0..<6: e164
      case 6..<12: "(\(part(0..<3))) \(part(3..<6))-\(part(6..<10))"
      case 12..<16: "\(part(0..<3))-\(part(3..<6))-\(part(6..<10))"
      case 16..<19: "+1 \(part(0..<3)) \(part(3..<6)) \(part(6..<10))"
      default: "\(part(0..<3)).\(part(3..<6)).\(part(6..<10)) ext. \(index % 90 + 10)"
      }
    // A linear congruence spreads the names without a generator that would have to be kept.
    let mixed = (index &* 2_654_435_761) & 0xffff_ffff
    let first = firstNames[mixed % firstNames.count]
    let last = lastNames[mixed / 16 % lastNames.count]
    return FileRow(
      line: index + 2, id: "crm-\(mixed)-\(index)",
      recordClass: ["lead", "customer", "previous_customer"][mixed % 3],
      active: mixed % 6 == 0 ? "no" : "yes", name: "\(first) \(last) \(mixed % 1000)",
      location: "loc-\(mixed % 50)", numbers: [number])
  }

  /// Writes the file.
  static func write(count: Int, to path: String) {
    guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
    defer { fclose(file) }
    let writer = CSVRecordWriter()
    var chunk = writer.header
    for index in 0..<count {
      chunk += writer.line(row(index))
      if chunk.count > 256 * 1024 || index == count - 1 {
        guard fwrite(chunk, 1, chunk.count, file) == chunk.count else { fatalError("disk full") }
        chunk.removeAll(keepingCapacity: true)
      }
    }
  }
}
