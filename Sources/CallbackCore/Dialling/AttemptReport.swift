/// What a connector, a desktop or an agent tells about an attempt.
public struct AttemptReport: Hashable, Sendable {
  /// The attempt that it is about.
  public var attempt: AttemptID
  /// Counts the reports of an attempt from 1; one that is not above the last applied is ignored.
  public var sequence: UInt32
  /// What happened.
  public var kind: Kind
  /// The leg on which it happened.
  public var leg: Leg
  /// The outcome as the sender maps it; nil lets the cause decide.
  public var outcome: AttemptOutcome?
  /// The network's own cause.
  public var cause: DialCause
  /// The agent ended the call before anybody answered.
  public var agentHungUpFirst: Bool
  /// When it happened, on the sender's wall clock; nil where it did not say.
  public var occurredAt: WallTime?

  /// Makes a report.
  public init(
    attempt: AttemptID, sequence: UInt32, kind: Kind, leg: Leg = .caller,
    outcome: AttemptOutcome? = nil, cause: DialCause = .none, agentHungUpFirst: Bool = false,
    occurredAt: WallTime? = nil
  ) {
    self.attempt = attempt
    self.sequence = sequence
    self.kind = kind
    self.leg = leg
    self.outcome = outcome
    self.cause = cause
    self.agentHungUpFirst = agentHungUpFirst
    self.occurredAt = occurredAt
  }

  /// What a report tells.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// A leg rings: progress only.
    case ringing = 1
    /// The agent picked up: progress only.
    case agentAnswered = 2
    /// The caller answered.
    case answered = 3
    /// Voicemail answered; the attempt runs on until it ends.
    case voicemail = 4
    /// A fax answered.
    case fax = 5
    /// It did not connect; `outcome` or `cause` says why. The attempt is over.
    case notConnected = 6
    /// The attempt is over. Before any answer it is like notConnected.
    case ended = 7
  }

  /// A leg of an attempt.
  public enum Leg: UInt8, Hashable, Sendable, CaseIterable {
    /// Towards the agent.
    case agent = 1
    /// Towards the caller.
    case caller = 2
  }
}
