import CallbackCore

/// What is appended at once: all of it or nothing.
public struct LogBatch: Sendable {
  /// The records, in order, their positions without a gap after the append's `after`.
  public var records: [EventRecord]
  /// What the records change in the history.
  public var history: [HistoryChange]

  /// Puts a batch together.
  public init(records: [EventRecord] = [], history: [HistoryChange] = []) {
    self.records = records
    self.history = history
  }

  /// Whether there is nothing to append.
  public var isEmpty: Bool { records.isEmpty && history.isEmpty }
}

/// How an append ended (DESIGN, "The engine").
public enum AppendResult: Hashable, Sendable {
  /// It is durable; the log ends here now.
  case appended(LogHead)
  /// Somebody else wrote the next position; nothing was written.
  case conflict
  /// Surely not written.
  case refused(RefusalReason)
  /// Nobody knows: the log must be opened anew and asked with `settle`.
  case unknown(UnsettledAppend)
}

/// Why an append was surely not written.
public enum RefusalReason: Hashable, Sendable {
  /// There is no room.
  case full
  /// The storage failed; the words are for the service's own log.
  case unavailable(String)
  /// The log is damaged; the words are for the service's own log.
  case damaged(String)
}

/// What has to be found out about an append whose fate is unknown.
public struct UnsettledAppend: Hashable, Sendable {
  /// Where the log ended before.
  public var before: LogHead
  /// Where it ends if the append was written.
  public var after: LogHead
  /// What went wrong, for the service's own log.
  public var cause: String

  /// Describes an append.
  public init(before: LogHead, after: LogHead, cause: String) {
    self.before = before
    self.after = after
    self.cause = cause
  }
}

extension RefusalReason: CustomStringConvertible {
  /// What happened, for an operator.
  public var description: String {
    switch self {
    case .full: "there is no room"
    case .unavailable(let words): words
    case .damaged(let words): "it is damaged: \(words)"
    }
  }
}

extension RefusalReason {
  /// What an error before the commit means.
  public init(_ error: EventLogError) {
    switch error {
    case .dataLoss(let words): self = .damaged(words)
    case .full: self = .full
    case .inUse(let words), .unavailable(let words): self = .unavailable(words)
    case .newerSchema, .tooOld: self = .unavailable("\(error)")
    }
  }
}
