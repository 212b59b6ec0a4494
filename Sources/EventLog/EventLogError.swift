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

extension EventLogError: CustomStringConvertible {
  /// What happened, for an operator.
  public var description: String {
    switch self {
    case .inUse(let words): "in use: \(words)"
    case .newerSchema(let found, let known):
      "written by a newer program: schema \(found), this one knows \(known)"
    case .dataLoss(let words), .unavailable(let words): words
    case .tooOld(let earliest): "records up to \(earliest) were dropped"
    case .full(let words): "no room: \(words)"
    }
  }
}
