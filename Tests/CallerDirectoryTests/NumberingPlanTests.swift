import CPhoneNumber
import CallerDirectory
import Testing

/// The numbering plan is a shortcut: it must never say anything but what the library says.
@Suite("The numbering plan") struct NumberingPlanTests {
  private static let seed: UInt64 = 20_240_517

  private struct Answer: Equatable {
    var result: UInt32
    var line: String

    init(_ parse: (UnsafeMutablePointer<callback_phone_line>) -> callback_phone_result) {
      var line = callback_phone_line()
      let result = parse(&line)
      self.result = result.rawValue
      self.line =
        result != CALLBACK_PHONE_OK
        ? ""
        : withUnsafeBytes(of: line) {
          $0.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        }
    }
  }

  /// Whether the plan answered at all; records an issue where it answered otherwise.
  private func agrees(_ text: String, _ region: PhoneRegion) -> Bool {
    let count = text.utf8.count
    guard callback_phone_is_plain(text, count, region.code) else { return false }
    let fast = Answer { callback_phone_parse(text, count, region.code, $0) }
    let slow = Answer { callback_phone_parse_by_library(text, count, region.code, $0) }
    #expect(fast == slow, "\(text) in \(region.code), seed \(Self.seed)")
    return true
  }

  @Test("says what the library says, for random numbers of every region")
  func agreesWithTheLibrary() {
    var random = SeededGenerator(seed: Self.seed)
    let leads = ["", "", "0", "00", "1", "8", "06", "01", "+", "+", "+0"]
    var plainCount = 0
    for region in PhoneRegion.all {
      for _ in 0..<120 {
        let digits = (0..<Int.random(in: 3...15, using: &random)).map { _ in
          String(Int.random(in: 0...9, using: &random))
        }
        let text = leads.randomElement(using: &random)! + digits.joined()
        if agrees(text, region) { plainCount += 1 }
      }
    }
    #expect(plainCount > 3000)
  }

  @Test("says what the library says, for numbers near each region's own form")
  func agreesOnLikelyNumbers() throws {
    var random = SeededGenerator(seed: Self.seed)
    var plainCount = 0
    for region in PhoneRegion.all {
      for prefix in 0...99 where prefix % 7 == Int(random.next() % 7) {
        let digits = (0..<Int.random(in: 6...9, using: &random)).map { _ in
          String(Int.random(in: 0...9, using: &random))
        }
        let national = String(prefix) + digits.joined()
        for text in [
          "0" + national, "(\(prefix)) " + digits.joined(separator: "-"), "8" + national,
        ]
        where agrees(text, region) { plainCount += 1 }
      }
    }
    #expect(plainCount > 3000)
  }

  @Test(
    "answers for the common ways to write a number",
    arguments: [
      ("US", "+12025550123"), ("US", "(202) 555-0123"), ("US", "1-202-555-0123"),
      ("US", "202.555.0123"), ("US", "+44 20 7946 0958"), ("GB", "020 7946 0958"),
      ("GB", "+44 (0)20 7946 0958"), ("DE", "030 123456"), ("FR", "01 23 45 67 89"),
      ("IN", "+91 22 1234 5678"),
    ])
  func answersForCommonForms(region: String, text: String) throws {
    #expect(agrees(text, try PhoneRegion(region)))
  }

  @Test(
    "leaves to the library what it does not understand",
    arguments: [
      "911", "12025550123x5", "1-800-FLOWERS", "++12025550123", "011442079460958", "5550123", "2+2",
      "+0123456789", "", "+", "２０２５５５０１２３", "202555012300000000000",
    ])
  func leavesToTheLibrary(text: String) {
    #expect(!callback_phone_is_plain(text, text.utf8.count, "US"))
  }
}
