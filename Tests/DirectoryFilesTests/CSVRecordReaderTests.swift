import DirectoryFiles
import Testing

@Suite("A CSV file") struct CSVRecordReaderTests {
  private let header = "id,class,name,phone\n"

  private func read(_ bytes: [UInt8], chunk: Int = .max) throws -> [FileLine] {
    var reader = CSVRecordReader()
    var lines: [FileLine] = []
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, chunk == .max ? .max : at + chunk)
      lines += try reader.read(bytes[at..<end])
      at = end
    }
    return try (lines + reader.finish()).map(\.withoutText)
  }

  private func read(_ text: String) throws -> [FileLine] {
    let whole = try read(Array(text.utf8))
    // How the bytes come in pieces must not matter.
    for chunk in [1, 2, 3, 7] {
      #expect(try read(Array(text.utf8), chunk: chunk) == whole, "in pieces of \(chunk)")
    }
    return whole
  }

  private func row(
    _ line: Int, id: String = "a", name: String = "Ann", _ numbers: String...
  ) -> FileLine {
    .row(FileRow(line: line, id: id, recordClass: "lead", name: name, numbers: numbers))
  }

  @Test("gives its records with the lines that they begin at")
  func records() throws {
    let lines = try read(header + "a,lead,Ann,123\r\n\r\nb,lead,Bob,456")
    #expect(lines == [row(2, "123"), row(4, id: "b", name: "Bob", "456")])
  }

  @Test("may have quotes, delimiters and line ends in quoted fields")
  func quoting() throws {
    let lines = try read(
      header + "\"a\",lead,\"Smith, \"\"Ann\"\"\r\nthe second\",\"1\"\r\nb,lead,O\"Neil,2\n")
    #expect(
      lines == [
        row(2, name: "Smith, \"Ann\"\r\nthe second", "1"), row(4, id: "b", name: "O\"Neil", "2"),
      ])
  }

  @Test("may begin with a byte order mark and name its columns in any order and case")
  func columns() throws {
    var reader = CSVRecordReader()
    let text =
      "\u{feff}Phone 2, PHONE ,Id,updated-at,Class,email,Name,Active,Location,region\n"
      + "22,1|1 1| ,a,2025-03-31T12:00:00Z,lead,x@y.z, Ann ,no,oslo,NO\n"
    let lines = try reader.read(text.utf8) + reader.finish()
    #expect(reader.ignoredColumns == ["email"])
    #expect(
      lines == [
        .row(
          FileRow(
            line: 2, id: "a", recordClass: "lead", active: "no", name: "Ann", location: "oslo",
            numbers: ["1", "1 1", "22"], region: "NO", updatedAt: 1_743_422_400_000))
      ])
  }

  @Test("may have semicolons between its fields")
  func semicolons() throws {
    var reader = CSVRecordReader(delimiter: UInt8(ascii: ";"))
    let lines = try reader.read("id;class;name;phone\na;lead;Smith, Ann;1\n".utf8)
    #expect(lines == [row(2, name: "Smith, Ann", "1")])
  }

  @Test("loses a bad line, with its number and reason, and no other")
  func badLines() throws {
    let lines = try read(
      header + """
        a,lead,Ann
        ,lead,Ann,1
        a,,Ann,1
        a,lead,,1
        a,lead,Ann,
        "a"b,lead,Ann,1
        a,lead,Ann,1,2
        b,lead,Bob,"2"
        c,lead,"never closed,3
        d,lead,Dan,4
        """)
    #expect(
      lines == [
        .refused(line: 2, .fieldCount(expected: 4, found: 3)),
        row(3, id: "", "1"),
        .row(FileRow(line: 4, id: "a", recordClass: "", name: "Ann", numbers: ["1"])),
        row(5, name: "", "1"),
        .row(FileRow(line: 6, id: "a", recordClass: "lead", name: "Ann", numbers: [])),
        .refused(line: 7, .badQuote), .refused(line: 8, .fieldCount(expected: 4, found: 5)),
        row(9, id: "b", name: "Bob", "2"), .refused(line: 10, .badQuote),
        row(11, id: "d", name: "Dan", "4"),
      ])
  }

  @Test("with bytes that are not UTF-8 loses the line that has them")
  func notUTF8() throws {
    let bytes = Array((header + "a,lead,A").utf8) + [0xff] + Array("n,1\nb,lead,Bob,2\n".utf8)
    #expect(
      try read(bytes) == [.refused(line: 2, .notUTF8), row(3, id: "b", name: "Bob", "2")])
  }

  @Test("keeps the text of what is refused, as it is written there, and not without a bound")
  func refusedText() throws {
    var reader = CSVRecordReader()
    let long = String(repeating: "ä", count: 3000)
    let bytes =
      Array((header + "a,lead\r\n\"b\"c,\"d\"\n").utf8) + [0x4d, 0xfc, 0x6c, 0x0a]
      + Array("x,\"\(long)".utf8)
    let lines = try reader.read(bytes) + reader.finish()
    let texts = lines.map { if case .refused(_, _, let text) = $0 { text } else { "" } }
    #expect(texts.dropLast() == ["a,lead", "\"b\"c,\"d\"", "M\u{fc}l"])
    let last = try #require(texts.last)
    #expect(last.hasPrefix("x,\"ä") && (4000...4100).contains(last.utf8.count))
  }

  @Test("with an endless line or an endless quote costs bounded memory and one line")
  func endless() throws {
    let long = String(repeating: "x", count: 100_000)
    for (text, error) in [
      ("a,lead,\(long),1\n", FileLineError.tooLong(limitBytes: FileLimits.recordBytes)),
      ("a,lead,\"\(long),1\n", .tooLong(limitBytes: FileLimits.recordBytes)),
    ] {
      let bytes = Array((header + text + "b,lead,Bob,2\n").utf8)
      for chunk in [1000, 200_000] {
        let lines = try read(bytes, chunk: chunk)
        #expect(lines.count == 2)
        guard case .refused(line: 2, let found, text: _) = lines[0] else {
          Issue.record("\(lines[0])")
          continue
        }
        #expect(found == error || found == .badQuote)
        #expect(lines[1] == row(3, id: "b", name: "Bob", "2"))
      }
    }
    let last = try read(Array((header + "a,lead,\(long)").utf8), chunk: 1000)
    #expect(last == [.refused(line: 2, .tooLong(limitBytes: FileLimits.recordBytes))])
  }

  @Test(
    "is refused whole when its first line does not name the columns",
    arguments: [
      ("", FileHeaderError.empty), ("\n\n", .empty), ("id,class,name\n", .missingColumn("phone")),
      ("id,class,name,phone,ID\n", .repeatedColumn("id")), ("id,\"class", .badQuote),
      ("id,class,name,phone,phone_2,Phone 2\n", .repeatedColumn("phone_2")),
    ])
  func badHeader(text: String, error: FileHeaderError) {
    #expect(throws: error) { try read(Array(text.utf8)) }
    #expect(!error.description.isEmpty)
  }

  @Test("in UTF-16, or with a header that is not UTF-8, is refused whole")
  func otherEncodings() {
    for bytes: [UInt8] in [
      [0xff, 0xfe, 0x69, 0x00], [0xfe, 0xff, 0x00, 0x69], [0xc3, 0x0a, 0x0a],
    ] {
      #expect(throws: FileHeaderError.notUTF8) { try read(bytes) }
    }
  }

  @Test("with more numbers than a record may have loses the line")
  func tooManyNumbers() throws {
    let numbers = Array(repeating: "1", count: 17).joined(separator: "|")
    let lines = try read(header + "a,lead,Ann,\(numbers)\n")
    #expect(lines == [.refused(line: 2, .tooManyNumbers(limit: 16))])
  }

  @Test("of random bytes is read to its end")
  func randomBytes() throws {
    var state: UInt64 = 42
    for _ in 0..<300 {
      var bytes = Array(header.utf8)
      for _ in 0..<200 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(Array("a,\"\n\r1|".utf8)[Int(state >> 60) % 7])
      }
      let whole = try read(bytes)
      for chunk in [1, 13] { #expect(try read(bytes, chunk: chunk) == whole) }
    }
  }
}

extension FileLine {
  /// The same without the text of a refused line.
  var withoutText: FileLine {
    if case .refused(let line, let error, _) = self { .refused(line: line, error) } else { self }
  }
}
