/// The answer to a command: enough to rebuild the same RPC answer later.
public indirect enum Reply: Hashable, Sendable {
  /// It is done; there is nothing more to say.
  case done
  /// The request was taken, merged or (validate only) would be.
  case requested(RequestReply)
  /// The callback was changed, requeued or suspended.
  case callback(CallbackReply)
  /// The callback is cancelled, or its cancel is passed on.
  case cancelled(CallbackID, pending: Bool)
  /// The caller's callbacks: how many were cancelled, suspended or resumed, and how many cancels
  /// were passed on.
  case callerReached(changed: UInt32, pending: UInt32)
  /// The agent took the callback.
  case accepted(AcceptReply)
  /// The offer is rejected; the agent's status after it.
  case rejected(OfferID, AgentStatus)
  /// The agent's status after the command, and whether what they want holds already.
  case agent(AgentReply)
  /// The session is open; the agents that do not exist were refused before.
  case sessionOpened(SessionID)
  /// The connector is attached; it is asked about these attempts.
  case dialerAttached(DialerID, queries: [AttemptID])
  /// The claim is granted: now it may dial.
  case granted(AttemptID)
  /// The claim is not granted: it must not dial.
  case revoked(AttemptID)
  /// A report was applied, or ignored as old or repeated.
  case reported(ReportReply)
  /// The number is forgotten: how many callbacks were cancelled for it, and how many are gone.
  case forgotten(cancelled: UInt32, callbacks: UInt32)
  /// A configured thing was put; its etag.
  case put(revision: UInt64)
}

/// The answer to a request for a callback.
public struct RequestReply: Hashable, Sendable {
  /// The callback; nil for validate only, unless it would merge.
  public var callback: CallbackID?
  /// It merged (or would merge) into a callback that waited.
  public var merged: Bool
  /// The queue that took it.
  public var queue: QueueID
  /// How many callbacks are before it in the queue.
  public var position: UInt32
  /// When it can first be offered: now, or its not-before.
  public var eligibleAt: WallTime
  /// The place in line: when the callback was first asked for.
  public var requestedAt: WallTime
  /// The number that will be called.
  public var number: PhoneNumber
  /// The etag of the callback after it; 0 for validate only.
  public var revision: UInt32
  /// How long it will wait; nil in answers of a version that could not tell.
  public var wait: Shared<WaitEstimate>?

  /// Puts a reply together.
  public init(
    callback: CallbackID?, merged: Bool, queue: QueueID, position: UInt32, eligibleAt: WallTime,
    requestedAt: WallTime, number: PhoneNumber, revision: UInt32, wait: Shared<WaitEstimate>? = nil
  ) {
    self.callback = callback
    self.merged = merged
    self.queue = queue
    self.position = position
    self.eligibleAt = eligibleAt
    self.requestedAt = requestedAt
    self.number = number
    self.revision = revision
    self.wait = wait
  }
}

/// The answer to a change of a callback.
public struct CallbackReply: Hashable, Sendable {
  /// The callback; after a move that merged, the one that took it in.
  public var id: CallbackID
  /// Where it stands.
  public var state: CallbackState
  /// Its etag.
  public var revision: UInt32
  /// A callback of its number that waited took it in.
  public var merged: Bool

  /// Puts a reply together.
  public init(id: CallbackID, state: CallbackState, revision: UInt32, merged: Bool = false) {
    self.id = id
    self.state = state
    self.revision = revision
    self.merged = merged
  }
}

/// The answer to an accept.
public struct AcceptReply: Hashable, Sendable {
  /// The offer that was accepted.
  public var offer: OfferID
  /// The attempt that it became.
  public var attempt: AttemptID
  /// The callback.
  public var callback: CallbackID
  /// How it is dialled.
  public var dialing: Dialing
  /// What is dialled, with the card frozen at the accept and the text of the call bar.
  public var plan: Shared<DialPlan>

  /// Puts a reply together.
  public init(
    offer: OfferID, attempt: AttemptID, callback: CallbackID, dialing: Dialing,
    plan: Shared<DialPlan>
  ) {
    self.offer = offer
    self.attempt = attempt
    self.callback = callback
    self.dialing = dialing
    self.plan = plan
  }
}

/// The answer to a change of an agent's status.
public struct AgentReply: Hashable, Sendable {
  /// The agent.
  public var id: AgentID
  /// The status after the command.
  public var status: AgentStatus
  /// What the agent wants after it.
  public var wanted: WantedStatus
  /// Whether the wanted status holds now, or after the call.
  public var application: Application

  /// Puts a reply together.
  public init(
    id: AgentID, status: AgentStatus, wanted: WantedStatus, application: Application
  ) {
    self.id = id
    self.status = status
    self.wanted = wanted
    self.application = application
  }

  /// When a wanted status holds.
  public enum Application: UInt8, Hashable, Sendable, CaseIterable {
    /// Now.
    case now = 1
    /// After the call (and its cooldown).
    case afterCall = 2
  }
}

/// The answer to a report.
public struct ReportReply: Hashable, Sendable {
  /// The attempt.
  public var attempt: AttemptID
  /// The sequence that is acknowledged.
  public var sequence: UInt32
  /// False for a report that was old, repeated or came after the end.
  public var applied: Bool
  /// Where the attempt stands.
  public var phase: AttemptPhase
  /// What became of it, as far as it is known.
  public var outcome: AttemptOutcome?
  /// Where the callback stands; nil where it is no longer kept.
  public var callbackState: CallbackState?

  /// Puts a reply together.
  public init(
    attempt: AttemptID, sequence: UInt32, applied: Bool, phase: AttemptPhase,
    outcome: AttemptOutcome?, callbackState: CallbackState?
  ) {
    self.attempt = attempt
    self.sequence = sequence
    self.applied = applied
    self.phase = phase
    self.outcome = outcome
    self.callbackState = callbackState
  }
}
