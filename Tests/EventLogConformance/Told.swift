import EventLog
import Synchronization

/// Collects what a log tells from its own thread.
final class Told: Sendable {
  private let kept = Mutex<[LogHead]>([])

  func add(_ head: LogHead) { kept.withLock { $0.append(head) } }

  var heads: [LogHead] { kept.withLock { $0 } }
}
