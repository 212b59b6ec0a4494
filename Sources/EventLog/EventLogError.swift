import CallbackCore

/// What a log's environment did: files, disks, database servers.
public enum EventLogError: Error, Hashable, Sendable {
  /// Another process has the log.
  case inUse(String)
  /// A newer program wrote it, in a schema that this one does not know.
  case newerSchema(found: Int, known: Int)
  /// Something that was written is missing or is not what was written.
  case dataLoss(String)
  /// The asked-for position is older than the oldest record that is kept.
  case tooOld(earliest: LogPosition)
  /// The storage cannot be used now.
  case unavailable(String)
  /// There is no room.
  case full(String)
}
