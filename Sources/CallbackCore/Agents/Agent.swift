/// Somebody who calls back: what management configured and what they do now.
public struct Agent: Hashable, Sendable {
  /// The agent's name in the configuration.
  public let id: AgentID
  /// What management configured.
  public var settings: Shared<AgentSettings>
  /// Changes with every change of the settings; the etag.
  public var revision: UInt64
  /// What the agent wants, kept apart from what they do.
  public var wanted: WantedStatus
  /// What holds the agent now.
  public var work: AgentWork
  /// Offers were missed; not offered any more until they say Ready.
  public var isNotAnswering: Bool
  /// Offers missed in a row.
  public var misses: UInt32
  /// The sessions whose streams show this agent's offers, sorted.
  public var sessions: [SessionID]
  /// All streams are lost; offline at this moment unless one comes back.
  public var graceUntil: Instant?
  /// Inactive until this moment, then offline.
  public var inactiveUntil: Instant?
  /// The calls that telephony reported as running, sorted.
  public var otherCalls: [String]
  /// The other calls count as ended at this moment, should telephony never say so.
  public var otherCallsUntil: Instant?
  /// A cooldown that another call interrupted: it goes on until this moment.
  public var cooldownUntil: Instant?
  /// Since when the agent waits for an offer: the end of the last work, or saying Ready.
  public var idleSince: Instant
  /// When the agent was last offered a callback; nil for never. For the round robin.
  public var lastOfferedAt: Instant?
  /// The queue that a pause after work is for: that of the last offer; nil before the first, and
  /// after a call that telephony reported.
  public var servedQueue: QueueID?
  /// Callbacks accepted since the day began.
  public var acceptedToday: UInt32

  /// A new agent as configured: offline, with no stream.
  public init(id: AgentID, settings: AgentSettings, revision: UInt64) {
    self.id = id
    self.settings = Shared(settings)
    self.revision = revision
    wanted = .offline
    work = .none
    isNotAnswering = false
    misses = 0
    sessions = []
    graceUntil = nil
    inactiveUntil = nil
    otherCalls = []
    otherCallsUntil = nil
    cooldownUntil = nil
    idleSince = Instant(0)
    lastOfferedAt = nil
    servedQueue = nil
    acceptedToday = 0
  }

  /// Whether a stream shows this agent's offers.
  public var isConnected: Bool { !sessions.isEmpty }

  /// The status that others see (DOMAIN, "Agents").
  public var status: AgentStatus {
    switch work {
    case .offered(let offer): return .offered(offer)
    case .onCallback(let attempt): return .onCall(attempt)
    case .onOtherCall: return .onOtherCall
    case .cooldown(let until): return .cooldown(until: until)
    case .none: break
    }
    switch wanted {
    case .offline: return .offline
    case .inactive(let reason): return .inactive(reason)
    case .ready: return isNotAnswering ? .notAnswering : .ready
    }
  }

  /// Whether the agent waits for an offer: Ready, connected and held by nothing.
  public var isIdle: Bool {
    work == .none && wanted == .ready && !isNotAnswering && !sessions.isEmpty
  }
}

/// The status that an agent asked for.
public enum WantedStatus: Hashable, Sendable {
  /// Not at work.
  case offline
  /// Wants callbacks.
  case ready
  /// At work, but not taking callbacks, with a reason if one was given.
  case inactive(InactiveReasonID?)
}

/// What holds an agent.
public enum AgentWork: Hashable, Sendable {
  /// Nothing: the wanted status holds.
  case none
  /// A pending offer.
  case offered(OfferID)
  /// A callback: from the accept to the end of the attempt.
  case onCallback(AttemptID)
  /// A call that telephony reported.
  case onOtherCall
  /// The pause after work.
  case cooldown(until: Instant)
}

/// The status of an agent as others see it.
public enum AgentStatus: Hashable, Sendable {
  /// Not at work.
  case offline
  /// Waits for an offer; without a stream, waits for that too.
  case ready
  /// Sees an alert.
  case offered(OfferID)
  /// On a callback.
  case onCall(AttemptID)
  /// On another call.
  case onOtherCall
  /// Pauses after work.
  case cooldown(until: Instant)
  /// Missed offers, and has not said Ready since.
  case notAnswering
  /// Not taking callbacks.
  case inactive(InactiveReasonID?)
}
