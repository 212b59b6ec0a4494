import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A gRPC server on a Unix socket.
///
/// ```swift
/// var router = RPCRouter()
/// router.immediate("/echo.Echo/Say") { request, _ in request }
/// let server = RPCServer(configuration: .init(path: "/run/echo/sock"), router: router, logger: logger)
/// try await server.start()
/// ```
public final class RPCServer: Sendable {
  private struct Running: Sendable {
    let group: MultiThreadedEventLoopGroup
    let channel: any Channel
    let file: SocketFile?
    let loops: [ServerLoop]
  }

  private enum State {
    case idle
    case starting
    case running(Running)
    case stopped
  }

  private let environment: ServerEnvironment
  private let state = Mutex(State.idle)

  /// A server of the methods in `router`; it listens once ``start()`` has returned.
  public init(configuration: RPCServerConfiguration, router: RPCRouter, logger: Logger) {
    environment = ServerEnvironment(configuration: configuration, router: router, logger: logger)
  }

  /// The server's counters now.
  public var metrics: RPCServerMetrics {
    environment.counters.snapshot(environment.table)
  }

  /// Binds the socket and takes calls.
  /// - Throws: ``RPCServerError``.
  public func start() async throws {
    let mayStart = state.withLock { state in
      guard case .idle = state else { return false }
      state = .starting
      return true
    }
    guard mayStart else { throw RPCServerError.alreadyStarted }
    do {
      let running = try await listen()
      state.withLock { $0 = .running(running) }
    } catch {
      state.withLock { $0 = .idle }
      throw error
    }
  }

  private func listen() async throws -> Running {
    let file: SocketFile?
    let descriptor: Int32
    switch environment.configuration.endpoint {
    case .path(let path):
      let made = try SocketFile(
        path: path, mode: environment.configuration.socketMode,
        group: environment.configuration.socketGroup, backlog: 1_024)
      file = made
      descriptor = made.descriptor
    case .descriptor(let given):
      try InheritedSocket.check(given)
      file = nil
      descriptor = given
    }
    let group = MultiThreadedEventLoopGroup(
      numberOfThreads: max(1, environment.configuration.eventLoops))
    let loops = group.makeIterator().map {
      ServerLoop($0, tally: environment.counters.makeTally(environment.table))
    }
    do {
      let channel = try await bootstrap(group, loops).withBoundSocket(descriptor).get()
      return Running(group: group, channel: channel, file: file, loops: loops)
    } catch {
      try? await group.shutdownGracefully()
      file?.unlink()
      file?.releaseLock()
      throw error
    }
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ loops: [ServerLoop]
  ) -> ServerBootstrap {
    let environment = environment
    return ServerBootstrap(group: group)
      .serverChannelOption(.maxMessagesPerRead, value: 16)
      .serverChannelInitializer(AcceptPause.add)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: 32 * 1024, high: 256 * 1024)
      )
      .childChannelOption(
        .recvAllocator,
        // Small at first: most connections are idle most of the time.
        value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: 65_536)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try Self.accept(channel, environment, loops)
        }
      }
  }

  /// Decides on a new connection, and gives it its session.
  private static func accept(
    _ channel: any Channel, _ environment: ServerEnvironment, _ loops: [ServerLoop]
  ) throws {
    let counters = environment.counters
    let pipeline = channel.pipeline.syncOperations
    let peer = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      RPCPeer(socket: $0)
    }
    guard let peer = peer ?? nil,
      counters.openConnections.value < environment.configuration.maximumConnections
    else {
      counters.refusedConnections.add(1)
      environment.refusals.note(
        "connection refused: too many, or a peer without credentials", [:],
        at: NIODeadline.now().uptimeNanoseconds)
      _ = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        RefusedConnection.sendRefusal($0)
      }
      throw RPCError(.resourceExhausted, "Too many connections.")
    }
    let refusal = environment.configuration.accept(peer)
    if refusal != nil {
      counters.refusedConnections.add(1)
      environment.refusals.note(
        "peer may not call", ["uid": "\(peer.uid)", "pid": "\(peer.pid)"],
        at: NIODeadline.now().uptimeNanoseconds)
    }
    counters.acceptedConnections.add(1)
    let loop = loops.first { $0.eventLoop === channel.eventLoop }!
    try pipeline.addHandler(
      ServerConnectionHandler(
        environment: environment, peer: peer, refusal: refusal, loop: loop))
  }

  // MARK: - While it runs

  /// Asks what ``RPCServerConfiguration/authorize`` gave again about every call that runs; those that
  /// it refuses now end with its answer.
  public func reviewCalls() async {
    guard case .running(let running) = state.withLock({ $0 }) else { return }
    await onEach(running) { $0.session.reviewCalls() }
  }

  // MARK: - Stopping

  /// Stops: takes no new connections, lets running calls end, then cancels what is left.
  /// - Parameter drainLimit: how long running calls may take.
  public func shutdown(drainLimit: Duration = .seconds(5)) async {
    let running = state.withLock { state -> Running? in
      defer { state = .stopped }
      if case .running(let running) = state { return running }
      return nil
    }
    guard let running else { return }
    running.file?.unlink()
    try? await running.channel.close().get()
    await drain(running, drainLimit)
    try? await running.group.shutdownGracefully()
    running.file?.releaseLock()
  }

  private func drain(_ running: Running, _ limit: Duration) async {
    let start = ContinuousClock.now
    await onEach(running) { $0.session.beginDrain() }
    // Calls that were on their way when the notice went out arrive within this.
    try? await Task.sleep(for: min(limit, .milliseconds(50)))
    await onEach(running) { $0.session.refuseNewCalls() }
    while await openConnections(running) > 0, ContinuousClock.now - start < limit {
      try? await Task.sleep(for: .milliseconds(10))
    }
    let stopping = RPCError(.unavailable, "The server is stopping.")
    await onEach(running) { $0.session.cancelAll(stopping) }
    let cut = ContinuousClock.now
    while await openConnections(running) > 0, ContinuousClock.now - cut < .milliseconds(500) {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  private func onEach(
    _ running: Running, _ body: @escaping @Sendable (ServerConnectionHandler) -> Void
  ) async {
    for loop in running.loops {
      try? await loop.eventLoop.submit {
        loop.mailbox.turn { for connection in loop.connections.values { body(connection) } }
      }.get()
    }
  }

  private func openConnections(_ running: Running) async -> Int {
    var count = 0
    for loop in running.loops {
      count += (try? await loop.eventLoop.submit { loop.connections.count }.get()) ?? 0
    }
    return count
  }
}
