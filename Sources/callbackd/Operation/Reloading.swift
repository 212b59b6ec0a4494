import CallbackServer
import Logging
import Synchronization
import UnixRPC

/// Reads the configuration again, on SIGHUP and for ReloadConfiguration, and puts in force what can
/// change while the daemon runs: who may call, what is logged, how long a stop may take.
final class Reloading: Sendable {
  /// The keys that take no restart.
  static let live: Set = [AccessConfiguration.key, "log_level", "transport.drain_limit"]

  private let read: @Sendable () throws(StartError) -> DaemonConfiguration
  private let ownUser: UInt32
  private let access: AccessControl
  private let level: LogLevel
  private let logger: Logger
  private let inForce: Mutex<DaemonConfiguration>

  /// - Parameter read: reads the file with what the command line puts before it.
  init(
    _ configuration: DaemonConfiguration, ownUser: UInt32, access: AccessControl,
    level: LogLevel, logger: Logger,
    read: @escaping @Sendable () throws(StartError) -> DaemonConfiguration
  ) {
    self.read = read
    self.ownUser = ownUser
    self.access = access
    self.level = level
    self.logger = logger
    inForce = Mutex(configuration)
  }

  /// The configuration in force.
  var configuration: DaemonConfiguration { inForce.withLock { $0 } }

  /// Reads it again. systemd is told; a file that is not acceptable changes nothing.
  func reload() throws(ReloadRefused) -> ReloadOutcome {
    Systemd.notify(.reloading)
    defer { Systemd.notify(.ready) }
    let wanted: DaemonConfiguration
    do throws(StartError) {
      wanted = try read()
    } catch {
      logger.error("the configuration was not read again", metadata: ["error": "\(error)"])
      guard case .configuration(let refused) = error else {
        throw ReloadRefused(problem: "The configuration file cannot be used.")
      }
      throw ReloadRefused(key: refused.key, line: refused.line, problem: refused.problem)
    }
    let outcome = inForce.withLock { inForce in
      let changed = inForce.changedKeys(to: wanted)
      inForce.access = wanted.access
      inForce.logLevel = wanted.logLevel
      inForce.transport.drainLimit = wanted.transport.drainLimit
      return ReloadOutcome(
        applied: changed.filter(Self.live.contains),
        needsRestart: changed.filter { !Self.live.contains($0) })
    }
    access.replace(wanted.access.policy(ownUser: ownUser))
    level.set(wanted.logLevel)
    logger.notice(
      "configuration read again",
      metadata: [
        "applied": "\(outcome.applied.joined(separator: ","))",
        "needs_restart": "\(outcome.needsRestart.joined(separator: ","))",
      ])
    return outcome
  }
}

extension DaemonConfiguration {
  /// The keys whose values another configuration has otherwise, in their order.
  func changedKeys(to other: DaemonConfiguration) -> [String] {
    var keys = ConfigurationKey.all.filter { $0.get(self) != $0.get(other) }.map(\.name)
    if access != other.access { keys.append(AccessConfiguration.key) }
    if directory.adapters != other.directory.adapters { keys.append(ConfigurationKey.adapters) }
    return keys
  }
}
