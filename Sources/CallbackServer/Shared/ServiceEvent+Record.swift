import CallbackCore
import CallbackMessages
import CallbackWire

extension V1.ServiceEvent {
  /// A record of the log as clients see it; nil for what only the service itself needs.
  init?(_ record: EventRecord) {
    self.init(occurredAt: GoogleProtobuf.Timestamp(record.stamp.wall))
    if record.stamp.actor != .service {
      actorUid = GoogleProtobuf.UInt32Value(value: record.stamp.actor.userID)
    }
    switch record.event {
    case .callbackRequested, .requestMerged, .callbackUpdated, .callbackQueued, .callbackRequeued,
      .callbackScheduled, .retryScheduled, .callbackSuspended, .callbackResumed,
      .resolutionUpdated, .declinesEnded, .endRequested, .callbackFinished:
      tellOfCallback(record.event)
    case .offerMade, .offerClosed, .offerAccepted, .attemptHandedOut, .attemptGranted,
      .attemptDeadlineMoved, .attemptReported, .attemptConnected, .hangUpRequested,
      .attemptBecameUncertain, .attemptEnded, .dispositionRecorded, .dialerAttached,
      .dialerDetached:
      tellOfWork(record.event)
    case .sessionOpened, .sessionClosed, .agentAttached, .agentDetached, .statusWanted,
      .agentStoppedAnswering, .cooldownBegan, .cooldownEnded, .agentCallStarted, .agentCallEnded,
      .agentCallsCleared, .graceBegan, .agentDisconnected:
      tellOfAgent(record.event)
    case .queuePut, .queueDeleted, .agentPut, .agentDeleted, .locationPut, .locationDeleted,
      .numberPut, .numberDeleted, .exclusionPut, .exclusionDeleted, .inactiveReasonPut,
      .inactiveReasonDeleted, .settingsPut:
      tellOfConfiguration(record.event)
    case .serviceStarted: kind = "service_started"
    case .callerForgotten(let callbacks):
      kind = "caller_forgotten"
      forgottenCallbacks = UInt32(clamping: callbacks.count)
    case .dayBegan, .replyRemembered: return nil
    }
  }

  // MARK: - Callbacks

  private mutating func tellOfCallback(_ event: Event) {
    switch event {
    case .callbackRequested(let callback): tell("callback_requested", callback)
    case .requestMerged(let change): tell("request_merged", change)
    case .callbackUpdated(let change): tell("callback_updated", change)
    case .callbackRequeued(let change): tell("callback_requeued", change)
    case .callbackQueued(let id, _, _, _): tell("callback_queued", id, .queued)
    case .callbackScheduled(let id, _, _): tell("callback_scheduled", id, .scheduled)
    case .retryScheduled(let id, _, let after):
      tell("retry_scheduled", id, .retryWait)
      outcome = V1.Outcome(after)
    case .callbackSuspended(let id, _): tell("callback_suspended", id)
    case .callbackResumed(let id): tell("callback_resumed", id)
    case .resolutionUpdated(let id, _): tell("resolution_updated", id)
    case .declinesEnded(let id, _): tell("declines_ended", id)
    case .endRequested(let id, _): tell("end_requested", id)
    case .callbackFinished(let callback): tell("callback_finished", callback)
    default: break
    }
  }

  private mutating func tell(_ kind: String, _ callback: Callback) {
    tell(kind, callback.id, V1.CallbackState(callback.state))
    (queueID, number) = (callback.queue.rawValue, callback.line.e164)
  }

  private mutating func tell(_ kind: String, _ change: CallbackChange) {
    tell(kind, change.id, V1.CallbackState(change.state))
    (queueID, number) = (change.queue.rawValue, change.request.value.number.e164)
  }

  private mutating func tell(
    _ kind: String, _ callback: CallbackID, _ state: V1.CallbackState = .unspecified
  ) {
    (self.kind, callbackID, callbackState) = (kind, callback.text, state)
  }

  // MARK: - Offers, attempts, connectors

