import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackServer
import CallbackWire
import CallerDirectory
import EventLog
import Glibc
import Logging
import NIOCore
import ProtobufC
import TestSupport
import Testing
import UnixRPC

/// The whole service on a log in memory, called over a real socket.
final class TestService: Sendable {
  let engine: Engine
  let clock: ManualEngineClock
  let client: RPCClient
  let server: CallbackServer
  private let folder: TemporaryDirectory
  private let rpc: RPCServer

  private init(
    _ folder: TemporaryDirectory, _ engine: Engine, _ clock: ManualEngineClock,
    _ server: CallbackServer, _ rpc: RPCServer
  ) {
    (self.folder, self.engine, self.clock, self.rpc) = (folder, engine, clock, rpc)
    self.server = server
    client = RPCClient(path: folder.file("s"))
  }

  /// Runs `body` against a service of its own.
  static func run(
    store: MemoryEventStore = MemoryEventStore(), folder: TemporaryDirectory = .init(),
    backlogBytes: Int = 256 * 1024, _ body: (TestService) async throws -> Void
  ) async throws {
    let service = try await start(store, folder, backlogBytes)
    do {
      try await body(service)
    } catch {
      await service.stop()
      throw error
    }
    await service.stop()
  }

  private static func start(
    _ store: MemoryEventStore, _ folder: TemporaryDirectory, _ backlogBytes: Int
  ) async throws -> TestService {
    let clock = ManualEngineClock()
    var settings = EngineConfiguration()
    settings.clock = clock
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let engine = try await Engine.start(store: store, configuration: settings, logger: logger)
    let directory = try EmbeddedDirectory(path: folder.file("directory.db"))
    let access = AccessControl(.ownUserAndRoot(geteuid()))
    let server = CallbackServer(
      engine: engine, resolver: CallerResolver(directory: directory), directory: directory,
      access: access,
      defaultRegion: try PhoneRegion("US"),
      facts: ServerFacts(version: "test", startedAt: WallTime(0), processID: 1),
      maximumMessageBytes: 65_536, logger: logger)
    var transport = RPCServerConfiguration(path: folder.file("s"))
    transport.eventLoops = 1
    transport.maximumBacklogBytes = backlogBytes
    transport.authorize = access.check(of:)
    let rpc = RPCServer(configuration: transport, router: server.router, logger: logger)
    try await rpc.start()
    return TestService(folder, engine, clock, server, rpc)
  }

  private func stop() async {
    await client.shutdown(cancellingCalls: true)
    await rpc.shutdown(drainLimit: .milliseconds(100))
    await engine.stop()
  }

  // MARK: - Calls

  /// Calls a method.
  func call<Request: WireMessage, Response: WireMessage>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async throws -> Response {
    let bytes = ByteBuffer(bytes: request.serialized())
    return try Response(
      wire: Array(buffer: try await client.unary(method.path, bytes).message), limits: .reply)
  }

  /// Calls a method that must be refused.
  func refusal<Request: WireMessage, Response: WireMessage>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async -> Refusal? {
    do {
      _ = try await call(method, request)
      return nil
    } catch {
      return (error as? RPCError)?.refusal
    }
  }

  /// Opens a stream of responses.
  func stream<Request: WireMessage, Response: WireMessage>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async throws -> Reader<Response> {
    let bytes = ByteBuffer(bytes: request.serialized())
    return Reader(try await client.serverStream(method.path, bytes))
  }

  /// Opens a stream both ways.
  func duplex<Request: WireMessage, Response: WireMessage>(
    _ method: RPCMethod<Request, Response>
  ) async throws -> (writer: Writer<Request>, reader: Reader<Response>) {
    let call = try await client.bidirectional(method.path)
    return (Writer(requests: call.requests), Reader(call.responses))
  }

  /// What a test writes to a stream.
  struct Writer<Message: WireMessage> {
    let requests: RPCRequestWriter

    func write(_ message: Message) async throws {
      try await requests.write(ByteBuffer(bytes: message.serialized()))
    }
  }

  /// What a test reads from a stream, message by message.
  final class Reader<Message: WireMessage> {
    private let stream: RPCResponseStream
    private var iterator: RPCResponseStream.Iterator

    init(_ stream: RPCResponseStream) {
      self.stream = stream
      iterator = stream.makeAsyncIterator()
    }

    /// The next message; nil at a good end.
    func next() async throws -> Message? {
      guard let buffer = try await iterator.next() else { return nil }
      return try Message(wire: Array(buffer: buffer), limits: .reply)
    }

    /// The first message of which `pick` makes something.
    func first<Picked>(_ pick: (Message) -> Picked?) async throws -> Picked {
      while let message = try await next() {
        if let picked = pick(message) { return picked }
      }
      throw RPCError(.unknown, "the stream ended")
    }

    /// How the stream ends.
    func end() async -> Refusal? {
      do {
        while try await next() != nil {}
        return nil
      } catch {
        return (error as? RPCError)?.refusal
      }
    }

    func cancel() { stream.cancel() }
  }
}

extension Array where Element == UInt8 {
  init(buffer: ByteBuffer) { self = Array(buffer.readableBytesView) }
}

extension RPCError {
  /// The refusal in the status details.
  var refusal: Refusal? {
    (try? GoogleRPC.Status(wire: details)).flatMap { Refusal($0) }
  }
}

// MARK: - The call center of most tests

extension TestService {
  /// A queue with some agents.
  func configure(
    agents: [String] = ["anna"], settings: V1.QueueSettings = V1.QueueSettings()
  ) async throws {
    _ = try await call(
      AdminServiceMethods.putQueue,
      .init(queue: .init(queueID: "sales", name: "Sales", settings: settings)))
    for agent in agents {
      _ = try await call(
        AdminServiceMethods.putAgent,
        .init(agent: .init(agentID: agent, memberships: [.init(queueID: "sales")])))
    }
  }

  /// Asks for a callback.
  @discardableResult
  func request(
    _ number: String = "(212) 555-0123", id: String = ""
  ) async throws -> V1.RequestCallbackResponse {
    try await call(
      CallbackServiceMethods.requestCallback,
      .init(requestID: id, callerNumber: number, queueID: "sales"))
  }

  /// An offers stream of one agent, read up to SYNCED, with the agent Ready.
  func desk(
    _ agent: String = "anna", session: String = "desk-1"
  ) async throws -> Reader<V1.WatchOffersResponse> {
    let reader = try await stream(
      CallbackServiceMethods.watchOffers, .init(sessionID: session, agentIDs: [agent]))
    try await reader.first { if case .synced = $0.event { () } else { nil } }
    _ = try await call(
      CallbackServiceMethods.setAgentStatus, .init(agentID: agent, status: .ready))
    return reader
  }
}

extension TestService.Reader<V1.WatchOffersResponse> {
  /// The next alert.
  func offer() async throws -> V1.Offer {
    try await first { if case .offered(let offered) = $0.event { offered.offer } else { nil } }
  }
}
