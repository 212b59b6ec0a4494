import CallbackServer
import Glibc
import Logging
import ServiceLifecycle
import UnixRPC

/// The socket as a service: listens when started, drains when the daemon is to stop.
struct SocketService: Service {
  private let path: String
  private let rpc: RPCServer
  private let drainLimit: Duration

  init(
    path: String, server: CallbackServer, limits: DaemonConfiguration.Transport,
    policy: AccessPolicy, logger: Logger
  ) {
    self.path = path
    drainLimit = limits.drainLimit
    var configuration = RPCServerConfiguration(path: path)
    configuration.eventLoops = limits.threads
    configuration.maximumMessageBytes = limits.maximumMessageBytes
    configuration.maximumConnections = limits.maximumConnections
    configuration.maximumStreams = limits.maximumStreams
    configuration.maximumBacklogBytes = limits.streamBacklogBytes
    configuration.accept = { policy.refusalToConnect($0) }
    configuration.authorize = CallbackServer.authorize(policy)
    rpc = RPCServer(configuration: configuration, router: server.router, logger: logger)
  }

  /// Makes the socket and listens.
  func start() async throws {
    try PrivateDirectory.make(parentOf: path)
    do {
      try await rpc.start()
    } catch let error as RPCServerError {
      throw StartError.socket(error)
    }
  }

  /// Serves until the daemon is to stop, then lets running calls finish.
  func run() async throws {
    try? await gracefulShutdown()
    await rpc.shutdown(drainLimit: drainLimit)
  }
}
