import CallbackCore
import CallerDirectory
import Testing

@Suite("A telephone number") struct PhoneNumberParserTests {
  private let us: PhoneRegion
  private let gb: PhoneRegion
  private let de: PhoneRegion

  init() throws {
    us = try PhoneRegion("US")
    gb = try PhoneRegion("GB")
    de = try PhoneRegion("DE")
  }

  @Test(
    "is read as people in its region write it",
    arguments: [
      ("US", "(202) 555-0123", "+12025550123", ""),
      ("US", "202.555.0123", "+12025550123", ""),
      ("US", "2025550123", "+12025550123", ""),
      ("US", "1-202-555-0123", "+12025550123", ""),
      ("US", "+1 202 555 0123", "+12025550123", ""),
      ("US", "tel:+1-202-555-0123", "+12025550123", ""),
      ("US", "1-800-FLOWERS", "+18003569377", ""),
      ("US", "(202) 555-0123 ext. 45", "+12025550123", "45"),
      ("US", "2025550123x5", "+12025550123", "5"),
      ("US", "2025550123;ext=0012", "+12025550123", "0012"),
      ("US", "011 44 20 7946 0958", "+442079460958", ""),
      ("GB", "020 7946 0958", "+442079460958", ""),
      ("GB", "+44 (0)20 7946 0958", "+442079460958", ""),
      ("GB", "00 1 202 555 0123", "+12025550123", ""),
      ("DE", "030/123456", "+4930123456", ""),
      ("IT", "06 1234 5678", "+390612345678", ""),
      ("AR", "011 15 2345-6789", "+5491123456789", ""),
      ("RU", "8 (495) 123-45-67", "+74951234567", ""),
      ("US", "＋１ ２０２ ５５５ ０１２３", "+12025550123", ""),
    ])
  func written(region: String, text: String, e164: String, ext: String) throws {
    let number = try PhoneNumberParser.parse(text, in: PhoneRegion(region))
    #expect(number.line == PhoneNumber.Line(e164: e164, extension: ext))
    #expect(number.asGiven == text)
  }

  @Test(
    "is refused only when it cannot be one",
    arguments: [
      ("", PhoneNumberError.empty), ("call me", .notANumber), ("+", .notANumber),
      ("+1", .notANumber), ("202555012", .tooShort), ("202 555 01234", .tooLong),
      ("555-0123", .withoutAreaCode), ("+999 1234 5678", .unknownCountryCode),
      ("+49 30 1234567890123", .tooLong), ("202 555 0123 ext. 123456789012", .extensionTooLong),
      ("911", .emergency), ("9-1-1", .emergency), ("202\u{0}5550123", .notANumber),
      ("202\n5550123", .notANumber), (String(repeating: "5", count: 129), .inputTooLong),
      ("(202) 555-0123 or (202) 555-0124", .tooLong),
    ])
  func refused(text: String, error: PhoneNumberError) {
    #expect(throws: error) { try PhoneNumberParser.parse(text, in: us) }
    #expect(throws: error) { try PhoneNumberParser.parseLine(text, in: us) }
  }

  @Test("that no plan knows is taken when its length is possible")
  func invalidButPossible() throws {
    let line = try PhoneNumberParser.parseLine("+1 099 555 0123", in: us)
    #expect(line.e164 == "+10995550123")
    #expect(!PhoneNumberParser.info(line).isValid)
  }

  @Test("is shown in the national format at home and in the international format abroad")
  func display() throws {
    let home = try PhoneNumberParser.parse("+12025550123", in: us)
    #expect(home.display == "(202) 555-0123")
    #expect(try PhoneNumberParser.parse("+12025550123", in: gb).display == "+1 202-555-0123")
    #expect(PhoneNumberParser.display(home.line, in: try PhoneRegion("CA")) == "(202) 555-0123")
    let desk = try PhoneNumberParser.parse("202 555 0123 x 9", in: us)
    #expect(desk.display == "(202) 555-0123 ext. 9")
    let italian = PhoneNumber.Line(e164: "+390612345678")
    #expect(PhoneNumberParser.display(italian, in: us) == "+39 06 1234 5678")
  }

  @Test("that is not normalised is shown as it is")
  func displayOfNonsense() {
    #expect(PhoneNumberParser.display(.init(e164: "nonsense"), in: us) == "nonsense")
    #expect(PhoneNumberParser.display(.init(e164: "+", extension: "1"), in: us) == "+ ext. 1")
  }

  @Test("of the premium rate is told from others")
  func kinds() throws {
    let premium = PhoneNumberParser.info(.init(e164: "+19002345678"))
    #expect(premium.kind == .premiumRate)
    #expect(premium.isValid)
    #expect(PhoneNumberParser.info(.init(e164: "+18002345678")).kind == .tollFree)
    let mobile = PhoneNumberParser.info(.init(e164: "+447912345678"))
    #expect(mobile.kind == .mobile)
    #expect(mobile.region == "GB")
    #expect(PhoneNumberParser.info(.init(e164: "+12423456789")).region == "BS")
    #expect(PhoneNumberParser.info(.init(e164: "+80012345678")).region == nil)
  }

  @Test(
    "is valid where everything that is known of it says so",
    arguments: [
      "+12025550123", "+10995550123", "+19002345678", "+18002345678", "+12423456789",
      "+447912345678", "+442079460958", "+441", "+390612345678", "+80012345678", "+80099",
      "+883510000000094", "+999123456", "+", "nonsense",
    ])
  func validity(e164: String) {
    let line = PhoneNumber.Line(e164: e164)
    #expect(PhoneNumberParser.isValid(line) == PhoneNumberParser.info(line).isValid)
  }

  @Test("of an emergency service is known in its region alone")
  func emergency() {
    for (text, region) in [("112", de), ("911", us), ("999", gb)] {
      #expect(throws: PhoneNumberError.emergency) { try PhoneNumberParser.parse(text, in: region) }
    }
    let elsewhere = #expect(throws: PhoneNumberError.self) {
      try PhoneNumberParser.parse("999", in: us)
    }
    #expect(elsewhere != .emergency)
  }

  @Test(
    "needs a region that exists", arguments: ["", "U", "us", "ZZ", "USA", "001", "U\u{0}", "Ü"])
  func unknownRegion(code: String) {
    #expect(throws: PhoneNumberError.unknownRegion(code)) { try PhoneRegion(code) }
  }

  @Test("has one of more than two hundred regions")
  func regions() throws {
    #expect(PhoneRegion.all.count > 200)
    #expect(PhoneRegion.all.contains(us))
    for region in PhoneRegion.all { #expect(try PhoneRegion(region.code) == region) }
  }
}
