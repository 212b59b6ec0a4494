import CallbackClient
import CallbackMessages
import Testing

/// Connectors and agents at several hosts, one of which is killed.
@Suite("Grants on several hosts", .serialized)
struct GrantTests {
  private static let agents = 3
  private static let callbacks = 40

  @Test("go to one connector each, also when a host is killed")
  func oneEach() async throws {
    let cluster = try Cluster()
    var clients: [CallbackClient] = []
    for member in cluster.members.indices { clients.append(try await cluster.client(of: member)) }
    try await configure(clients[2])
    let grants = Grants()
    var working: [Task<Void, Never>] = []
    for (index, client) in clients.enumerated() {
      let connector = Connector(name: "switch-\(index)", client: client, grants: grants)
      working.append(Task { await connector.run() })
      working.append(Task { await Self.desk("agent-\(index)", client) })
    }
    for number in 0..<Self.callbacks {
      let request = V1.RequestCallbackRequest(
        requestID: "r\(number)", callerNumber: "+1212555\(1_000 + number)", queueID: "sales")
      _ = try await clients[1].call(CallbackServiceMethods.requestCallback, request)
    }
    try await reach(Self.callbacks / 2, grants)
    cluster.members[0].daemon.kill()
    try await reach(grants.all.count + Self.callbacks, grants)
    for task in working { task.cancel() }
    let broken = try cluster.readLog { log in try Promises.broken(in: log) }
    #expect(broken == [])
    for (attempt, dialers) in grants.all {
      #expect(Set(dialers).count == 1, "\(attempt) was granted to \(dialers)")
    }
    #expect(Set(grants.all.values.joined()).count > 1)
  }

  /// Waits until so many attempts were granted.
  private func reach(_ count: Int, _ grants: Grants) async throws {
    for _ in 0..<1_200 {
      if grants.all.count >= count { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("only \(grants.all.count) of \(count) attempts were granted")
  }

  private func configure(_ client: CallbackClient) async throws {
    let short = GoogleProtobuf.Duration(Duration.milliseconds(50))
    let settings = V1.QueueSettings(
      dialing: .connector, cooldownAfterCallback: short,
      retryGaps: V1.RetryGaps(busy: short, noAnswer: short))
    _ = try await client.call(
      AdminServiceMethods.putQueue,
      V1.PutQueueRequest(
        requestID: "q", queue: V1.Queue(queueID: "sales", settings: settings)))
    for index in 0..<Self.agents {
      let config = V1.AgentConfig(
        agentID: "agent-\(index)", memberships: [V1.Membership(queueID: "sales")])
      _ = try await client.call(
        AdminServiceMethods.putAgent, V1.PutAgentRequest(requestID: "a\(index)", agent: config))
    }
  }

  /// A desktop that is ready whenever it may be, and accepts everything.
  private static func desk(_ agent: String, _ client: CallbackClient) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          _ = try? await client.setStatus(ofAgent: agent, to: .ready, endCooldown: true)
          try? await Task.sleep(for: .milliseconds(200))
        }
      }
      group.addTask {
        do {
          for try await message in client.watchOffers(agents: [agent], session: "desk-\(agent)") {
            guard case .offered(let offered) = message.event, let offer = offered.offer else {
              continue
            }
            _ = try? await client.acceptOffer(offer.offerID, agent: agent)
          }
        } catch {}
      }
    }
  }
}
