import CallbackCore
import CallbackMessages

extension LogV1.Reply {
  init(_ reply: CallbackCore.Reply) {
    switch reply {
    case .done: self.init(reply: .done(LogV1.ReplyDone()))
    case .requested(let requested):
      self.init(reply: .requested(LogV1.ReplyRequested(requested)))
    case .callback(let callback):
      self.init(
        reply: .callback(
          LogV1.ReplyCallback(
            id: LogV1.Id(callback.id), state: LogV1.CallbackState(callback.state),
            revision: callback.revision, merged: callback.merged)))
    case .cancelled(let id, let pending):
      self.init(
        reply: .cancelled(LogV1.ReplyCancelled(id: LogV1.Id(id), pending: pending)))
    case .callerReached(let changed, let pending):
      self.init(
        reply: .callerReached(LogV1.ReplyCallerReached(changed: changed, pending: pending)))
    case .accepted(let accepted): self.init(reply: .accepted(LogV1.ReplyAccepted(accepted)))
    case .rejected(let offer, let status):
      self.init(
        reply: .rejected(
          LogV1.ReplyRejected(offer: LogV1.Id(offer), status: LogV1.AgentStatus(status))))
    case .agent(let agent): self.init(reply: .agent(LogV1.ReplyAgent(agent)))
    case .sessionOpened(let session): self.init(reply: .sessionOpened(session.rawValue))
    case .dialerAttached(let dialer, let queries):
      self.init(
        reply: .dialerAttached(
          LogV1.ReplyDialerAttached(
            id: dialer.rawValue, queries: queries.map { LogV1.Id($0) })))
    case .granted(let attempt): self.init(reply: .granted(LogV1.Id(attempt)))
    case .revoked(let attempt): self.init(reply: .revoked(LogV1.Id(attempt)))
    case .reported(let reported): self.init(reply: .reported(LogV1.ReplyReported(reported)))
    case .forgotten(let cancelled, let callbacks):
      self.init(
        reply: .forgotten(LogV1.ReplyForgotten(cancelled: cancelled, callbacks: callbacks)))
    case .put(let revision): self.init(reply: .put(LogV1.ReplyPut(revision: revision)))
    }
  }

  func core() throws(LogCodecError) -> CallbackCore.Reply {
    switch try reply.required("reply") {
    case .done: return .done
    case .requested(let requested): return .requested(try requested.core())
    case .callback(let callback):
      return .callback(
        CallbackReply(
          id: try callback.id.required("reply.id").made(),
          state: try callback.state.required("reply.state").core(), revision: callback.revision,
          merged: callback.merged))
    case .cancelled(let cancelled):
      return .cancelled(
        try cancelled.id.required("reply.id").made(), pending: cancelled.pending)
    case .callerReached(let reached):
      return .callerReached(changed: reached.changed, pending: reached.pending)
    case .accepted(let accepted): return .accepted(try accepted.core())
    case .rejected(let rejected):
      return .rejected(
        try rejected.offer.required("reply.offer").made(),
        try rejected.status.required("reply.status").core())
    case .agent(let agent): return .agent(try agent.core())
    case .sessionOpened(let session): return .sessionOpened(SessionID(session))
    case .dialerAttached(let dialer):
      return .dialerAttached(DialerID(dialer.id), queries: dialer.queries.map { $0.made() })
    case .granted(let attempt): return .granted(attempt.made())
    case .revoked(let attempt): return .revoked(attempt.made())
    case .reported(let reported): return .reported(try reported.core())
    case .forgotten(let forgotten):
      return .forgotten(cancelled: forgotten.cancelled, callbacks: forgotten.callbacks)
    case .put(let put): return .put(revision: put.revision)
    }
  }
}

extension LogV1.ReplyRequested {
  init(_ reply: RequestReply) {
    self.init(
      callback: reply.callback.map { LogV1.Id($0) }, merged: reply.merged,
      queue: reply.queue.rawValue, position: reply.position,
      eligibleWallMs: reply.eligibleAt.milliseconds,
      requestedWallMs: reply.requestedAt.milliseconds, number: LogV1.PhoneNumber(reply.number),
      revision: reply.revision)
    switch reply.wait?.value {
    case .interval(let interval): wait = .waitInterval(LogV1.WaitInterval(interval))
    case .unknown(let obstacle): wait = .waitUnknown(.init(obstacle))
    case nil: break
    }
  }

