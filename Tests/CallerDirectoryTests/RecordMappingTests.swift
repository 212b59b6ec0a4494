import CallbackCore
import Testing

@testable import CallerDirectory

@Suite("A CRM's words") struct RecordMappingTests {
  static let line = PhoneNumber.Line(e164: "+12025550123")

  static func mapping() throws -> RecordMapping {
    var classes = ClassMapping()
    classes.customer = ["open"]
    classes.previousCustomer = ["ended"]
    classes.lead = ["enquiry"]
    classes.activeLead = ["new", "quoted"]
    return RecordMapping(
      classes: classes, locations: ["Site 7": "downtown"], region: try PhoneRegion("US"))
  }

  static func tenancy(_ word: String, id: String = "t1", status: String = "") -> ForeignRecord {
    ForeignRecord(
      id: id, name: "Ann", classWords: [word], statusWords: status.isEmpty ? [] : [status],
      location: "Site 7", numbers: ["(202) 555-0123"], updatedAt: "2026-01-02 03:04:05.678+00")
  }

  @Test("an ended tenancy with none open is a Previous Customer, with one open a Customer")
  func tenancies() throws {
    let mapping = try Self.mapping()
    let ended = try mapping.matches([Self.tenancy("ended")], of: Self.line)
    #expect(ended.map(\.recordClass) == [.previousCustomer])
    let both = try mapping.matches([Self.tenancy("ended"), Self.tenancy("Open")], of: Self.line)
    #expect(both.map(\.recordClass) == [.customer])
    #expect(both[0].location == LocationID("downtown"))
    #expect(both[0].updatedAt == WallTime(1_767_323_045_678))
  }

  @Test("a Lead is active when its status is in the configured set")
  func leads() throws {
    let mapping = try Self.mapping()
    for (status, isActive) in [("Quoted", true), ("lost", false)] {
      let found = try mapping.matches([Self.tenancy("enquiry", status: status)], of: Self.line)
      #expect(found.map(\.isActiveLead) == [isActive])
    }
  }

  @Test("an absent status is an empty word; where none is asked for, the class words count")
  func absentStatus() throws {
    var mapping = try Self.mapping()
    mapping.classes.activeLead = ["", "new"]
    var record = Self.tenancy("enquiry")
    record.statusWords = []
    #expect(try mapping.matches([record], of: Self.line).map(\.isActiveLead) == [true])
    record.statusWords = nil
    #expect(try mapping.matches([record], of: Self.line).map(\.isActiveLead) == [false])
    mapping.classes.activeLead = ["enquiry"]
    #expect(try mapping.matches([record], of: Self.line).map(\.isActiveLead) == [true])
  }

  @Test("the status of a tenancy does not make an old enquiry an active Lead")
  func statusOfAnotherRow() throws {
    let found = try Self.mapping().matches(
      [Self.tenancy("open", status: "new"), Self.tenancy("enquiry", status: "lost")],
      of: Self.line)
    #expect(found.map(\.recordClass) == [.customer, .lead])
    #expect(found.allSatisfy { !$0.isActiveLead })
  }

  @Test("one record may be a Customer and an active Lead: both labels, the Lead's card")
  func both() throws {
    let found = try Self.mapping().matches(
      [Self.tenancy("open"), Self.tenancy("enquiry", status: "new")], of: Self.line)
    let resolution = CallerRanking.resolve(
      CallerLookup(status: .resolved, matches: found), at: nil)
    #expect(resolution.labels == [.lead, .customer])
    #expect(resolution.card == .lead(recordID: "t1"))
  }

  @Test("a word of no list still is somebody who is recognised")
  func unknownWord() throws {
    let found = try Self.mapping().matches([Self.tenancy("archived")], of: Self.line)
    #expect(found.map(\.recordClass) == [.lead] && !found[0].isActiveLead)
  }

  @Test("a star stands for every other word, an empty word for a field that is not there")
  func wildcards() throws {
    var mapping = try Self.mapping()
    mapping.classes = ClassMapping()
    mapping.classes.customer = [""]
    mapping.classes.previousCustomer = ["*"]
    #expect(
      try mapping.matches([Self.tenancy("")], of: Self.line).map(\.recordClass) == [.customer])
    #expect(
      try mapping.matches([Self.tenancy("2025-01-31")], of: Self.line).map(\.recordClass)
        == [.previousCustomer])
  }

  @Test("whoever was found by too wide a query is left out; extensions follow the rule")
  func numbers() throws {
    let mapping = try Self.mapping()
    func record(_ id: String, _ numbers: String...) -> ForeignRecord {
      ForeignRecord(id: id, name: id, classWords: ["open"], numbers: numbers)
    }
    let records = [
      record("a", "202-555-0123 x5", "nonsense"), record("b", "+44 20 7946 0958", "2025550123"),
      record("c", "2025550199"),
    ]
    func ids(_ ext: String) throws -> [String] {
      try mapping.matches(records, of: PhoneNumber.Line(e164: Self.line.e164, extension: ext))
        .map(\.recordID)
    }
    #expect(try ids("") == ["b"])
    #expect(try ids("5") == ["a"])
    #expect(try ids("9") == ["b"])
    let abroad = PhoneNumber.Line(e164: "+447700900123")
    for text in ["0044 7700 900123", "+44 (0)7700 900123", "011 44 7700 900123"] {
      #expect(try mapping.matches([record("a", text)], of: abroad).count == 1, "\(text)")
    }
    let only = try mapping.matches([record("a", "202-555-0123 x5")], of: Self.line)
    #expect(only.map(\.recordID) == ["a"])
    #expect(only[0].matchedNumber.extension == "5")
  }

  @Test(
    "a time is Unix time or text; one outside the years 1 to 9999 is none",
    arguments: [
      ("1767225600", 1_767_225_600_000), ("1767225600000", 1_767_225_600_000),
      ("2026-01-01 05:30:00+05:30", 1_767_225_600_000), ("2026-01-01 00:00:00", 1_767_225_600_000),
      ("2026-01-01T00:00:00.000+0000", 1_767_225_600_000), ("999999999999999", nil),
      ("-99999999999999", nil), ("1e30", nil), ("nan", nil), ("infinity", nil), ("soon", nil),
      ("0000-01-01", nil),
    ] as [(String, Int64?)])
  func times(text: String, milliseconds: Int64?) {
    #expect(RecordMapping.time(text) == milliseconds)
  }

  @Test("a number is looked for in the ways in which it may be written")
  func writtenForms() throws {
    let london = PhoneNumber.Line(e164: "+442079460958")
    #expect(
      WrittenForms(london, in: try PhoneRegion("GB")).all
        == ["442079460958", "02079460958", "00442079460958", "011442079460958", "4402079460958"])
    #expect(
      try PhoneNumberParser.parseLine("+44 (0)20 7946 0958", in: PhoneRegion("US")) == london)
    #expect(
      WrittenForms(london, in: try PhoneRegion("US")).all
        == ["442079460958", "02079460958", "00442079460958", "011442079460958", "4402079460958"])
    #expect(
      WrittenForms(Self.line, in: try PhoneRegion("US")).all
        == ["12025550123", "2025550123", "0012025550123", "01112025550123"])
  }
}
