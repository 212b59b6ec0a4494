import CallbackCore
import EventLog

/// Drops records that need not be kept, a few at a time so that nobody waits long.
struct Dropping {
  /// Records that go at once.
  static let step: LogPosition = 10_000
  /// How often a look is taken at what has expired, in milliseconds.
  private static let lookEvery: Int64 = 3_600_000

  private let retention: LogRetention
  /// The newest snapshot covers the records up to here.
  var covered: LogPosition
  /// The last record that has expired.
  private(set) var upTo: LogPosition = 0
  private var dropped: LogPosition = 0
  private var nextLook: Int64

  init(_ retention: LogRetention, covered: LogPosition, uptime: Int64) {
    self.retention = retention
    self.covered = covered
    nextLook = retention == .forever ? .max : uptime
  }

  /// Whether there is something to drop.
  var isDue: Bool { upTo > dropped }

  /// Whether it is time for a look at what has expired.
  func wantsLook(at uptime: Int64) -> Bool { uptime >= nextLook }

  /// Finds what has expired.
  ///
  /// - Returns: whether some of it is not covered by a snapshot yet.
  mutating func look(
    in log: any EventLog, upTo end: LogPosition, at now: WallTime, uptime: Int64
  ) throws(EventLogError) -> Bool {
    guard retention != .forever else { return false }
    nextLook = uptime + Self.lookEvery
    // Keeping none does not mean a snapshot after each record.
    let end = retention == .span(.zero) ? covered : end
    let expired = try retention.expired(in: log, upTo: end, at: now)
    upTo = min(expired, covered)
    dropped = max(dropped, try log.oldestPosition())
    return expired > covered
  }

  /// Drops the next few records; after a failure only the next look tries again.
  mutating func drop(in log: any EventLog) throws(EventLogError) {
    guard isDue else { return }
    let end = min(upTo, dropped + Self.step)
    dropped = end
    do throws(EventLogError) {
      try log.dropRecords(upTo: end)
    } catch {
      upTo = end
      throw error
    }
  }
}
