import CallbackCore
import CallbackEngine
import PostgresEventLog
import PostgresServer

/// Engines that share one stream, each through a proxy of its own.
struct Hosts {
  let server: PostgresServer
  let stream = Streams.next()

  init() throws { server = try PostgresServer.shared() }

  /// Starts one more.
  func start(_ name: String, lease: Span = Span(10_000)) async throws -> Host {
    let proxy = try CuttingProxy(to: server.socketDirectory)
    let store = try PostgresEventStore(
      .init(
        connection: server.connection(through: proxy.socketDirectory), stream: stream,
        hostName: name, lease: lease))
    return Host(proxy: proxy, engine: try await Engine.start(store: store))
  }

  /// Runs a statement in which STREAM stands for the number of the stream.
  func execute(_ sql: String) throws { try server.execute(filled(sql)) }

  /// The first field of what a query with STREAM returns.
  func number(_ sql: String) throws -> Int64 { try server.number(filled(sql)) }

  private func filled(_ sql: String) -> String {
    let number = "(SELECT number FROM callback_log.stream WHERE name = '\(stream)')"
    return sql.split(separator: "STREAM", omittingEmptySubsequences: false)
      .joined(separator: number)
  }
}

/// One engine and its way to the server.
struct Host {
  let proxy: CuttingProxy
  let engine: Engine

  @discardableResult
  func submit(_ command: Command, id: String? = nil) async throws -> Answer {
    let actor = Actor(userID: 1_000)
    return try await engine.submit(
      Submission(command, actor: actor, requestKey: id.map { RequestKey(user: actor, id: $0) }))
  }

  /// The id of a callback that is requested here.
  func request(_ index: Int, id: String? = nil) async throws -> CallbackID? {
    let number = PhoneNumber(e164: "+1555\(1_000_000 + index)", asGiven: "555 \(index)")
    let request = RequestCallback(
      number: .number(number, kind: .ordinary), queue: QueueID("q"))
    guard case .requested(let reply) = try await submit(.requestCallback(request), id: id).get()
    else { return nil }
    return reply.callback
  }

  /// A queue, and an agent of it who is ready.
  func open(agent: String = "anna") async throws {
    try await submit(.putQueue(PutQueue(id: QueueID("q")), ifRevision: nil))
    let settings = AgentSettings(name: agent, memberships: [Membership(queue: QueueID("q"))])
    try await submit(.putAgent(AgentID(agent), settings, ifRevision: nil))
  }

  /// The state's parts that tell whether two hosts know the same.
  func snapshot() async throws -> Snapshot {
    try await engine.read { state, _ in state.snapshot() }
  }
}
