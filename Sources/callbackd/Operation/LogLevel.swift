import Logging
import Synchronization

/// The level of everything that the daemon logs; it can change while the daemon runs.
final class LogLevel: Sendable {
  private let level: Mutex<Logger.Level>

  init(_ level: Logger.Level) { self.level = Mutex(level) }

  var current: Logger.Level { level.withLock { $0 } }

  func set(_ level: Logger.Level) { self.level.withLock { $0 = level } }
}

/// Writes to standard error what is at the common level or above.
struct CommonLevelHandler: LogHandler {
  private var base: StreamLogHandler
  private let level: LogLevel

  init(label: String, level: LogLevel) {
    base = .standardError(label: label)
    self.level = level
  }

  /// The common level; a logger's own is not taken.
  var logLevel: Logger.Level {
    get { level.current }
    set {}
  }

  var metadata: Logger.Metadata {
    get { base.metadata }
    set { base.metadata = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { base[metadataKey: key] }
    set { base[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { base.log(event: event) }
}
