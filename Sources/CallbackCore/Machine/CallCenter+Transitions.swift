/// Transitions that several commands and timers share.
extension CallCenter {
  /// Queues a callback again, or schedules it if its time has not come.
  mutating func queueAgain(
    _ id: CallbackID, _ reason: QueuedReason, decline: Callback.Decline? = nil,
    _ step: inout Step
  ) {
    guard let callback = callbacks[id]?.value else { return }
    if let end = callback.pendingEnd {
      finish(id, end.result, &step)
      return
    }
    switch readiness(of: callback, at: step) {
    case .wait(let until, let why):
      // The exclusion has to outlast the wait.
      if decline != nil {
        emit(.callbackQueued(id, reason, decline: decline, quietFrom: nil), &step)
      }
      emit(.callbackScheduled(id, until: until, why), &step)
    case .now(let quietFrom):
      emit(.callbackQueued(id, reason, decline: decline, quietFrom: quietFrom), &step)
    }
  }

  /// Ends a callback; a pending offer has to be withdrawn before, for its own reason.
  mutating func finish(
    _ id: CallbackID, _ result: CallbackResult, counting outcome: AttemptOutcome? = nil,
    _ step: inout Step
  ) {
    guard var callback = callbacks[id]?.value, callback.state.isLive else { return }
    if let outcome { callback.count(outcome) }
    callback.state = .finished(result)
    callback.finishedAt = Moment(at: step.now, wall: step.wall)
    callback.suspendedUntil = nil
    callback.pendingEnd = nil
    callback.askedAgain = false
    callback.declines = []
    callback.revision &+= 1
    emit(.callbackFinished(callback), &step)
  }

  /// Takes an offer back; not a miss.
  mutating func withdraw(_ id: OfferID, _ reason: WithdrawalReason, _ step: inout Step) {
    close(id, as: .withdrawn(reason), &step)
  }

  /// Takes back the offer of a callback if it has one.
  mutating func withdrawOffer(
    of callback: CallbackID, _ reason: WithdrawalReason, _ step: inout Step
  ) {
    if case .offered(let offer) = callbacks[callback]?.value.state {
      withdraw(offer, reason, &step)
    }
  }

  /// Takes back the offer that an agent sees if there is one.
  mutating func withdrawOffer(to agent: AgentID, _ reason: WithdrawalReason, _ step: inout Step) {
    if case .offered(let offer) = agents[agent]?.value.work { withdraw(offer, reason, &step) }
  }

  /// Closes a pending offer; a rejection or a miss excludes its agent for a while.
  mutating func close(_ id: OfferID, as state: OfferState, _ step: inout Step) {
    guard var offer = offers[id]?.value, offer.state == .pending else { return }
    offer.state = state
    offer.closedAt = step.now
    var declinedUntil: Instant?
    switch state {
    case .rejected, .timedOut:
      if let delay = queues[offer.queue]?.settings.declineDelay, delay > .zero {
        declinedUntil = step.now + delay
      }
    case .pending, .accepted, .withdrawn: break
    }
    emit(.offerClosed(offer, declinedUntil: declinedUntil), &step)
  }

  /// Begins the pause after work if there is one, unless something else holds the agent.
  mutating func coolDown(_ id: AgentID, for span: Span, _ step: inout Step) {
    guard let agent = agents[id]?.value, agent.work == .none else { return }
    if span > .zero {
      emit(.cooldownBegan(id, until: step.now + span), &step)
    } else {
      restartInactivity(id, &step)
    }
  }

  /// Lets the inactivity timeout begin with the moment from which the agent is inactive.
  mutating func restartInactivity(_ id: AgentID, _ step: inout Step) {
    guard let agent = agents[id]?.value, case .inactive = agent.status else { return }
    let until = inactiveUntil(agent.wanted, at: step.now)
    if agent.inactiveUntil != until {
      emit(.statusWanted(id, agent.wanted, inactiveUntil: until), &step)
    }
  }

  /// When an agent who becomes inactive now goes offline; nil for never.
  func inactiveUntil(_ wanted: WantedStatus, at now: Instant) -> Instant? {
    guard case .inactive(let reason) = wanted else { return nil }
    let timeout = reason.flatMap { inactiveReasons[$0]?.timeout } ?? settings.inactivityTimeout
    return timeout > .zero ? now + timeout : nil
  }

  /// The callbacks of a line that are live, oldest first.
  func liveCallbacks(of line: PhoneNumber.Line) -> [Callback] {
    index.lines.callbacks(at: line).compactMap { callbacks[$0]?.value }
  }
}

extension Callback.PendingEnd {
  /// How the callback ends.
  var result: CallbackResult {
    switch self {
    case .cancelled: .cancelled
    case .callerReached: .callerReached
    case .expired: .expired
    }
  }
}
