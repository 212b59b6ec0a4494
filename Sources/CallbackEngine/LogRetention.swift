import CallbackCore
import EventLog

/// Which records a log keeps that a snapshot covers. History stays in any case.
public enum LogRetention: Hashable, Sendable {
  /// All.
  case forever
  /// Those that are not older than this, by the wall clock; `.zero` keeps none.
  case span(Span)

  /// The newest record that may go at a moment.
  ///
  /// - Parameter end: the last record that may go at all.
  func expired(
    in log: any EventLogReader, upTo end: LogPosition, at now: WallTime
  ) throws(EventLogError) -> LogPosition {
    guard case .span(let span) = self else { return 0 }
    return span == .zero
      ? end : try log.position(before: now + Span(-span.milliseconds), upTo: end)
  }
}
