import CallbackCore

/// A place where a log is kept, which can be opened more than once: again after an append of
/// unknown fate, and for readers beside the one log that writes.
public protocol EventStore: Sendable {
  /// Opens the log for writing; at most one at a time.
  func openLog() throws(EventLogError) -> any EventLog
  /// Opens a reader that may be used beside the log, by another thread.
  func openReader() throws(EventLogError) -> any EventLogReader
  /// Keeps `changed`, to be called from any thread with how far the log goes when others may have
  /// appended to it. A log that has one host only never calls it.
  func watch(_ changed: @escaping @Sendable (LogPosition) -> Void)
  /// Gives the place back to others, once nothing of it is open any more. Opening the log takes it
  /// again.
  func close()
}

extension EventStore {
  /// Nobody else appends.
  public func watch(_ changed: @escaping @Sendable (LogPosition) -> Void) {}
}
