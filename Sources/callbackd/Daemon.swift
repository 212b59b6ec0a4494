import CallbackCore
import CallbackEngine
import CallbackServer
import CallerDirectory
import EventLog
import Glibc
import Logging
import PostgresEventLog
import SQLiteEventLog
import ServiceLifecycle
import UnixRPC
import UnixSignals
import WorldZones

/// Puts the daemon together, runs it until it is told to stop, and takes it apart in order: no new
/// calls, running calls finish, the engine finishes its batch, the log is closed.
struct Daemon {
  private let configuration: DaemonConfiguration
  private let acceptsDataLoss: Bool
  private let level: LogLevel
  private let logger: Logger
  private let readAgain: @Sendable () throws(StartError) -> DaemonConfiguration

  /// - Parameter readAgain: reads the configuration as it is then.
  init(
    _ configuration: DaemonConfiguration, acceptsDataLoss: Bool = false,
    readAgain: @escaping @Sendable () throws(StartError) -> DaemonConfiguration
  ) {
    self.configuration = configuration
    self.acceptsDataLoss = acceptsDataLoss
    self.readAgain = readAgain
    let level = LogLevel(configuration.logLevel)
    self.level = level
    LoggingSystem.bootstrap { label in CommonLevelHandler(label: label, level: level) }
    logger = Logger(label: "callbackd")
  }

  /// Runs until SIGTERM or SIGINT. A second one ends it at once: nothing that was acknowledged is
  /// lost, and who called is cut off.
  func run() async throws {
    let (data, socket) = (configuration.data ?? "", configuration.socket ?? "")
    let (engine, backups) = try await startEngine(in: data)
    let service: SocketService
    let server: CallbackServer
    let metrics: RPCPageListener?
    let (hangUps, terminations): (UnixSignalsSequence, UnixSignalsSequence)
    var notes: Task<Void, Never>?
    let forgettings: Task<Void, Never>
    do {
      let directory = try openDirectory(in: data)
      let ledger = try openLedger(in: data)
      let access = AccessControl(configuration.access.policy(ownUser: geteuid()))
      server = try self.server(engine, directory, ledger, backups, access)
      let reloading = Reloading(
        configuration, ownUser: geteuid(), access: access, level: level, logger: logger,
        read: readAgain)
      service = SocketService(
        path: socket, inherited: try inheritedSocket(), server: server, settings: configuration,
        access: access, drainLimit: { reloading.configuration.transport.drainLimit },
        logger: logger)
      server.setReload { [service] () async throws(ReloadRefused) in
        let outcome = try reloading.reload()
        await service.reviewCalls()
        return outcome
      }
      // A signal ends this at once: the next start goes on with it.
      var patience: Task<Void, Never>?
      await server.finishForgettings(begins: { patience = patience ?? Self.askForPatience() })
      patience?.cancel()
      // Whoever hears that it is there may send a signal at once: until somebody looks it is kept.
      hangUps = await UnixSignalsSequence(trapping: .sighup)
      terminations = await UnixSignalsSequence(trapping: .sigterm, .sigint)
      metrics = try await listenForMetrics(server)
      server.health.set(serving: true)
      try await service.start()
      if configuration.directory.notes {
        notes = Task { await server.noteFinishedCallbacks(ledger) }
      }
      forgettings = Task { await server.retryForgettings() }
    } catch {
      await engine.stop()
      throw error
    }
    let position = try await engine.read { _, point in point.position }
    logger.notice(
      "listening",
      metadata: [
        "socket": "\(service.path)", "data": "\(data)", "version": "\(Version.text)",
        "log": "\(configuration.log.place(in: data))", "log_position": "\(position)",
      ])
    Systemd.notify(.ready)
    let reloads = ReloadService(signals: hangUps) { _ = try? await server.reload() }
    let services = ServiceGroup(
      services: [PulseService(server: server), reloads, service], logger: logger)
    let stops = Task {
      var isStopping = false
      for await signal in terminations {
        if isStopping { Self.end(by: signal, logger) }
        isStopping = true
        await services.triggerGracefulShutdown()
      }
    }
    defer { stops.cancel() }
    try await services.run()
    await metrics?.stop()
    forgettings.cancel()
    await forgettings.value
    notes?.cancel()
    await notes?.value
    await engine.stop()
    logger.notice("stopped")
  }

  /// Ends the process by a signal, as if it had not been trapped.
  private static func end(by trapped: UnixSignal, _ logger: Logger) -> Never {
    logger.warning("told a second time to stop: ending at once", metadata: ["signal": "\(trapped)"])
    let number = trapped == .sigint ? SIGINT : SIGTERM
    signal(number, SIG_DFL)
    // Whoever traps a signal has it blocked in every thread.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
    _exit(128 + number)
  }

  /// The one socket that systemd listens on for the daemon; nil where it does not.
  private func inheritedSocket() throws(StartError) -> Int32? {
    let sockets = Systemd.listeningDescriptors()
    guard sockets.count <= 1 else {
      throw .socket(.unfitSocket("systemd gave \(sockets.count) sockets; callbackd serves one"))
    }
    return sockets.first
  }

