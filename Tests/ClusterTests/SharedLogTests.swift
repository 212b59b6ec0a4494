import CallbackClient
import Glibc
import OrderCheck
import TestSupport
import Testing

/// Three daemons on one PostgreSQL log, clients at all of them, and a fault in the middle: every
/// answer is what the log says at its position, nothing acknowledged is lost, nothing is offered or
/// granted twice.
///
/// HOSTS=full plays every fault; CLUSTER_SEED sets what the clients do.
@Suite("Hosts on one log", .serialized)
struct SharedLogTests {
  private static let faults: [HostFault] =
    getenv("HOSTS").map { String(cString: $0) } == "full"
    ? HostFault.allCases : [.killed, .cutInCommit]

  private static let seed =
    getenv("CLUSTER_SEED").flatMap { UInt64(String(cString: $0)) }
    ?? UInt64.random(in: 1...UInt64(UInt32.max))

  @Test("keep every promise over a fault", arguments: faults)
  func keepPromises(over fault: HostFault) async throws {
    let words: Comment = "CLUSTER_SEED=\(Self.seed), \(fault.rawValue)"
    let cluster = try Cluster()
    for member in cluster.members.indices { _ = try await cluster.client(of: member) }
    var load = Load(seed: Self.seed)
    load.calls = 100
    var after = Load(seed: Self.seed &+ 1)
    after.calls = 40
    let recorder = try Recorder()
    do {
      let sockets = cluster.sockets
      async let played: Void = load.run(sockets: sockets, recorder: recorder)
      await recorder.reached(load.expectedOperations / 3)
      try await fault.strike(cluster)
      try await played
      // Who was away is at work again, and takes part.
      for member in cluster.members.indices where fault != .killed || member != 0 {
        try await cluster.waitForLog(of: member)
      }
      try await after.run(sockets: sockets, recorder: recorder)
    } catch {
      Issue.record("\(words): \(error); the daemons said:\n\(cluster.words)")
      return
    }
    if let sign = fault.sign { #expect(cluster.members[0].daemon.words.contains(sign), words) }
    let history = recorder.operations
    let findings = try cluster.readLog { log in
      let broken = try Promises.broken(in: log)
      #expect(broken.isEmpty, words)
      return try OrderCheck.check(history, against: log)
    }
    print("hosts, \(fault.rawValue), seed \(Self.seed): \(findings)")
    #expect(findings.faultCount == 0, words)
    #expect(findings.commands > 200, words)
    #expect(Set(history.filter { $0.outcome != nil }.map(\.daemon)).count == 3, words)
  }
}
