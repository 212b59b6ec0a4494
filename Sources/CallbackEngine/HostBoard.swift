import CallbackCore
import EventLog
import Synchronization

/// Which host the engine is, written by its thread and read by any.
final class HostBoard: Sendable {
  private struct State {
    var host = HostID.only
    var alive = 1
    var rank = 0
  }

  private let state = Mutex(State())

  /// This host.
  var host: HostID { state.withLock { $0.host } }
  /// How many hosts share the log.
  var alive: Int { state.withLock { $0.alive } }
  /// Whether no older host shares it.
  var isFirst: Bool { state.withLock { $0.rank == 0 } }

  func update(_ lease: Lease) {
    state.withLock { $0 = State(host: lease.host, alive: lease.alive.count, rank: lease.rank) }
  }
}

/// How far the log goes, as others tell it.
final class LogNews: Sendable {
  private let position = Atomic<UInt64>(0)

  func tell(_ position: LogPosition) { self.position.max(position, ordering: .releasing) }

  /// The furthest position that was told since the last call; 0 for no news.
  func take() -> LogPosition { position.exchange(0, ordering: .acquiring) }
}
