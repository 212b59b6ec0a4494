import DirectoryFiles
import Testing

@Suite("A file of JSON Lines") struct JSONLinesTests {
  private func read(_ text: String, chunk: Int = 5) -> [FileLine] {
    var reader = JSONLinesRecordReader()
    let bytes = Array(text.utf8)
    var lines: [FileLine] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      lines += reader.read(bytes[start..<min(bytes.count, start + chunk)])
    }
    return lines + reader.finish()
  }

  @Test("gives its records, whatever else they hold")
  func records() {
    let lines = read(
      """
      {"id":"a","class":"lead","active":false,"name":"Ann","phones":["1","2"],"x":{"y":[1]}}

      {"id":"b","class":"customer","active":"yes","name":"Bob","location":"oslo","phones":["3"],\
      "region":"NO","updated_at":"2025-03-31T14:00:00.250+02:00"}
      """)
    #expect(
      lines == [
        .row(
          FileRow(
            line: 1, id: "a", recordClass: "lead", active: "no", name: "Ann", numbers: ["1", "2"])),
        .row(
          FileRow(
            line: 3, id: "b", recordClass: "customer", active: "yes", name: "Bob",
            location: "oslo", numbers: ["3"], region: "NO", updatedAt: 1_743_422_400_250)),
      ])
  }

  @Test("loses a bad line, with its number and reason, and no other")
  func badLines() {
    let deep = String(repeating: "[", count: 5000)
    let lines = read(
      """
      {"id":"a","class":"lead","name":"Ann"}
      {"id":1.5,"class":"lead","name":"Ann","phones":["1"]}
      [1]
      {"id":"a"
      {"id":"a","class":"lead","name":"Ann","phones":"1"}
      {"id":"a","class":"lead","name":"Ann","phones":["1"],"updated_at":"soon"}
      \(deep)
      {"id":"a","class":"lead","name":"Ann","phones":["1"]}
      """, chunk: 100)
    #expect(
      lines.dropLast().map {
        if case .refused(let line, let error, text: _) = $0 { "\(line) \(error)" } else { "" }
      } == [
        "1 not a record in JSON: phones is missing",
        "2 not a record in JSON: id is of another type",
        "3 not a record in JSON: not an object in JSON",
        "4 not a record in JSON: not an object in JSON",
        "5 not a record in JSON: phones is of another type",
        "6 time \"soon\" is not like 2025-03-31T12:00:00Z",
        "7 not a record in JSON: not an object in JSON",
      ])
    #expect(
      lines.last
        == .row(FileRow(line: 8, id: "a", recordClass: "lead", name: "Ann", numbers: ["1"])))
  }

  @Test("may have whole numbers for ids and numbers, and begin with a byte order mark")
  func wholeNumbers() {
    let lines = read(
      "\u{feff}"
        + #"{"id":42,"class":"lead","active":0,"name":"Ann","location":7,"phones":[12025550123,"1"]}"#
        + "\r\n"
        + #"{"id":-1,"class":"lead","name":"Ann","location":null,"phones":[]}"#)
    #expect(
      lines == [
        .row(
          FileRow(
            line: 1, id: "42", recordClass: "lead", active: "0", name: "Ann", location: "7",
            numbers: ["12025550123", "1"])),
        .row(FileRow(line: 2, id: "-1", recordClass: "lead", name: "Ann", numbers: [])),
      ])
  }

  @Test("gives a record without an id, a class or a name to whoever takes it")
  func missing() {
    let lines = read(#"{"phones":["1"],"id":null}"#)
    #expect(lines == [.row(FileRow(line: 1, id: "", recordClass: "", name: "", numbers: ["1"]))])
  }

  @Test("with an endless line costs bounded memory and one line")
  func endless() {
    let text = "{\"id\":\"" + String(repeating: "x", count: 50_000) + "\n{}"
    let lines = read(text, chunk: 1000)
    #expect(lines.count == 2)
    #expect(lines[0] == .refused(line: 1, .tooLong(limitBytes: FileLimits.recordBytes)))
    #expect(lines[1] == .refused(line: 2, .badJSON("phones is missing"), text: "{}"))
  }
}
