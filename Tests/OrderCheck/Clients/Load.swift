import CallbackClient
import CallbackMessages

/// Clients at once: callers who ask, change and cancel, and agents, each at two desktops, who take
/// what they are offered and report what came of it. Everything they do comes from a seed.
public struct Load: Sendable {
  /// What decides what the clients do.
  public var seed: UInt64
  /// Clients that ask for callbacks.
  public var callers = 6
  /// Agents; each is two clients.
  public var agents = 4
  /// Numbers that ask; few, so that requests merge and clients meet.
  public var numbers = 40
  /// Calls of each client, repetitions not counted.
  public var calls = 150

  /// A load of a seed.
  public init(seed: UInt64) { self.seed = seed }

  static let queue = "order"

  /// Operations that a run makes at least.
  public var expectedOperations: Int { (callers + 2 * agents) * calls }

  /// Configures the queue and its agents, and runs all clients to their end.
  ///
  /// - Parameters:
  ///   - sockets: of the daemons; clients begin spread over them, and move on from one that fails.
  ///   - recorder: keeps what they do.
  /// - Throws: where nobody answers any more.
  public func run(sockets: [String], recorder: Recorder) async throws {
    let daemons = sockets.map { socket in
      CallbackClient(
        socket: socket, configuration: .init(timeout: .seconds(10), retry: .never))
    }
    defer { recorder.complete() }
    let prefix = "s\(seed)"
    func client(_ number: Int) -> RecordingClient {
      RecordingClient(number: number, prefix: prefix, daemons: daemons, recorder: recorder)
    }
    let names = (0..<agents).map { "agent-\($0)" }
    do {
      try await configure(client(0), names)
      try await withThrowingTaskGroup(of: Void.self) { watching in
        for (index, name) in names.enumerated() {
          let watcher = OfferWatcher(
            agent: name, session: "\(prefix)-\(name)", client: client(1 + index),
            recorder: recorder)
          watching.addTask { try await watcher.run() }
        }
        try await work(names, client)
        watching.cancelAll()
        while (try? await watching.next()) != nil {}
      }
    } catch {
      for daemon in daemons { await daemon.close() }
      throw error
    }
    for daemon in daemons { await daemon.close() }
  }

  private func work(
    _ names: [String], _ client: (Int) -> RecordingClient
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { working in
      var number = 1 + names.count
      for _ in 0..<callers {
        var caller = CallerClient(
          client: client(number), chance: SeededChance(seed: seed &+ UInt64(number) << 32),
          numbers: numbers)
        let calls = calls
        working.addTask { for _ in 0..<calls { try await caller.act() } }
        number += 1
      }
      for name in names + names {
        var agent = AgentClient(
          agent: name, client: client(number),
          chance: SeededChance(seed: seed &+ UInt64(number) << 32))
        let calls = calls
        working.addTask { for _ in 0..<calls { try await agent.act() } }
        number += 1
      }
      try await working.waitForAll()
    }
  }

  /// Short times, so that timers change things between the calls.
  private func configure(_ client: RecordingClient, _ names: [String]) async throws {
    var client = client
    let short = GoogleProtobuf.Duration(Duration.milliseconds(50))
    let settings = V1.QueueSettings(
      dialing: .reported, cascadeTimeout: GoogleProtobuf.Duration(Duration.milliseconds(1_500)),
      missesBeforeNoAnswer: .init(value: 2), declineDelay: short, cooldownAfterCallback: short,
      retryGaps: V1.RetryGaps(busy: short, noAnswer: short))
    _ = try await client.call(
      AdminServiceMethods.putQueue,
      V1.PutQueueRequest(
        requestID: client.nextID(), queue: V1.Queue(queueID: Self.queue, settings: settings)))
    for name in names {
      let config = V1.AgentConfig(
        agentID: name, memberships: [V1.Membership(queueID: Self.queue)])
      _ = try await client.call(
        AdminServiceMethods.putAgent,
        V1.PutAgentRequest(requestID: client.nextID(), agent: config))
    }
  }
}
