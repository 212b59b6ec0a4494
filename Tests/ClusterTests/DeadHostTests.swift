import CallbackClient
import CallbackCore
import CallbackMessages
import EventLog
import Glibc
import Testing

/// What becomes of the agents of a host that is gone.
@Suite("A host that dies", .serialized)
struct DeadHostTests {
  @Test("loses the offers of its agents within its lease and two seconds, to those of others")
  func offersAreWithdrawn() async throws {
    let cluster = try Cluster(2)
    let (dying, other) = (try await cluster.client(of: 0), try await cluster.client(of: 1))
    try await configure(other)
    let watching = [watch("anna", dying), watch("ben", other)]
    defer { for task in watching { task.cancel() } }
    try await makeReady("anna", through: dying)
    let requested = try await other.call(
      CallbackServiceMethods.requestCallback,
      V1.RequestCallbackRequest(
        requestID: "r1", callerNumber: "+12125550123", queueID: "sales"))
    try await wait("anna has the offer", other) { try await Self.offer(of: "anna", $0) != "" }
    try await makeReady("ben", through: other)
    let killedAt = Self.milliseconds()
    cluster.members[0].daemon.kill()
    try await wait("ben has the offer", other) { try await Self.offer(of: "ben", $0) != "" }
    let offered = try await other.callback(requested.callbackID).state
    #expect(offered == .offered)
    for task in watching { task.cancel() }
    let withdrawn = try cluster.readLog { log in
      #expect(try Promises.broken(in: log) == [])
      return try log.records(after: 0, limit: 1_000).first { record in
        if case .offerClosed(let offer, _) = record.event {
          offer.agent == AgentID("anna")
        } else {
          false
        }
      }
    }
    let after = try #require(withdrawn).stamp.wall.milliseconds - killedAt
    #expect(after <= 12_000, "withdrawn after \(after) ms")
  }

  // MARK: - Parts

  private func configure(_ client: CallbackClient) async throws {
    let settings = V1.QueueSettings(
      dialing: .reported, cascadeTimeout: GoogleProtobuf.Duration(Duration.seconds(60)))
    _ = try await client.call(
      AdminServiceMethods.putQueue,
      V1.PutQueueRequest(
        requestID: "q1", queue: V1.Queue(queueID: "sales", settings: settings)))
    for agent in ["anna", "ben"] {
      let config = V1.AgentConfig(agentID: agent, memberships: [V1.Membership(queueID: "sales")])
      _ = try await client.call(
        AdminServiceMethods.putAgent, V1.PutAgentRequest(requestID: agent, agent: config))
    }
  }

  /// A desktop of an agent, as long as the task runs.
  private func watch(_ agent: String, _ client: CallbackClient) -> Task<Void, Never> {
    Task {
      do {
        for try await _ in client.watchOffers(agents: [agent], session: "desk-\(agent)") {}
      } catch {}
    }
  }

  private func makeReady(_ agent: String, through client: CallbackClient) async throws {
    try await wait("\(agent) is ready", client) {
      try await $0.setStatus(ofAgent: agent, to: .ready)
      return try await $0.agent(agent).agent?.sessions ?? 0 > 0
    }
  }

  private static func offer(of agent: String, _ client: CallbackClient) async throws -> String {
    try await client.agent(agent).agent?.offerID ?? ""
  }

  private func wait(
    _ words: String, _ client: CallbackClient, _ isSo: (CallbackClient) async throws -> Bool
  ) async throws {
    for _ in 0..<600 {
      if (try? await isSo(client)) == true { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never: \(words)")
  }

  /// Of the wall clock.
  private static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
