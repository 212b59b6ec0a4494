/// One alert: a callback offered to an agent (DOMAIN, "Offering").
public struct Offer: Hashable, Sendable {
  /// Its name.
  public let id: OfferID
  /// The callback that is offered.
  public let callback: CallbackID
  /// The agent who sees it.
  public let agent: AgentID
  /// The queue through which it was offered.
  public let queue: QueueID
  /// When it was made, on the wall clock.
  public let madeAt: WallTime
  /// When it times out, on the engine's clock.
  public let deadline: Instant
  /// Where it stands.
  public var state: OfferState
  /// When it was closed, on the engine's clock; nil while it is pending.
  public var closedAt: Instant?

  /// Puts an offer together.
  public init(
    id: OfferID, callback: CallbackID, agent: AgentID, queue: QueueID, madeAt: WallTime,
    deadline: Instant, state: OfferState = .pending, closedAt: Instant? = nil
  ) {
    self.id = id
    self.callback = callback
    self.agent = agent
    self.queue = queue
    self.madeAt = madeAt
    self.deadline = deadline
    self.state = state
    self.closedAt = closedAt
  }
}

/// Where an offer stands; every state but pending is final.
public enum OfferState: Hashable, Sendable {
  /// The agent may accept or reject it.
  case pending
  /// Accepted, by which session if it said so, as which attempt.
  case accepted(AttemptID, by: SessionID?)
  /// Rejected by the agent.
  case rejected
  /// Missed: nobody answered in time.
  case timedOut
  /// Taken back.
  case withdrawn(WithdrawalReason)
}

/// Why an offer was taken back; none of these is a miss.
public enum WithdrawalReason: UInt8, Hashable, Sendable, CaseIterable {
  /// The callback was cancelled, or its caller reached.
  case callbackCancelled = 1
  /// The callback's time ran out.
  case callbackExpired = 2
  /// The callback was changed: moved, merged away, scheduled or its number replaced.
  case callbackChanged = 3
  /// The caller has phoned in and may be served.
  case callerArrived = 4
  /// It became a quiet hour.
  case quietHours = 5
  /// The agent went offline or inactive.
  case agentLeft = 6
  /// The agent's last stream was lost and did not come back.
  case agentDisconnected = 7
  /// The agent is on another call.
  case agentBusy = 8
  /// The agent no longer belongs to the queue, or was removed.
  case agentMoved = 9
  /// The queue no longer offers.
  case queuePaused = 10
  /// The deadline passed while the service was down.
  case serviceRestarted = 11
}
