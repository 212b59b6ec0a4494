import Synchronization

/// Keeps one and the same complaint from filling the service's log: during an outage every call
/// fails, for one reason.
final class RecentComplaints: Sendable {
  /// How long a complaint stands for its repetitions.
  static let period = Duration.seconds(10)
  /// Complaints that are remembered; beyond that all are forgotten, and said again.
  private static let limit = 256

  private let said = Mutex<[String: ContinuousClock.Instant]>([:])

  /// Whether it is to be said now: it was not within the period.
  func isNew(_ words: String, at now: ContinuousClock.Instant = .now) -> Bool {
    said.withLock { said in
      if let last = said[words], last.duration(to: now) < Self.period { return false }
      if said.count >= Self.limit { said.removeAll() }
      said[words] = now
      return true
    }
  }
}
