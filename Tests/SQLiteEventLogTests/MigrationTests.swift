import CallbackCore
import EventLog
import SQLite
@testable import SQLiteEventLog
import TestSupport
import Testing

/// A log of an older schema is brought forward, a newer one is refused.
@Suite struct MigrationTests {
  let directory = TemporaryDirectory()
  var data: String { directory.file("data") }

  /// A directory with the log that a program of schema 1 wrote: four records and a snapshot, then a
  /// fifth record whose caller has another number.
  private func makeVersion1() throws -> SQLiteEventStore {
    let store = try SQLiteEventStore(directory: data)
    let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let bytes = Files.read("\(folder)/Fixtures/schema-1.db")
    try #require(!bytes.isEmpty)
    Files.write(bytes, to: "\(data)/log.db")
    return store
  }

  private func schema(of path: String) throws -> [String] {
    let select = try Database(path: path, vfs: "callback-checked")
      .prepare("SELECT name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
    var found: [String] = []
    while try select.step() { found.append(select.string(at: 0)) }
    return found
  }

  @Test func aLogOfSchemaOneIsBroughtForwardWithAllThatItHolds() throws {
    let store = try makeVersion1()
    #expect(try SQLiteEventStore.verify(directory: data).schema == 1)
    let log = try store.openLog()
    #expect(try log.head().position == 5)
    #expect(try log.records(after: 0, limit: 10).count == 5)
    #expect(try log.latestSnapshot()?.head.position == 4)
    #expect(try log.history(.all, before: nil, limit: 10).count == 5)
    #expect(try log.outcomes(after: 0, limit: 10).count == 1)
    try log.appendMade()
    let check = try SQLiteEventStore.verify(directory: data)
    #expect(check.schema == Schema.version)
    #expect(check.records == 6)
  }

  @Test func aLogThatWasBroughtForwardHasTheTablesOfANewOne() throws {
    try makeVersion1().openLog().close()
    let new = directory.file("new")
    try SQLiteEventStore(directory: new).openLog().close()
    #expect(try schema(of: "\(data)/log.db") == schema(of: "\(new)/log.db"))
  }

  @Test func entriesOfSchemaTwoAreKept() throws {
    let store = try makeVersion1()
    do {
      let database = try Database(path: "\(data)/log.db", vfs: "callback-checked")
      try Schema.migrate(database, from: 1, to: 2)
      try database.execute("INSERT INTO forgetting VALUES (4, 1000, 8, 3)")
    }
    let kept = try store.openLog().forgettings(after: 0, limit: 9)
    #expect(
      kept == [ForgettingEntry(id: 4, at: WallTime(1000), actor: Actor(userID: 8), callbacks: 3)])
  }

  @Test func entriesOfSchemaFourAreKeptAndNoNumberIsDue() throws {
    let store = try makeVersion1()
    do {
      let database = try Database(path: "\(data)/log.db", vfs: "callback-checked")
      try Schema.migrate(database, from: 1, to: 4)
      try database.execute(
        "INSERT INTO forgetting VALUES (4, 1000, 8, 3, zeroblob(16), 1), (5, 1, 8, 3, NULL, 0)")
    }
    let log = try store.openLog()
    #expect(try log.forgettings(after: 0, limit: 9).map(\.id) == [4])
    #expect(try log.forgetting(by: Fingerprint(high: 0, low: 0)) == 4)
    // The second was killed before it had overwritten what it freed.
    #expect(
      try log.unfinishedForgettings()
        == [UnfinishedForgetting(id: 5, e164: nil, actor: Actor(userID: 8))])
    try log.overwriteForgotten()
    #expect(try log.forgettings(after: 0, limit: 9).map(\.id) == [4, 5])
  }

  @Test func aStepThatFailsLeavesTheVersionBefore() throws {
    let database = try Database(path: directory.file("steps.db"))
    let first: @Sendable (Database) throws(SQLiteError) -> Void = {
      database throws(SQLiteError) in
      try database.execute("CREATE TABLE one (x)")
    }
    let second: @Sendable (Database) throws(SQLiteError) -> Void = {
      database throws(SQLiteError) in
      try database.execute("CREATE TABLE two (x)")
      try database.execute("no SQL at all")
    }
    #expect(throws: EventLogError.self) {
      try Schema.migrate(database, from: 1, to: 3, by: [1: first, 2: second])
    }
    #expect(try database.pragma("user_version") == "2")
    #expect(throws: SQLiteError.self) { try database.execute("SELECT * FROM two") }
    let repaired: @Sendable (Database) throws(SQLiteError) -> Void = {
      database throws(SQLiteError) in
      try database.execute("CREATE TABLE two (x)")
    }
    try Schema.migrate(database, from: 2, to: 3, by: [2: repaired])
    #expect(try database.pragma("user_version") == "3")
  }

  @Test func aVersionThatThereNeverWasIsRefused() throws {
    let store = try makeVersion1()
    let other = try Database(path: "\(data)/log.db", vfs: "callback-checked")
    try other.execute("PRAGMA user_version = 0")
    #expect(throws: EventLogError.dataLoss("no log has the schema version 0")) {
      try store.openLog()
    }
  }

  @Test func aNewerSchemaIsRefusedWithBothVersions() throws {
    let store = try SQLiteEventStore(directory: data)
    try store.openLog().close()
    let other = try Database(path: "\(data)/log.db", vfs: "callback-checked")
    try other.execute("PRAGMA user_version = 99")
    let refusal = EventLogError.newerSchema(found: 99, known: Schema.version)
    #expect(throws: refusal) { try store.openLog() }
    #expect(throws: refusal) { try SQLiteEventStore.verify(directory: data) }
  }
}
