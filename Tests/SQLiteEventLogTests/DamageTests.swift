import CallbackCore
import EventLog
import Glibc
import SQLite
import SQLiteEventLog
import TestSupport
import Testing

/// Every byte of a small log flipped: refused with what is wrong, or read as it was.
///
/// With DAMAGE=full every single one, which takes minutes (`make test-crash`); otherwise every page
/// at its head, in the middle and at its end, and every so many bytes besides.
@Suite struct DamageTests {
  static let isFull = getenv("DAMAGE").map { String(cString: $0) } == "full"
  let directory = TemporaryDirectory()
  var data: String { directory.file("data") }

  /// A closed log with records, history and a snapshot, and what it contains.
  private func made() throws -> Contents {
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    let head = try log.appendMade(6)
    try log.save(LogSnapshot(head: head, state: .init()))
    try log.appendMade(3)
    let contents = try Contents(log)
    log.close()
    store.close()
    return contents
  }

  /// Reads everything, and says whether it is as it was; nil where it is refused.
  private func reading() -> Contents? {
    do {
      let store = try SQLiteEventStore(directory: data)
      defer { store.close() }
      return try Contents(try store.openLog())
    } catch {
      return nil
    }
  }

  @Test func aFlippedByteOfTheDatabaseIsRefusedOrHarmless() throws {
    let contents = try made()
    let whole = Files.read("\(data)/log.db")
    let head = Files.read("\(data)/head")
    var refused = 0
    let places = Set(
      stride(from: 0, to: whole.count, by: Self.isFull ? 1 : 61).map { $0 }
        + stride(from: 0, to: whole.count, by: 4096).flatMap { [$0, $0 + 8, $0 + 4087, $0 + 4095] })
    for place in places.sorted() {
      var damaged = whole
      damaged[place] ^= 0x10
      for name in ["log.db-wal", "log.db-shm"] { Files.remove("\(data)/\(name)") }
      Files.write(damaged, to: "\(data)/log.db")
      Files.write(head, to: "\(data)/head")
      if let found = reading() {
        #expect(found == contents, "byte \(place)")
      } else {
        refused += 1
      }
    }
    #expect(refused > places.count / 2)
  }

  @Test func answersThatAreMissingOrOthersAreNoticed() throws {
    let store = try SQLiteEventStore(directory: data)
    let log = try store.openLog()
    var state = Snapshot()
    state.answers = (0..<120).map { number in
      Snapshot.Answer(
        key: RequestKey(user: Actor(userID: 5), id: "r\(number)"),
        fingerprint: Fingerprint(high: 1, low: number), reply: .done, at: Instant(1))
    }
    try log.save(LogSnapshot(head: try log.appendMade(), state: state))
    #expect(try log.latestSnapshot()?.state == state)
    for change in [
      "DELETE FROM answers WHERE first = 0", "DELETE FROM answers WHERE first = 50",
      "DELETE FROM answers WHERE first = 100", "DELETE FROM answers",
      "UPDATE answers SET first = 70 WHERE first = 50",
      "UPDATE answers SET payload = (SELECT payload FROM answers WHERE first = 0)",
    ] {
      let other = try Database(path: "\(data)/log.db", vfs: "callback-checked")
      try other.begin()
      try other.execute(change)
      try other.commit()
      #expect("\(change)") {
        try log.latestSnapshot()
      } throws: { error in
        if case .dataLoss? = error as? EventLogError { true } else { false }
      }
      try log.save(LogSnapshot(head: try log.appendMade(), state: state))
      #expect(try log.latestSnapshot()?.state == state)
    }
  }

  @Test func aFlippedByteOfTheWALIsRefusedOrHarmless() throws {
    let living = directory.file("living")
    let store = try SQLiteEventStore(directory: living)
    let log = try store.openLog()
    for _ in 1...3 { try log.appendMade() }
    let contents = try Contents(log)
    _ = try SQLiteEventStore(directory: data)
    let files = ["log.db", "log.db-wal", "head"].map { ($0, Files.read("\(living)/\($0)")) }
    let wal = files[1].1
    for place in stride(from: 0, to: wal.count, by: Self.isFull ? 1 : 211) {
      for (name, bytes) in files { Files.write(bytes, to: "\(data)/\(name)") }
      Files.remove("\(data)/log.db-shm")
      var damaged = wal
      damaged[place] ^= 0x01
      Files.write(damaged, to: "\(data)/log.db-wal")
      if let found = reading() { #expect(found == contents, "byte \(place)") }
    }
  }

  @Test func aFlippedByteOfTheHeadFileIsHarmless() throws {
    let contents = try made()
    let head = Files.read("\(data)/head")
    for place in head.indices {
      var damaged = head
      damaged[place] ^= 0x04
      Files.write(damaged, to: "\(data)/head")
      #expect(reading() == contents, "byte \(place)")
    }
  }
}
