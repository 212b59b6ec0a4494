import Logging
import Synchronization

/// Logs refused peers and calls, a bounded number of lines a second: whoever tries again and again
/// fills no disk.
final class RefusalLog: Sendable {
  /// Lines at a stretch: every peer of a host may be misconfigured at once.
  static let burst = 20
  /// Lines that come back each second.
  static let linesPerSecond = 1

  private struct State {
    var bucket = TokenBucket(
      capacity: RefusalLog.burst, perSecond: RefusalLog.linesPerSecond)
    var unwritten = 0
  }

  private let logger: Logger
  private let state = Mutex(State())

  init(logger: Logger) { self.logger = logger }

  /// Writes one line, or counts it for the next line that is written.
  /// - Parameter now: monotonic nanoseconds.
  func note(_ message: Logger.Message, _ metadata: Logger.Metadata, at now: UInt64) {
    let unwritten = state.withLock { state -> Int? in
      guard state.bucket.spend(1, at: now) else {
        state.unwritten += 1
        return nil
      }
      defer { state.unwritten = 0 }
      return state.unwritten
    }
    guard let unwritten else { return }
    var metadata = metadata
    if unwritten > 0 { metadata["unwritten"] = "\(unwritten)" }
    logger.notice(message, metadata: metadata)
  }
}
