import CallbackServer
import Glibc
import Logging
import ServiceLifecycle
import UnixRPC

/// The socket as a service: listens when started, drains when the daemon is to stop.
struct SocketService: Service {
  /// The socket's file.
  let path: String
  private let settings: DaemonConfiguration
  private let rpc: RPCServer
  private let server: CallbackServer
  private let drainLimit: @Sendable () -> Duration
  /// Whether systemd listens, and made the file.
  private let isInherited: Bool
  private let logger: Logger

  init(
    path: String, inherited: Int32?, server: CallbackServer, settings: DaemonConfiguration,
    access: AccessControl, drainLimit: @escaping @Sendable () -> Duration, logger: Logger
  ) {
    self.settings = settings
    self.logger = logger
    self.server = server
    self.drainLimit = drainLimit
    isInherited = inherited != nil
    let limits = settings.transport
    var configuration =
      inherited.map { RPCServerConfiguration(listening: $0) } ?? RPCServerConfiguration(path: path)
    self.path = configuration.endpoint.socketPath ?? path
    configuration.socketMode = settings.socketMode.bits
    configuration.socketGroup = settings.socketGroup?.id
    configuration.eventLoops = limits.threads
    configuration.maximumMessageBytes = limits.maximumMessageBytes
    configuration.maximumConnections = limits.maximumConnections
    configuration.maximumStreams = limits.maximumStreams
    configuration.maximumBacklogBytes = limits.streamBacklogBytes
    // The policy may change while a connection is open, so each call is decided for itself.
    configuration.accept = { _ in nil }
    configuration.authorize = access.check(of:)
    rpc = RPCServer(configuration: configuration, router: server.router, logger: logger)
    server.observe { [rpc] in rpc.metrics }
  }

  /// Ends the calls that the policy in force no longer allows.
  func reviewCalls() async { await rpc.reviewCalls() }

  /// Makes the socket and listens.
  func start() async throws {
    if !isInherited {
      try PrivateDirectory.make(
        parentOf: path, mode: settings.socketDirectoryMode.bits, group: settings.socketGroup?.id)
    }
    do {
      try await rpc.start()
    } catch let error as RPCServerError {
      throw StartError.socket(error)
    }
    if !isInherited { warnIfUnreachable() }
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
    Systemd.notify(.stopping)
    server.health.stop()
    await rpc.shutdown(drainLimit: drainLimit())
  }
}