  private func listenForMetrics(
    _ server: CallbackServer
  ) async throws(StartError) -> RPCPageListener? {
    guard let address = configuration.metricsListen else { return nil }
    do {
      return try await RPCPageListener.start(
        host: address.host, port: address.port,
        pages: ["/metrics": { await server.metricsPage() }], logger: logger)
    } catch {
      throw .metrics(address.text, reason: "\(error)")
    }
  }

  /// The engine on its log, and what makes copies of the log where it is in files of the daemon's.
  private func startEngine(in data: String) async throws -> (Engine, DataBackup?) {
    // The store makes its own directory, for its user alone.
    try PrivateDirectory.make(parentOf: data)
    let postgres: PostgresEventStore.Options? =
      switch configuration.log.kind {
      case .sqlite: nil
      case .postgres: try configuration.postgresLog(acceptsDataLoss: acceptsDataLoss)
      }
    do throws(EventLogError) {
      if let postgres {
        return (try await engine(on: PostgresEventStore(postgres)), nil)
      }
      let store = try SQLiteEventStore(
        directory: data, options: .init(acceptsDataLoss: acceptsDataLoss))
      return (try await engine(on: store), DataBackup(store: store, data: data))
    } catch {
      throw StartError.log(error, place: configuration.log.place(in: data), data: data)
    }
  }

  /// Says to the manager that the start takes long, for as long as it goes on: a number is still to
  /// be erased, for which the log is written anew.
  private static func askForPatience() -> Task<Void, Never> {
    Task {
      repeat {
        Systemd.notify(.starting(within: .seconds(60)))
      } while (try? await Task.sleep(for: .seconds(20))) != nil
    }
  }

  private func engine(on store: any EventStore) async throws(EventLogError) -> Engine {
    try await Engine.start(store: store, configuration: configuration.log.engine, logger: logger)
  }

  private func openDirectory(in data: String) throws(StartError) -> EmbeddedDirectory {
    let file = data + "/directory.db"
    do throws(DirectoryError) {
      return try EmbeddedDirectory(path: file)
    } catch {
      throw .directory(error, file: file)
    }
  }

  private func openLedger(in data: String) throws(StartError) -> ChangeLedger {
    let file = data + "/directory-changes.db"
    do throws(DirectoryError) {
      return try ChangeLedger(path: file)
    } catch {
      throw .directory(error, file: file)
    }
  }

  private func server(
    _ engine: Engine, _ directory: EmbeddedDirectory, _ ledger: ChangeLedger,
    _ backups: DataBackup?, _ access: AccessControl
  ) throws(StartError) -> CallbackServer {
    let region: PhoneRegion
    do {
      region = try PhoneRegion(configuration.defaultRegion)
    } catch {
      throw .configuration(
        ConfigurationError(
          file: "configuration", line: nil, key: "default_region",
          problem: "\(configuration.defaultRegion) is no region with a numbering plan"))
    }
    return CallbackServer(
      engine: engine, resolver: try resolver(directory, ledger, region), directory: directory,
      access: access, defaultRegion: region,
      facts: ServerFacts(
        version: Version.text, startedAt: engine.now().wall, processID: UInt32(getpid())),
      backups: backups,
      maximumMessageBytes: configuration.transport.maximumMessageBytes, logger: logger)
  }

  private func resolver(
    _ embedded: EmbeddedDirectory, _ ledger: ChangeLedger, _ region: PhoneRegion
  ) throws(StartError) -> CallerResolver {
    var settings = ResolverSettings()
    settings.budget = configuration.directory.lookupBudget
    settings.hitAge = configuration.directory.cacheHits
    settings.missAge = configuration.directory.cacheMisses
    settings.staleAge = configuration.directory.staleAnswers
    settings.lookupTimeout = configuration.directory.lookupTimeout
    settings.runningLookups = configuration.directory.concurrentLookups
    settings.cachedNumbers = configuration.directory.cachedNumbers
    settings.failuresToOpen = configuration.directory.breakerFailures
    settings.openTime = configuration.directory.breakerPause
    var directories: [any CallerDirectory] = []
    for adapter in configuration.directory.adapters {
      directories.append(
        try adapter.open(
          embedded: embedded, fallback: region,
          environment: { name in getenv(name).map { String(cString: $0) } }))
    }
    return CallerResolver(
      directories: directories, combination: configuration.directory.combine,
      settings: settings, ledger: ledger, logger: logger)
  }
}

extension DaemonConfiguration.Log {
  /// The same as the engine takes it.
  fileprivate var engine: EngineConfiguration {
    var engine = EngineConfiguration()
    engine.zones = SystemZones()
    engine.snapshotEvery = snapshotEvery
    engine.retention =
      retention.map { kept in
        let (seconds, attoseconds) = kept.components
        return .span(Span(seconds * 1_000 + attoseconds / 1_000_000_000_000_000))
      } ?? .forever
    return engine
  }
}
