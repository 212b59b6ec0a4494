import CSQLite
import SQLite
import TestSupport
import Testing

@Suite("A database") struct DatabaseTests {
  @Test("reads back every type as it was bound")
  func typesRoundTrip() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
    let insert = try database.statement("INSERT INTO t VALUES (?,?,?,?,?,?,?)")
    try insert.bind(Int64.min, at: 1)
    try insert.bind(1.5, at: 2)
    try insert.bind("Zoë \u{0} 電話", at: 3)
    try insert.bind([0, 1, 255], at: 4)
    try insert.bindNull(at: 5)
    try insert.bind("", at: 6)
    try insert.bind([UInt8](), at: 7)
    try insert.run()
    let select = try database.statement("SELECT * FROM t")
    #expect(try select.step())
    #expect(select.columnCount == 7)
    #expect(select.int64(at: 0) == .min)
    #expect(select.double(at: 1) == 1.5)
    #expect(select.string(at: 2) == "Zoë \u{0} 電話")
    #expect(select.bytes(at: 3) == [0, 1, 255])
    #expect(select.isNull(at: 4))
    #expect(!select.isNull(at: 5) && select.string(at: 5).isEmpty)
    #expect(!select.isNull(at: 6) && select.bytes(at: 6).isEmpty)
    #expect(try !select.step())
  }

  @Test("stores borrowed bytes and lends stored ones without a copy of ours")
  func borrowedBytes() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a)")
    let insert = try database.statement("INSERT INTO t VALUES (?)")
    let bytes: [UInt8] = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    try bytes.withUnsafeBytes { borrowed in
      try insert.bind(borrowing: borrowed, at: 1)
      try insert.run()
      insert.clearBindings()
    }
    let select = try database.statement("SELECT a FROM t")
    #expect(try select.step())
    #expect(select.withBytes(at: 0) { $0.elementsEqual(bytes) })
  }

  @Test("prepares the same text once and hands it out clean")
  func statementsAreKept() throws {
    let database = try Database(path: ":memory:")
    let first = try database.statement("SELECT ?")
    try first.bind(7, at: 1)
    #expect(try first.step())
    let second = try database.statement("SELECT ?")
    #expect(first === second)
    #expect(try second.step())
    #expect(second.isNull(at: 0))
    #expect(try database.prepare("SELECT ?") !== first)
  }

  @Test("tells how many rows changed and the last rowid")
  func changes() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)")
    #expect(database.lastInsertedRowID == 3)
    try database.statement("UPDATE t SET a = 0 WHERE a > 1").run()
    #expect(database.changedRowCount == 2)
  }

  @Test("answers a pragma with what is in force")
  func pragmas() throws {
    let directory = TemporaryDirectory()
    let database = try Database(path: directory.file("a.db"))
    #expect(try database.setPragma("journal_mode", to: "WAL") == "wal")
    try database.setPragma("synchronous", to: "FULL")
    #expect(try database.pragma("synchronous") == "2")
    #expect(try Database(path: ":memory:").setPragma("journal_mode", to: "WAL") == "memory")
  }

  @Test("copies the write-ahead log into the file at a checkpoint")
  func checkpoint() throws {
    let directory = TemporaryDirectory()
    let database = try Database(path: directory.file("a.db"))
    try database.setPragma("journal_mode", to: "WAL")
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    let done = try database.checkpoint(.passive)
    #expect(done.frames > 0)
    #expect(done.checkpointedFrames == done.frames)
    #expect(try database.checkpoint(.truncate).frames == 0)
  }

  @Test("is copied whole by a backup")
  func backup() throws {
    let database = try Database(path: ":memory:")
    try database.execute(
      """
      CREATE TABLE t (a);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO t SELECT randomblob(100) FROM n
      """)
    let copy = try Database(path: ":memory:")
    var steps = 0
    #expect(
      try database.backup(to: copy, pagesPerStep: 10) { remaining, total in
        steps += 1
        return remaining <= total
      })
    #expect(steps > 5)
    let count = try copy.statement("SELECT count(*) FROM t")
    #expect(try count.step())
    #expect(count.int64(at: 0) == 5000)
  }

  @Test("says when a backup was stopped")
  func stoppedBackup() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))")
    let copy = try Database(path: ":memory:")
    #expect(try !database.backup(to: copy, pagesPerStep: 1) { _, _ in false })
  }
}
