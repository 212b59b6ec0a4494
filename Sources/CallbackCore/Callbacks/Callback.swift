/// A caller's wish to be called back, from the request to its end.
public struct Callback: Hashable, Sendable {
  /// Its name.
  public let id: CallbackID
  /// The queue in which it waits.
  public var queue: QueueID
  /// Where it stands.
  public var state: CallbackState
  /// Higher goes first.
  public var priority: Int32
  /// When it was first asked for: its place in line, kept over retries and merges.
  public let requestedAt: WallTime
  /// The same moment on the engine's clock, by which places are ordered.
  public let placedAt: Instant
  /// What the caller asked for.
  public var request: Shared<CallbackRequest>
  /// Who is calling; frozen in the attempt at the accept.
  public var resolution: Shared<CallerResolution>
  /// Not to be offered before this moment of the wall clock.
  public var notBefore: WallTime?
  /// While it is queued or offered: when its calling hours end; nil where it has none.
  public var quietFrom: WallTime?
  /// When it expires, on the engine's clock; nil for never.
  public var expiresAt: Instant?
  /// Offers are suspended until then: the caller has phoned in and may be served.
  public var suspendedUntil: Instant?
  /// Agents who are not offered it for now, the earliest end first.
  public var declines: [Decline]
  /// Attempts that began.
  public var attemptsStarted: UInt32
  /// Attempts that count towards the limit: those that reached the network and did not connect.
  public var attemptsCounted: UInt32
  /// The outcome of the last counted attempt; nil before the first.
  public var lastOutcome: AttemptOutcome?
  /// How many counted attempts in a row ended with `lastOutcome`.
  public var equalOutcomes: UInt32
  /// The request was repeated while the attempt was being dialled.
  public var askedAgain: Bool
  /// A cancel that waits for the attempt's report, and how the callback ends if it can.
  public var pendingEnd: PendingEnd?
  /// How many requests merged into it.
  public var merged: UInt32
  /// Counts every change; the etag of updates and the revision of alerts.
  public var revision: UInt32
  /// When it finished; nil while it is live.
  public var finishedAt: Moment?

  /// Puts it together out of all its parts.
  public init(
    id: CallbackID, queue: QueueID, state: CallbackState, priority: Int32 = 0,
    requestedAt: WallTime, placedAt: Instant, request: Shared<CallbackRequest>,
    resolution: Shared<CallerResolution>, notBefore: WallTime? = nil,
    quietFrom: WallTime? = nil, expiresAt: Instant? = nil,
    suspendedUntil: Instant? = nil, declines: [Decline] = [], attemptsStarted: UInt32 = 0,
    attemptsCounted: UInt32 = 0, lastOutcome: AttemptOutcome? = nil, equalOutcomes: UInt32 = 0,
    askedAgain: Bool = false, pendingEnd: PendingEnd? = nil, merged: UInt32 = 0,
    revision: UInt32 = 1, finishedAt: Moment? = nil
  ) {
    self.id = id
    self.queue = queue
    self.state = state
    self.priority = priority
    self.requestedAt = requestedAt
    self.placedAt = placedAt
    self.request = request
    self.resolution = resolution
    self.notBefore = notBefore
    self.quietFrom = quietFrom
    self.expiresAt = expiresAt
    self.suspendedUntil = suspendedUntil
    self.declines = declines
    self.attemptsStarted = attemptsStarted
    self.attemptsCounted = attemptsCounted
    self.lastOutcome = lastOutcome
    self.equalOutcomes = equalOutcomes
    self.askedAgain = askedAgain
    self.pendingEnd = pendingEnd
    self.merged = merged
    self.revision = revision
    self.finishedAt = finishedAt
  }

  /// The caller's number with its extension.
  public var line: PhoneNumber.Line { request.value.number.line }

  /// An agent who is not offered a callback until a moment.
  public struct Decline: Hashable, Sendable {
    /// Who declined, missed or failed it.
    public var agent: AgentID
    /// When it may be offered to them again.
    public var until: Instant
    /// Names an agent and the end of the exclusion.
    public init(agent: AgentID, until: Instant) { (self.agent, self.until) = (agent, until) }
  }

  /// An end that was asked for while an attempt was under way.
  public enum PendingEnd: UInt8, Hashable, Sendable, CaseIterable {
    /// A cancel.
    case cancelled = 1
    /// The caller was reached otherwise.
    case callerReached = 2
    /// The time ran out.
    case expired = 3
  }
}
