import CallbackCore
import EventLog

/// Which records a log keeps that a snapshot covers. History stays in any case.
public enum LogRetention: Hashable, Sendable {
  /// All.
  case forever
  /// Those that are not older than this, by the wall clock; `.zero` keeps none.
  case span(Span)

  /// The newest record that may go at a moment, found by bisection: the wall clock may have jumped
  /// between records, and then a few of them go earlier or later.
  ///
  /// - Parameter end: the last record that a snapshot covers; nothing after it goes.
  func expired(
    in log: any EventLogReader, upTo end: LogPosition, at now: WallTime
  ) throws(EventLogError) -> LogPosition {
    guard case .span(let span) = self else { return 0 }
    if span == .zero { return end }
    let limit = now + Span(-span.milliseconds)
    var (expired, kept) = (try log.oldestPosition(), end + 1)
    while expired + 1 < kept {
      let middle = expired + (kept - expired) / 2
      let record = try log.records(after: middle - 1, limit: 1).first
      if let record, record.stamp.wall < limit { expired = middle } else { kept = middle }
    }
    return expired
  }
}
