/// What happened, with every value that was decided: applying an event decides nothing.
///
/// Events that history keeps (`callbackRequested`, `offerAccepted`, `attemptEnded`,
/// `callbackFinished`, …) carry the whole of what they are about.
public indirect enum Event: Hashable, Sendable {
  // MARK: Callbacks
  /// A caller asked to be called back; the callback as it was made.
  case callbackRequested(Callback)
  /// A second request merged into a callback; the values after it.
  case requestMerged(CallbackChange)
  /// A callback was changed; the values after it.
  case callbackUpdated(CallbackChange)
  /// A callback waits for an agent (again), and is not offered to the agent of `decline`; where
  /// it has calling hours, they end at `quietFrom`.
  case callbackQueued(
    CallbackID, QueuedReason, decline: Callback.Decline?, quietFrom: WallTime? = nil)
  /// A finished callback was queued again; the values after it.
  case callbackRequeued(CallbackChange)
  /// A callback waits for a time of the wall clock.
  case callbackScheduled(CallbackID, until: WallTime, ScheduleReason)
  /// A counted attempt did not connect; the next may begin at `until`.
  case retryScheduled(CallbackID, until: Instant, after: AttemptOutcome)
  /// Offers are suspended: the caller has phoned in.
  case callbackSuspended(CallbackID, until: Instant)
  /// Offers go on.
  case callbackResumed(CallbackID)
  /// The directory's late answer.
  case resolutionUpdated(CallbackID, Shared<CallerResolution>)
  /// Exclusions that ended at or before `upTo` are forgotten.
  case declinesEnded(CallbackID, upTo: Instant)
  /// An end waits for the attempt's report.
  case endRequested(CallbackID, Callback.PendingEnd)
  /// A callback is over; as it ended.
  case callbackFinished(Callback)

  // MARK: Offers
  /// An agent sees an alert.
  case offerMade(Offer)
  /// An offer was rejected, missed or withdrawn; as it ended. Its callback is queued again, and
  /// not offered to this agent before `declinedUntil` if that is set.
  case offerClosed(Offer, declinedUntil: Instant?)
  /// An offer was accepted: the attempt as it began.
  case offerAccepted(Offer, Attempt)

  // MARK: Attempts
  /// The dial command was given to a connector.
  case attemptHandedOut(AttemptID, to: DialerID)
  /// A connector may dial; happens at most once an attempt.
  case attemptGranted(AttemptID, by: DialerID, deadline: Instant)
  /// Time alone changes an attempt at another moment than before.
  case attemptDeadlineMoved(AttemptID, Instant?)
  /// A report was applied; what it changed follows in events of its own.
  case attemptReported(AttemptReport, by: DialerID?)
  /// The caller or voicemail answered.
  case attemptConnected(AttemptID, AttemptOutcome, deadline: Instant)
  /// The connector is asked to end the call.
  case hangUpRequested(AttemptID)
  /// No final report came; the agent is free.
  case attemptBecameUncertain(AttemptID)
  /// An attempt is over; as it ended.
  case attemptEnded(Attempt)
  /// What an agent said of an attempt; as it is after it.
  case dispositionRecorded(Attempt)

  // MARK: Agents
  /// A stream of offers opened.
  case sessionOpened(SessionID, stream: StreamID, agents: [AgentID])
  /// A stream of offers closed; agents without another stream are offline at `graceUntil`.
  case sessionClosed(SessionID, graceUntil: Instant)
  /// An agent joined a session.
  case agentAttached(AgentID, session: SessionID)
  /// An agent left a session; without another stream they are offline at `graceUntil`.
  case agentDetached(AgentID, session: SessionID, graceUntil: Instant)
  /// The agent said what they want, or a timer said it for them.
  case statusWanted(AgentID, WantedStatus, inactiveUntil: Instant?)
  /// The agent missed as many offers in a row as the queue allows, or their leg failed.
  case agentStoppedAnswering(AgentID)
  /// A pause after work began.
  case cooldownBegan(AgentID, until: Instant)
  /// A pause after work ended.
  case cooldownEnded(AgentID)
  /// Telephony reported another call, which counts as ended at `until` at the latest.
  case agentCallStarted(AgentID, reference: String, until: Instant)
  /// Telephony reported the end of another call.
  case agentCallEnded(AgentID, reference: String)
  /// The agent is free of other calls: an operator said so, or their end was never reported.
  case agentCallsCleared(AgentID)
  /// The agent's streams are gone; offline at this moment unless one comes back.
  case graceBegan(AgentID, until: Instant)
  /// No stream came back in time: the agent is offline.
  case agentDisconnected(AgentID)

  // MARK: Connectors
  /// A connector's stream opened.
  case dialerAttached(Dialer)
  /// A connector's stream closed.
  case dialerDetached(DialerID)

  // MARK: Configuration
  /// A queue was made or changed.
  case queuePut(Queue)
  /// A queue was removed.
  case queueDeleted(QueueID)
  /// An agent was made or changed.
  case agentPut(AgentID, AgentSettings, revision: UInt64)
  /// An agent was removed.
  case agentDeleted(AgentID)
  /// A location was made or changed.
  case locationPut(Location)
  /// A location was removed.
  case locationDeleted(LocationID)
  /// A dialled number was made or changed.
  case numberPut(DialledNumber)
  /// A dialled number was removed.
  case numberDeleted(PhoneNumber.Line)
  /// An exclusion was made or changed.
  case exclusionPut(Exclusion)
  /// An exclusion was removed.
  case exclusionDeleted(Exclusion.Key)
  /// A reason for being inactive was made or changed.
  case inactiveReasonPut(InactiveReason)
  /// A reason for being inactive was removed.
  case inactiveReasonDeleted(InactiveReasonID)
  /// The settings of the service changed.
  case settingsPut(ServiceSettings)

  // MARK: The service
  /// The service is ready after a start: all streams are gone.
  case serviceStarted
  /// A day began, in days of Unix time; what is counted by the day starts anew.
  case dayBegan(Int32)
  /// The answer to a request is remembered.
  case replyRemembered(RequestKey, Fingerprint, Reply)
  /// A number was forgotten, which the event does not name: these callbacks are gone, with their
  /// offers, attempts and remembered answers.
  case callerForgotten([CallbackID])
}

