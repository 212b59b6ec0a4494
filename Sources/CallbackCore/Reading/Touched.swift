/// What an event is about, for those who follow callbacks, agents or connectors.
public struct Touched: Hashable, Sendable {
  /// Callbacks that changed.
  public var callbacks: [CallbackID] = []
  /// Agents who changed, or whose alert did.
  public var agents: [AgentID] = []
  /// The connector that has to be told something.
  public var dialer: DialerID?

  /// Nothing is touched.
  public init() {}
}

extension CallCenter {
  /// What an event touched, seen in the state after it.
  public func touched(by event: Event) -> Touched {
    var touched = Touched()
    switch event {
    case .callbackRequested(let callback), .callbackFinished(let callback):
      touched.callbacks = [callback.id]
    case .requestMerged(let change), .callbackUpdated(let change), .callbackRequeued(let change):
      touch(change.id, &touched)
    case .callbackQueued(let id, _, _, _), .callbackScheduled(let id, _, _),
      .retryScheduled(let id, _, _), .callbackSuspended(let id, _), .callbackResumed(let id),
      .resolutionUpdated(let id, _), .declinesEnded(let id, _), .endRequested(let id, _):
      touch(id, &touched)
    case .offerMade(let offer), .offerClosed(let offer, _), .offerAccepted(let offer, _):
      touched.callbacks = [offer.callback]
      touched.agents = [offer.agent]
    case .attemptHandedOut(let id, _), .attemptGranted(let id, _, _),
      .attemptDeadlineMoved(let id, _), .attemptConnected(let id, _, _), .hangUpRequested(let id),
      .attemptBecameUncertain(let id):
      touch(attempts[id]?.value, &touched)
    case .attemptReported(let report, _): touch(attempts[report.attempt]?.value, &touched)
    case .attemptEnded(let attempt), .dispositionRecorded(let attempt): touch(attempt, &touched)
    case .sessionOpened(_, _, let agents): touched.agents = agents
    case .agentAttached(let id, _), .agentDetached(let id, _, _), .statusWanted(let id, _, _),
      .agentStoppedAnswering(let id), .cooldownBegan(let id, _), .cooldownEnded(let id),
      .agentCallStarted(let id, _, _), .agentCallEnded(let id, _), .agentCallsCleared(let id),
      .graceBegan(let id, _), .agentDisconnected(let id), .agentPut(let id, _, _),
      .agentDeleted(let id):
      touched.agents = [id]
    case .dialerAttached(let dialer): touched.dialer = dialer.id
    case .dialerDetached(let id): touched.dialer = id
    case .sessionClosed, .queuePut, .queueDeleted, .locationPut, .locationDeleted, .numberPut,
      .numberDeleted, .exclusionPut, .exclusionDeleted, .inactiveReasonPut,
      .inactiveReasonDeleted, .settingsPut, .serviceStarted, .dayBegan, .replyRemembered,
      .callerForgotten:
      break
    }
    return touched
  }

  private func touch(_ id: CallbackID, _ touched: inout Touched) {
    touched.callbacks = [id]
    if case .offered(let offer) = callbacks[id]?.value.state, let offer = offers[offer]?.value {
      touched.agents = [offer.agent]
    }
  }

  private func touch(_ attempt: Attempt?, _ touched: inout Touched) {
    guard let attempt else { return }
    touched.callbacks = [attempt.callback]
    touched.agents = [attempt.agent]
    touched.dialer = attempt.dialer
  }
}
