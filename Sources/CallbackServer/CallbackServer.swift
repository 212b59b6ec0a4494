import CallbackCore
public import CallbackEngine
public import CallbackMessages
import CallbackWire
public import CallerDirectory
public import Logging
public import RPCServices
public import UnixRPC

/// The services of the daemon on a running engine: what turns calls into commands and reads.
public struct CallbackServer: Sendable {
  /// Every method of the contract with its handler, and what every server answers beside them.
  public let router: RPCRouter
  /// Tells clients whether the services can be used; says that they cannot until it is told.
  public let health: HealthService
  private let context: ServiceContext

  /// Puts the services together.
  ///
  /// - Parameters:
  ///   - engine: runs the rules; its observers are added here.
  ///   - resolver: looks callers up.
  ///   - directory: the embedded directory, for imports.
  ///   - access: who may call what; the transport asks it about every call.
  ///   - defaultRegion: where a national number is read when nothing else says it.
  ///   - backups: makes copies of the data; nil where they are not in files of the daemon's.
  ///   - maximumMessageBytes: the transport's limit on a message.
  public init(
    engine: Engine, resolver: CallerResolver, directory: EmbeddedDirectory,
    access: AccessControl, defaultRegion: PhoneRegion, facts: ServerFacts,
    backups: (any BackupSource)? = nil, maximumMessageBytes: Int, logger: Logger
  ) {
    let figures = ServiceFigures(engine: engine, resolver: resolver, facts: facts)
    let mirror = ConfigurationMirror()
    let offers = OfferHub()
    let dialers = DialHub()
    engine.observe(mirror)
    engine.observe(offers)
    engine.observe(dialers)
    engine.observe(figures.tally)
    let context = ServiceContext(
      engine: engine, resolver: resolver, directory: directory,
      numbers: NumberReader(defaultRegion: defaultRegion, mirror: mirror), offers: offers,
      dialers: dialers, backups: backups, streams: StreamCounter(host: { engine.host }),
      facts: facts, figures: figures,
      reload: ReloadSource(), logger: logger)
    var methods = MethodRegistrar(
      engine: engine, access: access, maximumMessageBytes: maximumMessageBytes, logger: logger)
    self.context = context
    CallbackService(context: context).register(on: &methods)
    DialerService(context: context).register(on: &methods)
    AdminService(context: context).register(on: &methods)
    methods.checkComplete(Self.methods)
    let names = Self.serviceNames
    health = HealthService(services: names)
    var router = methods.router
    health.register(on: &router)
    ReflectionService(files: ReflectedFile.all, services: names + [HealthService.name])
      .register(on: &router)
    OperationPages(health: health, metrics: MetricsPage(figures: figures))
      .register(on: &router)
    self.router = router
  }

  /// Says where the socket's figures come from.
  public func observe(transport: @escaping @Sendable () -> RPCServerMetrics) {
    context.figures.observe(transport: transport)
  }

  /// Says what reads the configuration again; until then there is none to read.
  public func setReload(_ reload: @escaping Reload) { context.reload.set(reload) }

  /// Reads the configuration again and puts it in force, as ReloadConfiguration does.
  public func reload() async throws(ReloadRefused) -> ReloadOutcome {
    try await context.reload.run()
  }

  /// What `GET /metrics` says.
  public func metricsPage() async -> RPCPage {
    await MetricsPage(figures: context.figures).page()
  }

  /// Whether the engine answers within a limit, and whether its log takes appends.
  public func pulse(within limit: Duration) async -> EnginePulse {
    let answers = await firstWithin(limit) { (answer: @escaping @Sendable (Bool) -> Void) in
      context.engine.read(mayBeStale: true) { result in
        if case .success = result { answer(true) } else { answer(false) }
      }
    }
    let statistics = context.engine.statistics
    return EnginePulse(
      answers: answers ?? false, logIsAvailable: statistics.isAvailable,
      isErasing: statistics.isErasing)
  }

  /// The services of the contract, by their full names.
  static var serviceNames: [String] { Set(methods.map(\.service)).sorted() }

  /// Adds a note about every finished callback to the caller's record, until the task is cancelled
  /// or the engine stops.
  ///
  /// - Parameter ledger: keeps how far this came, over restarts.
  public func noteFinishedCallbacks(_ ledger: ChangeLedger) async {
    await FinishedNotes(context: context, ledger: ledger).run()
  }

  /// Finishes what was decided to be forgotten when a daemon before this one was killed: before
  /// anybody is served.
  ///
  /// - Parameter begins: is called when there is something to do, which with a large log takes
  ///   minutes.
  public func finishForgettings(begins: () -> Void = {}) async {
    await UnfinishedForgettings(context: context).finish(begins: begins)
  }

  /// Tries again and again what could not be finished, until the task is cancelled; of several
  /// hosts on one log the oldest also does what another has left.
  ///
  /// - Parameter interval: from one look to the next, while what is tried does not fail.
  public func retryForgettings(every interval: Duration = .seconds(60)) async {
    await UnfinishedForgettings(context: context).run(every: interval)
  }

  /// The methods of the contract that the daemon serves.
  public static var methods: [any AnyRPCMethod] {
    CallbackServiceMethods.all + DialerServiceMethods.all + AdminServiceMethods.all
  }

  /// The pages that the daemon serves beside them.
  public static let pages = ["/metrics", "/healthz"]
}

/// How the engine is at a moment.
public struct EnginePulse: Hashable, Sendable {
  /// It answered in time.
  public var answers: Bool
  /// Its log takes appends.
  public var logIsAvailable: Bool
  /// It does not answer because it erases a number, which takes as long as the log is large.
  public var isErasing: Bool

  /// Whether it can be expected to go on.
  public var isAlive: Bool { answers || isErasing }

  /// Puts a pulse together.
  public init(answers: Bool, logIsAvailable: Bool, isErasing: Bool = false) {
    self.answers = answers
    self.logIsAvailable = logIsAvailable
    self.isErasing = isErasing
  }
}
