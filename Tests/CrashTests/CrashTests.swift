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
  /// Each check reads a whole log: after so many rounds another one begins.
  private static let roundsOfALog = 25

  @Test func whatWasAcknowledgedSurvivesAKill() throws {
    var directory = TemporaryDirectory()
    let seed = Self.number("CRASH_SEED") ?? UInt64.random(in: 1...UInt64(UInt32.max))
    var chance = seed
    var acknowledged = Acknowledged()
    for round in 0..<(Self.number("CRASH_ROUNDS") ?? 20) {
      if round > 0, round % Self.roundsOfALog == 0 {
        #expect(!acknowledged.requests.isEmpty && !acknowledged.accepts.isEmpty)
        (directory, acknowledged) = (TemporaryDirectory(), Acknowledged())
      }
      let data = directory.file("data")
      chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let output = try KilledProcess.output(
        of: "crash-writer", [data, "run\(round)"], killedAfter: Int(chance >> 33) % 20_000)
      acknowledged.add(output)
      try check(data, acknowledged, "seed \(seed), round \(round)")
    }
    #expect(!acknowledged.requests.isEmpty)
    #expect(!acknowledged.accepts.isEmpty)
  }

  /// What the process said before it was killed.
  private struct Acknowledged {
    var requests: [String: CallbackID] = [:]
    var accepts: [OfferID: AttemptID] = [:]

    mutating func add(_ output: [UInt8]) {
      for line in output.split(separator: UInt8(ascii: "\n")) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 3 else { continue }
        if words[0] == "accept" {
          guard let offer = OfferID(text: words[1]) else { continue }
          accepts[offer] = AttemptID(text: words[2])
        } else {
          requests[words[0]] = CallbackID(text: words[1])
        }
      }
    }
  }

  private func check(_ data: String, _ acknowledged: Acknowledged, _ words: Comment) throws {
    let store = try SQLiteEventStore(directory: data)
    defer { store.close() }
    let log = try store.openLog()
    var replay = OrderedReplay()
    for record in try log.records(after: 0, limit: .max) { replay.follow(record) }
    #expect(replay.faults.isEmpty, words)
    for (request, callback) in acknowledged.requests {
      #expect(replay.requests[request] == callback, words)
    }
    for (offer, attempt) in acknowledged.accepts {
      #expect(replay.accepted[offer] == attempt, words)
    }
    #expect(replay.state.violations().isEmpty, words)
    if let snapshot = try log.latestSnapshot() {
      var restored = CallCenter(restoring: snapshot.state)
      for record in try log.records(after: snapshot.head.position, limit: .max) {
        restored.apply(record)
      }
      #expect(restored == replay.state, words)
    }
    #expect(try SQLiteEventStore.verify(directory: data).head == log.head(), words)
    log.close()
  }

  private static func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
    getenv(name).flatMap { Number(String(cString: $0)) }
  }
}
