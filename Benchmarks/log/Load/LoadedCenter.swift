import CallbackClient
import CallbackMessages
import Synchronization

/// A call center under load, on one or more hosts: agents who accept at once, and a connector at
/// each host that dials at once.
final class LoadedCenter: Sendable {
  private static let queue = "load"
  /// Agents of one offers stream, as the contract allows.
  private static let perSession = 256
  /// Requests under way at the same time at each host.
  private static let requestsAhead = 256

  private let clients: [CallbackClient]
  private let agents: Int
  private let ended = Mutex(Count())

  private struct Count {
    var ended = 0
    var target = Int.max
    var waiter: CheckedContinuation<Void, Never>?
  }

  /// - Parameters:
  ///   - clients: one of each host.
  ///   - agents: how many, spread over the hosts.
  init(clients: [CallbackClient], agents: Int) {
    self.clients = clients
    self.agents = agents
  }

  /// Configures the center, attaches the connector and opens the desktops.
  func open() async throws {
    let settings = V1.QueueSettings(
      dialing: .connector, cooldownAfterCallback: GoogleProtobuf.Duration(seconds: 0))
    _ = try await clients[0].call(
      AdminServiceMethods.putQueue,
      V1.PutQueueRequest(queue: V1.Queue(queueID: Self.queue, settings: settings)))
    for (host, client) in clients.enumerated() {
      try await attachConnector("switch-\(host)", client)
    }
    let names = (0..<agents).map { "agent-\($0)" }
    for name in names {
      let config = V1.AgentConfig(
        agentID: name, endpoint: "sip:\(name)",
        memberships: [V1.Membership(queueID: Self.queue)])
      _ = try await clients[0].call(
        AdminServiceMethods.putAgent, V1.PutAgentRequest(agent: config))
    }
    let size = min(Self.perSession, (agents + clients.count - 1) / clients.count)
    for (desktop, start) in stride(from: 0, to: agents, by: size).enumerated() {
      let client = clients[desktop % clients.count]
      let agents = Array(names[start..<min(start + size, agents)])
      try await openDesktop(agents, client)
      for name in agents { _ = try await client.setStatus(ofAgent: name, to: .ready) }
    }
  }

  /// Asks for callbacks and returns when all of them have ended.
  func run(_ count: Int, named name: String) async throws {
    let target = ended.withLock { $0.ended + count }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<count {
        if index >= Self.requestsAhead * clients.count { try await group.next() }
        group.addTask { [client = clients[index % clients.count]] in
          // Numbers that the numbering plan knows, as those of callers are.
          let series = name == "warm" ? 3_032_000_000 : 4_042_000_000
          _ = try await client.requestCallback(
            V1.RequestCallbackRequest(
              requestID: "\(name)-\(index)", callerNumber: "+1\(series + index)",
              queueID: Self.queue))
        }
      }
      try await group.waitForAll()
    }
    await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
      let isDone = ended.withLock { count in
        if count.ended >= target { return true }
        (count.target, count.waiter) = (target, waiter)
        return false
      }
      if isDone { waiter.resume() }
    }
  }

  // MARK: - Desktops

  private func openDesktop(_ names: [String], _ client: CallbackClient) async throws {
    let session = "desktop-\(names[0])"
    let offers = try await client.stream(
      CallbackServiceMethods.watchOffers,
      V1.WatchOffersRequest(sessionID: session, agentIDs: names))
    Task {
      for try await message in offers {
        guard case .offered(let offered) = message.event, let offer = offered.offer else {
          continue
        }
        Task {
          _ = try await client.acceptOffer(
            offer.offerID, agent: offer.agentID, session: session)
        }
      }
    }
  }

  // MARK: - The connector

  private func attachConnector(_ name: String, _ client: CallbackClient) async throws {
    let call = try await client.dial()
    try await call.send(
      V1.DialRequest(message: .hello(V1.DialHello(dialerID: name, instance: "1"))))
    Task {
      for try await message in call.responses {
        switch message.message {
        case .command(let command):
          try await call.send(
            V1.DialRequest(message: .claim(V1.DialClaim(attemptID: command.attemptID))))
        case .granted(let granted):
          try await report(granted.attemptID, 1, .answered, on: call)
          try await report(granted.attemptID, 2, .ended, on: call)
        case .reportAck(let ack) where ack.sequence == 2: noteEnd()
        default: break
        }
      }
    }
  }

  private func report(
    _ attempt: String, _ sequence: UInt32, _ phase: V1.CallPhase,
    on call: DuplexCall<V1.DialRequest, V1.DialResponse>
  ) async throws {
    try await call.send(
      V1.DialRequest(
        message: .report(
          V1.CallReport(attemptID: attempt, sequence: sequence, phase: phase, leg: .caller))))
  }

  private func noteEnd() {
    let waiter = ended.withLock { count -> CheckedContinuation<Void, Never>? in
      count.ended += 1
      guard count.ended >= count.target else { return nil }
      defer { count.waiter = nil }
      return count.waiter
    }
    waiter?.resume()
  }
}
