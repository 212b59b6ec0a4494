import CallbackCore

/// What a batch changes in the history, written in the same transaction as its records.
public enum HistoryChange: Hashable, Sendable {
  /// A callback was made, changed or has finished; replaces what was kept of it.
  case callback(Callback)
  /// An attempt began, ended or was commented on; replaces what was kept of it.
  case attempt(Attempt)
  /// A record was matched to a number, or a Lead started for it.
  case link(HistoryLink)
  /// An attempt has an outcome, or a callback has ended.
  case outcome(OutcomeEntry)
  /// A number is to be forgotten.
  case forgetting(DueForgetting)
}

/// A callback as the history keeps it.
public struct HistoryCallback: Hashable, Sendable {
  /// The callback.
  public var callback: Callback
  /// Its attempts, the oldest first.
  public var attempts: [Attempt]

  /// Puts a callback and its attempts together.
  public init(callback: Callback, attempts: [Attempt]) {
    self.callback = callback
    self.attempts = attempts
  }
}

/// A record that a number was matched to or taken off, or a Lead that was started.
public struct HistoryLink: Hashable, Sendable {
  /// The caller's number.
  public var number: PhoneNumber.Line
  /// The record in its directory; at most 128 bytes.
  public var recordID: String
  /// Whether the record was made for this number.
  public var startedLead: Bool
  /// Whether the number was taken off the record again.
  public var unmatched: Bool
  /// The agent, if one was named.
  public var agent: AgentID?
  /// Who asked for it.
  public var actor: Actor
  /// When, on the wall clock.
  public var at: WallTime

  /// Describes a link.
  public init(
    number: PhoneNumber.Line, recordID: String, startedLead: Bool, unmatched: Bool = false,
    agent: AgentID?, actor: Actor, at: WallTime
  ) {
    self.number = number
    self.recordID = recordID
    self.startedLead = startedLead
    self.unmatched = unmatched
    self.agent = agent
    self.actor = actor
    self.at = at
  }
}

/// The outcome of an attempt, or the end of a callback without one.
public struct OutcomeEntry: Hashable, Sendable {
  /// The record that decided it.
  public var position: LogPosition
  /// The callback.
  public var callback: CallbackID
  /// Its queue.
  public var queue: QueueID
  /// The number called.
  public var number: PhoneNumber.Line
  /// The attempt; nil where the callback ended without one.
  public var attempt: AttemptID?
  /// The agent of the attempt.
  public var agent: AgentID?
  /// How the attempt came out; nil where there was none.
  public var outcome: AttemptOutcome?
  /// Where the callback stood when the batch was durable.
  public var state: CallbackState
  /// When, on the wall clock.
  public var occurredAt: WallTime

  /// Describes an outcome.
  public init(
    position: LogPosition, callback: CallbackID, queue: QueueID, number: PhoneNumber.Line,
    attempt: AttemptID? = nil, agent: AgentID? = nil, outcome: AttemptOutcome? = nil,
    state: CallbackState, occurredAt: WallTime
  ) {
    self.position = position
    self.callback = callback
    self.queue = queue
    self.number = number
    self.attempt = attempt
    self.agent = agent
    self.outcome = outcome
    self.state = state
    self.occurredAt = occurredAt
  }
}
