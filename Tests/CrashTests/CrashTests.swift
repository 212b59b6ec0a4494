import CallbackCore
import EventLog
import Glibc
import SQLiteEventLog
import TestSupport
import Testing

/// A process under load is killed at a random moment, again and again on the same log: what it
/// acknowledged is there, what it attempted is there once or not at all, and the rules hold.
///
/// CRASH_ROUNDS sets the number of rounds, CRASH_SEED what decides the moments.
@Suite struct CrashTests {
  @Test func whatWasAcknowledgedSurvivesAKill() throws {
    let directory = TemporaryDirectory()
    let data = directory.file("data")
    let seed = Self.number("CRASH_SEED") ?? UInt64.random(in: 1...UInt64(UInt32.max))
    var chance = seed
    var acknowledged: [String: CallbackID] = [:]
    for round in 0..<(Self.number("CRASH_ROUNDS") ?? 10) {
      chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let output = try KilledProcess.output(
        of: "crash-writer", [data, "run\(round)"], killedAfter: Int(chance >> 33) % 20_000)
      for line in output.split(separator: UInt8(ascii: "\n")) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count == 3 else { continue }
        let id: CallbackID? = CallbackID(text: String(words[1]))
        #expect(id != nil)
        acknowledged[String(words[0])] = id
      }
      try check(data, acknowledged, "seed \(seed), round \(round)")
    }
    #expect(!acknowledged.isEmpty)
  }

  private func check(
    _ data: String, _ acknowledged: [String: CallbackID], _ words: Comment
  ) throws {
    let store = try SQLiteEventStore(directory: data)
    defer { store.close() }
    let log = try store.openLog()
    var state = CallCenter()
    var requests: [String: CallbackID] = [:]
    for record in try log.records(after: 0, limit: .max) {
      state.apply(record)
      if case .replyRemembered(let key, _, .requested(let reply)) = record.event {
        #expect(requests.updateValue(reply.callback!, forKey: key.id) == nil, words)
      }
    }
    for (request, callback) in acknowledged {
      #expect(requests[request] == callback, words)
    }
    #expect(state.violations().isEmpty, words)
    if let snapshot = try log.latestSnapshot() {
      var restored = CallCenter(restoring: snapshot.state)
      for record in try log.records(after: snapshot.head.position, limit: .max) {
        restored.apply(record)
      }
      #expect(restored == state, words)
    }
    #expect(try SQLiteEventStore.verify(directory: data).head == log.head(), words)
    log.close()
  }

  private static func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
    getenv(name).flatMap { Number(String(cString: $0)) }
  }
}
