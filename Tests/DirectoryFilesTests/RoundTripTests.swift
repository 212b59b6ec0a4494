import DirectoryFiles
import Testing

@Suite("A written file") struct RoundTripTests {
  private static let rows = [
    FileRow(line: 2, id: "a", recordClass: "lead", name: "Ann", numbers: ["+12025550123"]),
    FileRow(
      line: 3, id: "b,\"2\"", recordClass: "customer", active: "no", name: "Smith, \"Bob\"",
      location: "oslo/1", numbers: ["+12025550123;ext=5", "+4930123456"], region: "NO",
      updatedAt: 1_743_422_400_250),
    FileRow(
      line: 4, id: "q", recordClass: "lead", name: "a\"\u{301},\"\u{308}\"", numbers: []),
    FileRow(
      line: 5, id: "ü", recordClass: "previous_customer", name: "名前 \\ / \t é", numbers: ["1"],
      updatedAt: -1),
  ]

  @Test("in CSV is read back to the same records")
  func csv() throws {
    let writer = CSVRecordWriter()
    var reader = CSVRecordReader()
    let bytes = writer.header + Self.rows.flatMap { writer.line($0) }
    let lines = try reader.read(bytes) + reader.finish()
    #expect(lines == Self.rows.map { .row($0) })
    #expect(reader.ignoredColumns.isEmpty)
  }

  @Test("in JSON Lines is read back to the same records")
  func jsonLines() throws {
    let writer = JSONLinesRecordWriter()
    var reader = JSONLinesRecordReader()
    let lines = reader.read(try Self.rows.flatMap { try writer.line($0) })
    #expect(
      lines
        == Self.rows.map {
          var row = $0
          row.line -= 1
          return .row(row)
        })
  }

  @Test(
    "has times as RFC 3339 writes them",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
      ("2000-02-29T23:59:59Z", 951_868_799_000), ("2024-02-29", 1_709_164_800_000),
      ("2025-03-31t12:00:00z", 1_743_422_400_000), ("2025-03-31 12:00:00Z", 1_743_422_400_000),
      ("2025-03-31T12:00:00.1-05:30", 1_743_442_200_100),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ] as [(String, Int64)])
  func times(text: String, milliseconds: Int64) throws {
    let row = FileRow(
      line: 2, id: "a", recordClass: "lead", name: "Ann", numbers: ["1"], updatedAt: milliseconds)
    var reader = CSVRecordReader()
    let lines = try reader.read("id,class,name,phone,updated_at\na,lead,Ann,1,\(text)\n".utf8)
    #expect(lines == [.row(row)])
    var again = CSVRecordReader()
    let writer = CSVRecordWriter()
    #expect(try again.read(writer.header + writer.line(row)) == [.row(row)])
  }

  @Test(
    "has no time that is none",
    arguments: [
      "2025", "2025-13-01", "2025-02-29", "2025-00-01", "2025-01-32", "2025-01-01T", "25-01-01",
      "2025-01-01T25:00:00Z", "2025-01-01T00:00:00", "2025-01-01T00:00:00.Z",
      "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+01:00", "0000-12-31",
      "2025-01-01T00:00:00+1:00", "2025-01-01T00:00:00 Z", "20250101T000000Z", "2025-01-0é",
    ])
  func badTimes(text: String) throws {
    var reader = CSVRecordReader()
    let lines = try reader.read("id,class,name,phone,updated_at\na,lead,Ann,1,\(text)\n".utf8)
    #expect(lines.map(\.withoutText) == [.refused(line: 2, .badTime(text))])
  }
}
