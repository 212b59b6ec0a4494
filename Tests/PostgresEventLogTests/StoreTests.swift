import CallbackCore
import EventLog
import PostgresEventLog
import PostgresServer
import TestSupport
import Testing

/// Which databases and directories a log in PostgreSQL opens with, and which it refuses.
@Suite("Opening a log in PostgreSQL", .serialized)
struct StoreTests {
  let server: PostgresServer
  let stream = Streams.next()
  let directory = TemporaryDirectory()

  init() throws { server = try PostgresServer.shared() }

  private func store(
    _ stream: String? = nil, at connection: String? = nil, acceptsDataLoss: Bool = false
  ) throws -> PostgresEventStore {
    try PostgresEventStore(
      .init(
        connection: connection ?? server.connection, stream: stream ?? self.stream,
        hostName: "a", directory: directory.file("data"), acceptsDataLoss: acceptsDataLoss))
  }

  private func filled(_ store: PostgresEventStore) throws -> any EventLog {
    let log = try store.openLog()
    for _ in 0..<3 { try log.appendOne() }
    return log
  }

  private func dropLast() throws {
    let number = "(SELECT number FROM callback_log.stream WHERE name = '\(stream)')"
    try server.execute(
      "DELETE FROM callback_log.record WHERE stream = \(number) AND position = 3")
  }

  @Test func aLostEndIsNoticedWhenTheLogIsOpened() throws {
    let store = try store()
    try filled(store).close()
    try dropLast()
    #expect(throws: EventLogError.self) { try store.openLog() }
    #expect(throws: EventLogError.self) { try store.openLog() }
  }

