import CallbackClient
import CallbackCore
import CallbackMessages
import EventLog
import Glibc
import OrderCheck
import RunningDaemon
import SQLiteEventLog
import TestSupport
import Testing

/// Clients at once against a real daemon that is killed again and again: every answer is what the
/// log says at its position, no call goes back behind one before it, and nothing is lost.
///
/// ORDER_ROUNDS sets the number of rounds, ORDER_SEED what happens in them.
@Suite("The order of answers", .serialized)
struct KilledDaemonTests {
  /// Kills in each round.
  private static let kills = 4

  @Test("holds over kill -9, with clients at once")
  func overKills() async throws {
    let first = Self.number("ORDER_SEED") ?? UInt64.random(in: 1...UInt64(UInt32.max))
    for seed in first..<first + (Self.number("ORDER_ROUNDS") ?? 1) {
      let words: Comment = "ORDER_SEED=\(seed)"
      let directory = TemporaryDirectory()
      let daemon = DaemonProcess(in: directory.path)
      let recorder = try Recorder(file: directory.file("history"))
      do {
        try await play(Load(seed: seed), daemon, recorder)
      } catch {
        Issue.record("\(words): \(error); the daemon said:\n\(daemon.words)")
        continue
      }
      let history = try Recorder.read(directory.file("history"))
      #expect(history == recorder.operations, words)
      let findings = try check(history, daemon)
      print("order, seed \(seed): \(findings)")
      #expect(findings.faultCount == 0, words)
      // A check that compared nothing would find nothing.
      #expect(findings.commands > 200 && findings.refusals > 10, words)
      #expect(findings.compared > 2 * findings.commands, words)
      #expect(findings.unknown > 0, words)
    }
  }

  /// Plays a load while the daemon is killed at moments that the seed decides.
  private func play(
    _ load: Load, _ daemon: DaemonProcess, _ recorder: Recorder
  ) async throws {
    var chance = SeededChance(seed: load.seed)
    try daemon.start()
    let socket = daemon.socket
    async let played: Void = load.run(sockets: [socket], recorder: recorder)
    var operations = 0
    for _ in 0..<Self.kills {
      operations += 100 + chance.below(load.expectedOperations / (Self.kills + 1) - 100)
      await recorder.reached(operations)
      daemon.kill()
      try daemon.start()
    }
    try await played
    daemon.stop()
  }

  private func check(
    _ history: [Operation], _ daemon: DaemonProcess
  ) throws -> Findings {
    let store = try SQLiteEventStore(directory: daemon.data)
    defer { store.close() }
    return try OrderCheck.check(history, against: store.openReader())
  }

  private static func number<Number: FixedWidthInteger>(_ name: String) -> Number? {
    getenv(name).flatMap { Number(String(cString: $0)) }
  }
}
