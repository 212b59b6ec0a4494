/// One try to connect an agent to a caller, from the accept to the end of the call.
public struct Attempt: Hashable, Sendable {
  /// Its name; also the name of the dial command.
  public let id: AttemptID
  /// The callback that is tried.
  public let callback: CallbackID
  /// The offer that was accepted.
  public let offer: OfferID
  /// Who accepted.
  public let agent: AgentID
  /// The queue through which it was offered.
  public let queue: QueueID
  /// How the queue dialled at the accept.
  public let dialing: Dialing
  /// What is to be dialled, and the card frozen at the accept.
  public let plan: Shared<DialPlan>
  /// When it was accepted.
  public let acceptedAt: Moment
  /// Where it stands.
  public var phase: AttemptPhase
  /// The connector that holds the command; nil in `reported` and while none has it.
  public var dialer: DialerID?
  /// When time alone changes it next: not claimed, no final report, too long a call.
  public var deadline: Instant?
  /// The highest sequence of a report that was applied.
  public var lastSequence: UInt32
  /// The agent has picked up the leg towards them.
  public var agentAnswered: Bool
  /// A hang-up was asked of the connector.
  public var hangUpRequested: Bool
  /// When the caller answered, on the wall clock.
  public var answeredAt: WallTime?
  /// What became of it; set when it is known, which may be before the end.
  public var outcome: AttemptOutcome?
  /// The network's cause of the outcome.
  public var cause: DialCause
  /// When it ended; nil while it runs.
  public var endedAt: Moment?
  /// What the agent said of it afterwards.
  public var disposition: Disposition?

  /// Puts it together out of all its parts.
  public init(
    id: AttemptID, callback: CallbackID, offer: OfferID, agent: AgentID, queue: QueueID,
    dialing: Dialing, plan: Shared<DialPlan>, acceptedAt: Moment, phase: AttemptPhase,
    dialer: DialerID? = nil, deadline: Instant? = nil, lastSequence: UInt32 = 0,
    agentAnswered: Bool = false, hangUpRequested: Bool = false, answeredAt: WallTime? = nil,
    outcome: AttemptOutcome? = nil, cause: DialCause = .none, endedAt: Moment? = nil,
    disposition: Disposition? = nil
  ) {
    self.id = id
    self.callback = callback
    self.offer = offer
    self.agent = agent
    self.queue = queue
    self.dialing = dialing
    self.plan = plan
    self.acceptedAt = acceptedAt
    self.phase = phase
    self.dialer = dialer
    self.deadline = deadline
    self.lastSequence = lastSequence
    self.agentAnswered = agentAnswered
    self.hangUpRequested = hangUpRequested
    self.answeredAt = answeredAt
    self.outcome = outcome
    self.cause = cause
    self.endedAt = endedAt
    self.disposition = disposition
  }

  /// Whether the agent is still held by it.
  public var isRunning: Bool {
    switch phase {
    case .unclaimed, .dialing, .talking: true
    case .uncertain, .ended: false
    }
  }
}

/// Where an attempt stands.
public enum AttemptPhase: UInt8, Hashable, Sendable, CaseIterable {
  /// The dial command waits for a connector's claim; nothing is dialled.
  case unclaimed = 1
  /// It is being dialled: granted, or (`reported`) accepted.
  case dialing = 2
  /// The caller or voicemail answered; the agent is talking.
  case talking = 3
  /// No final report came; the agent is free again.
  case uncertain = 4
  /// It is over.
  case ended = 5
}

/// How a queue dials.
public enum Dialing: UInt8, Hashable, Sendable, CaseIterable {
  /// Agents or their desktop dial; outcomes are reported.
  case reported = 1
  /// A telephony connector dials on command.
  case connector = 2
}

/// A dial command's content, frozen at the accept.
public struct DialPlan: Hashable, Sendable {
  /// The number to call; its extension is dialled after the answer.
  public var number: PhoneNumber
  /// Where to reach the agent; empty where the agent has none.
  public var endpoint: String
  /// The number to show to the caller; empty for the connector's own choice.
  public var callerID: String
  /// How long the agent's leg may ring.
  public var agentRing: Span
  /// How long the caller's leg may ring.
  public var callerRing: Span
  /// The name that the alert showed.
  public var callerName: String
  /// The location that the call dialled into.
  public var location: LocationID?
  /// Who is calling, and the card that the accept opens.
  public var resolution: CallerResolution

  /// The text of the call bar (DOMAIN, row F, seed).
  public var callBarText: String { "Call to \(number.display)" }

  /// Puts a plan together.
  public init(
    number: PhoneNumber, endpoint: String, callerID: String, agentRing: Span, callerRing: Span,
    callerName: String, location: LocationID?, resolution: CallerResolution
  ) {
    self.number = number
    self.endpoint = endpoint
    self.callerID = callerID
    self.agentRing = agentRing
    self.callerRing = callerRing
    self.callerName = callerName
    self.location = location
    self.resolution = resolution
  }
}

/// What an agent said of an attempt; a note for history that never reopens a callback.
public struct Disposition: Hashable, Sendable {
  /// What it came to.
  public var kind: Kind
  /// In the agent's words; at most 1,000 bytes.
  public var note: String

  /// Makes a disposition.
  public init(kind: Kind, note: String = "") { (self.kind, self.note) = (kind, note) }

  /// What a call came to.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// The caller's matter was dealt with.
    case resolved = 1
    /// A message was left.
    case voicemailLeft = 2
    /// Somebody else answered.
    case wrongNumber = 3
    /// The caller no longer wants it.
    case notInterested = 4
    /// The caller wants another call.
    case followUp = 5
    /// Anything else; see the note.
    case other = 6
  }
}
