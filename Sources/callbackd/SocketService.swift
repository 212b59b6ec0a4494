import CallbackServer
import Glibc
import Logging
import RPCServices
import ServiceLifecycle
import UnixRPC

/// The socket as a service: listens when started, drains when the daemon is to stop.
struct SocketService: Service {
  private let path: String
  private let settings: DaemonConfiguration
  private let rpc: RPCServer
  private let health: HealthService
  private let logger: Logger

  init(
    path: String, server: CallbackServer, settings: DaemonConfiguration, access: AccessControl,
    logger: Logger
  ) {
    self.path = path
    self.settings = settings
    self.logger = logger
    health = server.health
    let limits = settings.transport
    var configuration = RPCServerConfiguration(path: path)
    configuration.socketMode = settings.socketMode.bits
    configuration.socketGroup = settings.socketGroup?.id
    configuration.eventLoops = limits.threads
    configuration.maximumMessageBytes = limits.maximumMessageBytes
    configuration.maximumConnections = limits.maximumConnections
    configuration.maximumStreams = limits.maximumStreams
    configuration.maximumBacklogBytes = limits.streamBacklogBytes
    // The policy may change while a connection is open, so each call is decided for itself.
    configuration.accept = { _ in nil }
    configuration.authorize = access.refusal(_:toCall:)
    rpc = RPCServer(configuration: configuration, router: server.router, logger: logger)
  }

  /// Makes the socket and listens.
  func start() async throws {
    try PrivateDirectory.make(
      parentOf: path, mode: settings.socketDirectoryMode.bits, group: settings.socketGroup?.id)
    do {
      try await rpc.start()
    } catch let error as RPCServerError {
      throw StartError.socket(error)
    }
    warnIfUnreachable()
  }

  /// A policy that lets others in is of no use where the files keep them out.
  private func warnIfUnreachable() {
    guard settings.access.admitsOthers else { return }
    var directory = stat()
    let parent = PrivateDirectory.parent(of: path) ?? "/"
    let isOpen = stat(parent, &directory) == 0 && directory.st_mode & 0o011 != 0
    if settings.socketMode.bits & 0o066 == 0 {
      logger.warning(
        "access lets other users call, but only the daemon's own can connect: set socket_mode, such as 0660, and socket_group"
      )
    } else if !isOpen {
      logger.warning(
        "access lets other users call, but they cannot enter the socket's directory",
        metadata: ["directory": "\(parent)"])
    }
  }

  /// Serves until the daemon is to stop, then lets running calls finish.
  func run() async throws {
    try? await gracefulShutdown()
    health.stop()
    await rpc.shutdown(drainLimit: settings.transport.drainLimit)
  }
}
