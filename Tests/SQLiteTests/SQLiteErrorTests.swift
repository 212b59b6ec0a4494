import CSQLite
import Glibc
import SQLite
import TestSupport
import Testing

@Suite("An error of SQLite") struct SQLiteErrorTests {
  @Test("of a missing file tells the errno")
  func missingFile() {
    let error = #expect(throws: SQLiteError.self) {
      try Database(path: "/nonexistent/a.db", flags: [.readWrite])
    }
    #expect(error?.kind == .access)
    #expect(error?.systemErrorNumber == ENOENT)
  }

  @Test("of a file that is no database is corruption")
  func notADatabase() throws {
    let directory = TemporaryDirectory()
    let file = fopen(directory.file("a.db"), "w")
    for _ in 0..<1000 { fputs("this is a text\n", file) }
    fclose(file)
    let database = try Database(path: directory.file("a.db"))
    let error = #expect(throws: SQLiteError.self) { try database.pragma("schema_version") }
    #expect(error?.kind == .corrupt)
    #expect(error?.code == SQLITE_NOTADB)
  }

  @Test("of a database that may not grow is full")
  func full() throws {
    let database = try Database(path: ":memory:")
    try database.setPragma("max_page_count", to: "3")
    try database.execute("CREATE TABLE t (a)")
    let error = #expect(throws: SQLiteError.self) {
      try database.execute("INSERT INTO t VALUES (zeroblob(100000))")
    }
    #expect(error?.kind == .full)
    #expect(error?.code == SQLITE_FULL)
  }

  @Test("of a write to what was opened for reading is about access")
  func readOnly() throws {
    let directory = TemporaryDirectory()
    try Database(path: directory.file("a.db")).execute("CREATE TABLE t (a)")
    let database = try Database(path: directory.file("a.db"), flags: .readOnly)
    let error = #expect(throws: SQLiteError.self) {
      try database.execute("INSERT INTO t VALUES (1)")
    }
    #expect(error?.kind == .access)
  }

  @Test(
    "is classified by its primary code",
    arguments: [
      (SQLITE_IOERR | (4 << 8), SQLiteError.Kind.inputOutput),
      (SQLITE_CORRUPT | (2 << 8), .corrupt), (SQLITE_BUSY | (2 << 8), .busy),
      (SQLITE_LOCKED, .busy), (SQLITE_NOMEM, .tooLarge), (SQLITE_INTERRUPT, .interrupted),
      (SQLITE_ERROR, .other),
    ])
  func classification(code: Int32, kind: SQLiteError.Kind) {
    #expect(SQLiteError(code: code, message: "").kind == kind)
  }

  @Test("in the SQL names what is wrong")
  func syntax() throws {
    let database = try Database(path: ":memory:")
    let error = #expect(throws: SQLiteError.self) { try database.prepare("SELEKT 1") }
    #expect(error?.kind == .other)
    #expect(error?.message.contains("SELEKT") == true)
    #expect(throws: SQLiteError.self) { try database.prepare(" -- nothing") }
  }

  @Test("of a parameter that the statement does not have is told")
  func parameterOutOfRange() throws {
    let statement = try Database(path: ":memory:").prepare("SELECT ?")
    let error = #expect(throws: SQLiteError.self) { try statement.bind(1, at: 2) }
    #expect(error?.code == SQLITE_RANGE)
  }
}