  @Test func aLostEndIsNoticedWhenTheLogIsVerified() throws {
    let store = try store()
    try filled(store).close()
    store.close()
    var options = PostgresEventStore.Options(
      connection: server.connection, stream: stream, hostName: "none",
      directory: directory.file("data"))
    #expect(try PostgresEventStore.verify(options).head.position == 3)
    try dropLast()
    #expect(throws: EventLogError.dataLoss("the log ends at 2, but once held 3 records")) {
      try PostgresEventStore.verify(options)
    }
    options.directory = nil
    #expect(try PostgresEventStore.verify(options).records == 2)
  }

  @Test func whoOnlyReadsMakesNothing() throws {
    let empty = try PostgresServer()
    defer { try? empty.stop(.immediate) }
    var options = PostgresEventStore.Options(
      connection: empty.connection, stream: stream, hostName: "none")
    #expect(throws: EventLogError.unavailable("the database holds no logs of callbackd")) {
      try PostgresEventStore.verify(options)
    }
    try empty.execute(
      "DO $$ BEGIN ASSERT to_regnamespace('callback_log') IS NULL; END $$")
    options.connection = server.connection
    try filled(try store()).close()
    options.stream = "nobody’s"
    #expect(throws: EventLogError.unavailable("the database holds no log ‘nobody’s’")) {
      try PostgresEventStore.replay(options, until: .head)
    }
    try server.execute(
      "DO $$ BEGIN ASSERT (SELECT count(*) = 0 FROM callback_log.stream "
        + "WHERE name = 'nobody’s'); END $$")
  }

  @Test func aLossThatIsAcceptedBeginsANewLineageAndEndsTheOtherHosts() throws {
    let first = try store()
    let log = try filled(first)
    let other = try PostgresEventStore(
      .init(connection: server.connection, stream: stream, hostName: "b"))
    let others = try #require(try other.openLog() as? any SharedEventLog)
    let before = log.lineage
    log.close()
    first.close()
    try dropLast()
    let accepting = try store(acceptsDataLoss: true)
    let next = try accepting.openLog()
    #expect(try next.head().position == 2)
    #expect(next.lineage != before)
    #expect(throws: EventLogError.self) { try others.renewLease(at: nil) }
    #expect(throws: EventLogError.self) { try others.renewLease(at: nil) }
    #expect(throws: EventLogError.self) { try other.openLog() }
    try next.appendOne()
    next.close()
    accepting.close()
    let again = try store()
    #expect(try again.openLog().lineage == next.lineage)
  }

  @Test func aSecondProcessWithTheSameDirectoryIsRefused() throws {
    let first = try store()
    #expect(throws: EventLogError.inUse(directory.file("data"))) { try store() }
    first.close()
    _ = try store()
  }

  @Test func streamsOfOneDatabaseKnowNothingOfEachOther() throws {
    let one = try filled(try store())
    let other = try PostgresEventStore(
      .init(connection: server.connection, stream: Streams.next(), hostName: "a"))
    let empty = try other.openLog()
    #expect(try empty.head() == .empty)
    #expect(empty.lineage != one.lineage)
    try empty.appendOne()
    #expect(try one.head().position == 3)
  }

  @Test func aNewerSchemaIsRefused() throws {
    let server = try PostgresServer()
    defer { try? server.stop(.immediate) }
    try store(at: server.connection).openLog().close()
    try server.execute("UPDATE callback_log.meta SET version = 99")
    let options = PostgresEventStore.Options(
      connection: server.connection, stream: stream, hostName: "c")
    let refusal = EventLogError.newerSchema(found: 99, known: 3)
    #expect(throws: refusal) { try PostgresEventStore(options).openLog() }
    #expect(throws: refusal) { try PostgresEventStore.verify(options) }
  }

  @Test func tablesOfTheVersionBeforeAreBroughtForward() throws {
    let server = try PostgresServer()
    defer { try? server.stop(.immediate) }
    try store(at: server.connection).openLog().close()
    try server.execute(
      "DROP TABLE callback_log.answers; ALTER TABLE callback_log.forgetting DROP COLUMN e164; "
        + "UPDATE callback_log.meta SET version = 1")
    let log = try store(at: server.connection).openLog()
    #expect(try log.answersKept() == 0)
    #expect(try log.unfinishedForgettings().isEmpty)
    try server.execute("DO $$ BEGIN ASSERT (SELECT version FROM callback_log.meta) = 3; END $$")
  }

  /// A host that forgets a number is slow, and another has kept a newer snapshot meanwhile.
  @Test func aNewerSnapshotStaysWhereANumberIsForgottenLate() throws {
    let log = try filled(try store())
    let late = LogSnapshot(head: try log.head(), state: Snapshot())
    try log.appendOne()
    let newer = LogSnapshot(head: try log.head(), state: Snapshot())
    func forget(_ e164: String, _ snapshot: LogSnapshot) throws {
      let due = DueForgetting(
        e164: e164, actor: Actor(userID: 8), at: WallTime(9),
        request: Fingerprint(high: 1, low: UInt64(e164.count)))
      _ = log.append(
        LogBatch(records: [], history: [.forgetting(due)]), after: try log.head().position)
      let unfinished = try #require(try log.unfinishedForgettings().first)
      _ = try log.finishForgetting(unfinished.id, leaving: snapshot)
    }
    try forget("+15550100", newer)
    try forget("+15550101", late)
    #expect(try log.latestSnapshot()?.head == newer.head)
    #expect(try log.oldestPosition() == newer.head.position)
    #expect(try log.forgettings(after: 0, limit: 9).count == 2)
    try log.appendOne()
    #expect(try log.records(after: newer.head.position, limit: 9).count == 1)
  }

  @Test(arguments: ["fsync", "full_page_writes"])
  func aServerThatLosesWhatItAcknowledgesIsRefused(_ setting: String) throws {
    let careless = try PostgresServer(settings: ["\(setting)=off"])
    defer { try? careless.stop(.immediate) }
    #expect {
      try store(at: careless.connection).openLog()
    } throws: { error in
      "\(error)".contains("\(setting) = off")
    }
  }

  @Test(arguments: ["", String(repeating: "x", count: 65)])
  func aNameThatIsNoneIsRefused(_ name: String) throws {
    #expect(throws: EventLogError.self) { try store(name).openLog() }
  }
}

extension EventLog {
  /// Appends a record after the end, which must succeed.
  fileprivate func appendOne() throws {
    let position = try head().position
    let stamp = EventStamp(now: Instant(1), wall: WallTime(2), actor: .service)
    let record = EventRecord(
      position: position + 1, stamp: stamp, event: .dayBegan(Int32(position)))
    let result = append(LogBatch(records: [record]), after: position)
    guard case .appended = result else { throw NotAppended(result: result) }
  }
}

private struct NotAppended: Error { let result: AppendResult }
