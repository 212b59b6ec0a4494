import CallbackCore
import EventLog

/// Derives what the history keeps from the events of a batch; written in the batch's transaction.
enum HistoryProjection {
  /// The changes of the history that `records` cause.
  ///
  /// - Parameter state: the state after them.
  static func changes(of records: [EventRecord], in state: CallCenter) -> [HistoryChange] {
    var changes: [HistoryChange] = []
    for record in records { add(record, state, to: &changes) }
    return changes
  }

  private static func add(
    _ record: EventRecord, _ state: CallCenter, to changes: inout [HistoryChange]
  ) {
    switch record.event {
    case .callbackRequested(let callback): changes.append(.callback(callback))
    case .callbackUpdated(let change), .requestMerged(let change), .callbackRequeued(let change):
      if let callback = state.callback(change.id) { changes.append(.callback(callback)) }
    case .callbackFinished(let callback):
      changes.append(.callback(callback))
      changes.append(.outcome(end(of: callback, record)))
    case .attemptConnected(let id, let outcome, _):
      if let attempt = state.attempt(id) {
        // Voicemail completes the callback while its attempt runs on: from here on the callback
        // does not lead to it.
        if outcome == .voicemail { changes.append(.attempt(attempt)) }
        changes.append(.outcome(entry(attempt, outcome, state, record)))
      }
    case .attemptEnded(let attempt):
      changes.append(.attempt(attempt))
      // Who answered was told when they did.
      if attempt.answeredAt == nil, let outcome = attempt.outcome {
        changes.append(.outcome(entry(attempt, outcome, state, record)))
      }
    case .attemptBecameUncertain(let id):
      if let attempt = state.attempt(id) {
        changes.append(.attempt(attempt))
        changes.append(.outcome(entry(attempt, .unknown, state, record)))
      }
    case .dispositionRecorded(let attempt): changes.append(.attempt(attempt))
    case .callbackQueued, .callbackScheduled, .retryScheduled, .callbackSuspended,
      .callbackResumed, .resolutionUpdated, .declinesEnded, .endRequested, .offerMade,
      .offerClosed, .offerAccepted, .attemptHandedOut, .attemptGranted, .attemptDeadlineMoved,
      .attemptReported, .hangUpRequested, .sessionOpened, .sessionClosed, .agentAttached,
      .agentDetached, .statusWanted, .agentStoppedAnswering, .cooldownBegan, .cooldownEnded,
      .agentCallStarted, .agentCallEnded, .agentCallsCleared, .graceBegan, .agentDisconnected,
      .dialerAttached, .dialerDetached, .queuePut, .queueDeleted, .agentPut, .agentDeleted,
      .locationPut, .locationDeleted, .numberPut, .numberDeleted, .exclusionPut,
      .exclusionDeleted, .inactiveReasonPut, .inactiveReasonDeleted, .settingsPut,
      .serviceStarted, .dayBegan, .replyRemembered, .callerForgotten:
      break
    }
  }

  private static func entry(
    _ attempt: Attempt, _ outcome: AttemptOutcome, _ state: CallCenter, _ record: EventRecord
  ) -> OutcomeEntry {
    OutcomeEntry(
      position: record.position, callback: attempt.callback, queue: attempt.queue,
      number: attempt.plan.value.number.line, attempt: attempt.id, agent: attempt.agent,
      outcome: outcome, state: state.callback(attempt.callback)?.state ?? .queued,
      occurredAt: record.stamp.wall)
  }

  private static func end(of callback: Callback, _ record: EventRecord) -> OutcomeEntry {
    OutcomeEntry(
      position: record.position, callback: callback.id, queue: callback.queue,
      number: callback.line, state: callback.state, occurredAt: record.stamp.wall)
  }
}