/// The values of a callback after a merge or an update.
public struct CallbackChange: Hashable, Sendable {
  /// The callback.
  public var id: CallbackID
  /// Its queue.
  public var queue: QueueID
  /// Where it stands.
  public var state: CallbackState
  /// Its priority.
  public var priority: Int32
  /// Its not-before.
  public var notBefore: WallTime?
  /// When its calling hours end.
  public var quietFrom: WallTime?
  /// When it expires.
  public var expiresAt: Instant?
  /// Until when offers are suspended.
  public var suspendedUntil: Instant?
  /// What the caller asked for.
  public var request: Shared<CallbackRequest>
  /// Who is calling.
  public var resolution: Shared<CallerResolution>
  /// The request was repeated while the attempt was being dialled.
  public var askedAgain: Bool
  /// An end that waits for the attempt's report.
  public var pendingEnd: Callback.PendingEnd?

  /// The values of a callback as they are, to be changed.
  public init(_ callback: Callback) {
    id = callback.id
    queue = callback.queue
    state = callback.state
    priority = callback.priority
    notBefore = callback.notBefore
    quietFrom = callback.quietFrom
    expiresAt = callback.expiresAt
    suspendedUntil = callback.suspendedUntil
    request = callback.request
    resolution = callback.resolution
    askedAgain = callback.askedAgain
    pendingEnd = callback.pendingEnd
  }

  /// Puts a change together out of all its parts.
  public init(
    id: CallbackID, queue: QueueID, state: CallbackState, priority: Int32, notBefore: WallTime?,
    quietFrom: WallTime? = nil, expiresAt: Instant?, suspendedUntil: Instant?,
    request: Shared<CallbackRequest>, resolution: Shared<CallerResolution>, askedAgain: Bool,
    pendingEnd: Callback.PendingEnd?
  ) {
    self.id = id
    self.queue = queue
    self.state = state
    self.priority = priority
    self.notBefore = notBefore
    self.quietFrom = quietFrom
    self.expiresAt = expiresAt
    self.suspendedUntil = suspendedUntil
    self.request = request
    self.resolution = resolution
    self.askedAgain = askedAgain
    self.pendingEnd = pendingEnd
  }
}

/// Why a callback waits for an agent again.
public enum QueuedReason: UInt8, Hashable, Sendable, CaseIterable {
  /// Its time has come: not-before, the end of quiet hours or of a gap.
  case timeReached = 1
  /// The attempt was not made, or failed on the agent's side: not counted.
  case notAttempted = 2
  /// The caller asked again while an attempt was being dialled or uncertain.
  case askedAgain = 3
}