  func core() throws(LogCodecError) -> RequestReply {
    RequestReply(
      callback: callback?.made(), merged: merged, queue: QueueID(queue), position: position,
      eligibleAt: WallTime(eligibleWallMs), requestedAt: WallTime(requestedWallMs),
      number: try number.required("reply.number").core, revision: revision,
      wait: try waitCore())
  }

  private func waitCore() throws(LogCodecError) -> Shared<WaitEstimate>? {
    switch wait {
    case .waitInterval(let interval)?: Shared(.interval(try interval.core()))
    case .waitUnknown(let obstacle)?: Shared(.unknown(try obstacle.core("reply.wait_unknown")))
    case nil: nil
    }
  }
}

extension LogV1.WaitInterval {
  init(_ interval: WaitInterval) {
    self.init(
      earliestMs: interval.earliest.milliseconds, medianMs: interval.median.milliseconds,
      latestMs: interval.latest.milliseconds, model: .init(interval.model),
      agents: interval.agents, observations: interval.observations)
  }

  func core() throws(LogCodecError) -> CallbackCore.WaitInterval {
    CallbackCore.WaitInterval(
      earliest: Span(earliestMs), median: Span(medianMs), latest: Span(latestMs),
      model: try model.core("reply.wait_interval.model"), agents: agents,
      observations: observations)
  }
}

extension LogV1.ReplyAccepted {
  init(_ reply: AcceptReply) {
    self.init(
      offer: LogV1.Id(reply.offer), attempt: LogV1.Id(reply.attempt),
      callback: LogV1.Id(reply.callback), dialing: .init(reply.dialing),
      plan: LogV1.DialPlan(reply.plan.value))
  }

  func core() throws(LogCodecError) -> AcceptReply {
    AcceptReply(
      offer: try offer.required("reply.offer").made(),
      attempt: try attempt.required("reply.attempt").made(),
      callback: try callback.required("reply.callback").made(),
      dialing: try dialing.core("reply.dialing"),
      plan: Shared(try plan.required("reply.plan").core()))
  }
}

extension LogV1.ReplyAgent {
  init(_ reply: AgentReply) {
    self.init(
      id: reply.id.rawValue, status: LogV1.AgentStatus(reply.status),
      wanted: LogV1.WantedStatus(reply.wanted), application: .init(reply.application))
  }

  func core() throws(LogCodecError) -> AgentReply {
    AgentReply(
      id: AgentID(id), status: try status.required("reply.status").core(),
      wanted: try wanted.required("reply.wanted").core(),
      application: try application.core("reply.application"))
  }
}

extension LogV1.ReplyReported {
  init(_ reply: ReportReply) {
    self.init(
      attempt: LogV1.Id(reply.attempt), sequence: reply.sequence, applied: reply.applied,
      phase: .init(reply.phase), outcome: .init(reply.outcome),
      callbackState: reply.callbackState.map { LogV1.CallbackState($0) })
  }

  func core() throws(LogCodecError) -> ReportReply {
    ReportReply(
      attempt: try attempt.required("reply.attempt").made(), sequence: sequence,
      applied: applied, phase: try phase.core("reply.phase"),
      outcome: try outcome.optional("reply.outcome"), callbackState: try stateCore())
  }

  private func stateCore() throws(LogCodecError) -> CallbackState? {
    guard let callbackState else { return nil }
    return try callbackState.core()
  }
}

extension LogV1.RememberedReply {
  init(_ key: RequestKey, _ fingerprint: Fingerprint, _ reply: Reply) {
    self.init(
      user: key.user.userID, requestID: key.id, fingerprintHigh: fingerprint.high,
      fingerprintLow: fingerprint.low, reply: LogV1.Reply(reply))
  }

  var key: RequestKey { RequestKey(user: Actor(userID: user), id: requestID) }

  var fingerprint: Fingerprint { Fingerprint(high: fingerprintHigh, low: fingerprintLow) }
}
