import CallbackCore
import CallbackEngine
import CallbackWire
import CallerDirectory
import Logging
import UnixRPC

/// What all services work with.
struct ServiceContext: Sendable {
  /// Runs the rules.
  let engine: Engine
  /// Looks callers up.
  let resolver: CallerResolver
  /// The embedded directory, for imports.
  let directory: EmbeddedDirectory
  /// Reads numbers.
  let numbers: NumberReader
  /// Feeds the offers streams.
  let offers: OfferHub
  /// Feeds the connectors.
  let dialers: DialHub
  /// Makes copies of the data; nil where they are not in files of the daemon's.
  let backups: (any BackupSource)?
  /// Numbers the streams.
  let streams: StreamCounter
  /// What clients are told about the daemon.
  let facts: ServerFacts
  /// What is counted.
  let figures: ServiceFigures
  /// Reads the configuration again.
  let reload: ReloadSource
  /// Where to log.
  let logger: Logger
  /// Keeps links in the history, one after the other.
  let links = OneAfterAnother()
}

/// What does not change while the daemon runs.
public struct ServerFacts: Sendable {
  /// The daemon's version.
  public var version: String
  /// When it started.
  public var startedAt: WallTime
  /// Its process id.
  public var processID: UInt32
  /// How often connectors say that they are alive.
  public var heartbeatInterval: Span

  /// Describes a daemon.
  public init(
    version: String, startedAt: WallTime, processID: UInt32,
    heartbeatInterval: Span = .seconds(10)
  ) {
    self.version = version
    self.startedAt = startedAt
    self.processID = processID
    self.heartbeatInterval = heartbeatInterval
  }
}
