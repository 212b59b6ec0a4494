import CSQLite
import SQLite
import TestSupport
import Testing

@Suite("A transaction") struct TransactionTests {
  private func rows(_ database: Database) throws -> Int64 {
    let count = try database.prepare("SELECT count(*) FROM t")
    _ = try count.step()
    return count.int64(at: 0)
  }

  @Test("is committed when its body returns")
  func commits() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a)")
    try database.transaction { () throws(SQLiteError) in
      try database.execute("INSERT INTO t VALUES (1)")
    }
    #expect(!database.isInTransaction)
    #expect(try rows(database) == 1)
  }

  @Test("is taken back when its body throws, and the error is the body's")
  func rollsBack() throws {
    let database = try Database(path: ":memory:")
    try database.execute("CREATE TABLE t (a UNIQUE)")
    let error = #expect(throws: SQLiteError.self) {
      try database.transaction { () throws(SQLiteError) in
        try database.execute("INSERT INTO t VALUES (1)")
        try database.execute("INSERT INTO t VALUES (1)")
      }
    }
    #expect(error?.code == SQLITE_CONSTRAINT | (8 << 8))
    #expect(error?.kind == .constraint)
    #expect(!database.isInTransaction)
    #expect(try rows(database) == 0)
  }

  @Test("that cannot get the lock fails as busy and leaves none open")
  func busy() throws {
    let directory = TemporaryDirectory()
    let one = try Database(path: directory.file("a.db"))
    let two = try Database(path: directory.file("a.db"), busyTimeout: 0)
    try one.begin(.immediate)
    let error = #expect(throws: SQLiteError.self) { try two.begin(.immediate) }
    #expect(error?.kind == .busy)
    #expect(error?.code == SQLITE_BUSY)
    #expect(!two.isInTransaction)
    try one.rollback()
    try two.begin(.immediate)
    #expect(two.isInTransaction)
    try two.rollback()
    try two.rollback()
  }
}
