import CallbackCore

/// A place where a log is kept, which can be opened more than once: again after an append of
/// unknown fate, and for readers beside the one log that writes.
public protocol EventStore: Sendable {
  /// Opens the log for writing; at most one at a time.
  func openLog() throws(EventLogError) -> any EventLog
  /// Opens a reader that may be used beside the log, by another thread.
  func openReader() throws(EventLogError) -> any EventLogReader
  /// Gives the place back to others, once nothing of it is open any more. Opening the log takes it
  /// again.
  func close()
}