  private mutating func tellOfWork(_ event: Event) {
    switch event {
    case .offerMade(let offer): tell("offer_made", offer)
    case .offerClosed(let offer, _):
      switch offer.state {
      case .rejected: tell("offer_rejected", offer)
      case .timedOut: tell("offer_timed_out", offer)
      case .withdrawn, .pending, .accepted: tell("offer_withdrawn", offer)
      }
    case .offerAccepted(let offer, let attempt):
      tell("offer_accepted", offer)
      attemptID = attempt.id.text
    case .attemptHandedOut(let id, let dialer): tell("attempt_handed_out", id, dialer)
    case .attemptGranted(let id, let dialer, _): tell("attempt_granted", id, dialer)
    case .attemptDeadlineMoved(let id, _): tell("attempt_deadline_moved", id)
    case .attemptReported(let report, let dialer): tell("attempt_reported", report.attempt, dialer)
    case .attemptConnected(let id, let outcome, _):
      tell("attempt_connected", id)
      self.outcome = V1.Outcome(outcome)
    case .hangUpRequested(let id): tell("hang_up_requested", id)
    case .attemptBecameUncertain(let id): tell("attempt_became_uncertain", id)
    case .attemptEnded(let attempt): tell("attempt_ended", attempt)
    case .dispositionRecorded(let attempt): tell("disposition_recorded", attempt)
    case .dialerAttached(let dialer): (kind, dialerID) = ("dialer_attached", dialer.id.rawValue)
    case .dialerDetached(let id): (kind, dialerID) = ("dialer_detached", id.rawValue)
    default: break
    }
  }

  private mutating func tell(_ kind: String, _ offer: Offer) {
    (self.kind, offerID, callbackID) = (kind, offer.id.text, offer.callback.text)
    agentID = offer.agent.rawValue
  }

  private mutating func tell(_ kind: String, _ attempt: AttemptID, _ dialer: DialerID? = nil) {
    (self.kind, attemptID, dialerID) = (kind, attempt.text, dialer?.rawValue ?? "")
  }

  private mutating func tell(_ kind: String, _ attempt: Attempt) {
    tell(kind, attempt.id)
    (callbackID, agentID) = (attempt.callback.text, attempt.agent.rawValue)
    queueID = attempt.queue.rawValue
    number = attempt.plan.value.number.e164
    outcome = attempt.outcome.map { V1.Outcome($0) } ?? .unspecified
  }

  // MARK: - Agents

  private mutating func tellOfAgent(_ event: Event) {
    switch event {
    case .sessionOpened(let session, _, _):
      (kind, sessionID) = ("session_opened", session.rawValue)
    case .sessionClosed(let session, _): (kind, sessionID) = ("session_closed", session.rawValue)
    case .agentAttached(let agent, let session):
      tell("agent_attached", agent)
      sessionID = session.rawValue
    case .agentDetached(let agent, let session, _):
      tell("agent_detached", agent)
      sessionID = session.rawValue
    case .statusWanted(let agent, _, _): tell("status_wanted", agent)
    case .agentStoppedAnswering(let agent): tell("agent_stopped_answering", agent)
    case .cooldownBegan(let agent, _): tell("cooldown_began", agent)
    case .cooldownEnded(let agent): tell("cooldown_ended", agent)
    case .agentCallStarted(let agent, _, _): tell("agent_call_started", agent)
    case .agentCallEnded(let agent, _): tell("agent_call_ended", agent)
    case .agentCallsCleared(let agent): tell("agent_calls_cleared", agent)
    case .graceBegan(let agent, _): tell("grace_began", agent)
    case .agentDisconnected(let agent): tell("agent_disconnected", agent)
    default: break
    }
  }

  private mutating func tell(_ kind: String, _ agent: AgentID) {
    (self.kind, agentID) = (kind, agent.rawValue)
  }

  // MARK: - Configuration

  private mutating func tellOfConfiguration(_ event: Event) {
    switch event {
    case .queuePut(let queue): (kind, queueID) = ("queue_put", queue.id.rawValue)
    case .queueDeleted(let id): (kind, queueID) = ("queue_deleted", id.rawValue)
    case .agentPut(let id, _, _): tell("agent_put", id)
    case .agentDeleted(let id): tell("agent_deleted", id)
    case .locationPut(let place): (kind, locationID) = ("location_put", place.id.rawValue)
    case .locationDeleted(let id): (kind, locationID) = ("location_deleted", id.rawValue)
    case .numberPut(let number): (kind, self.number) = ("number_put", number.number.e164)
    case .numberDeleted(let line): (kind, number) = ("number_deleted", line.e164)
    case .exclusionPut(let exclusion): tell("exclusion_put", exclusion.key)
    case .exclusionDeleted(let key): tell("exclusion_deleted", key)
    case .inactiveReasonPut: kind = "inactive_reason_put"
    case .inactiveReasonDeleted: kind = "inactive_reason_deleted"
    case .settingsPut: kind = "settings_put"
    default: break
    }
  }

  private mutating func tell(_ kind: String, _ key: Exclusion.Key) {
    (self.kind, number, locationID) = (kind, key.e164, key.location?.rawValue ?? "")
  }
}
