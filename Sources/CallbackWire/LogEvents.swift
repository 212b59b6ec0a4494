import CallbackCore
import CallbackMessages

// Events that are more than one entity: the message of each, and the way back.

extension LogV1.CallbackQueued {
  init(
    _ id: CallbackID, _ reason: QueuedReason, _ decline: Callback.Decline?, _ quietFrom: WallTime?
  ) {
    self.init(
      id: LogV1.Id(id), reason: .init(reason), decline: decline.map { LogV1.Decline($0) },
      quietFromWall: quietFrom.map { LogV1.Time($0) })
  }

  func event() throws(LogCodecError) -> Event {
    .callbackQueued(
      try id.required("queued.id").made(), try reason.core("queued.reason"),
      decline: decline?.core, quietFrom: quietFromWall?.wall)
  }
}

extension LogV1.CallbackScheduled {
  init(_ id: CallbackID, _ until: WallTime, _ reason: ScheduleReason) {
    self.init(id: LogV1.Id(id), scheduled: LogV1.Scheduled(until: until, reason: reason))
  }

  func event() throws(LogCodecError) -> Event {
    let scheduled = try scheduled.required("scheduled")
    return .callbackScheduled(
      try id.required("scheduled.id").made(), until: WallTime(scheduled.untilWallMs),
      try scheduled.reason.core("scheduled.reason"))
  }
}

extension LogV1.RetryScheduled {
  init(_ id: CallbackID, _ until: Instant, _ after: AttemptOutcome) {
    self.init(id: LogV1.Id(id), untilEngineMs: until.milliseconds, after: .init(after))
  }

  func event() throws(LogCodecError) -> Event {
    .retryScheduled(
      try id.required("retry.id").made(), until: Instant(untilEngineMs),
      after: try after.core("retry.after"))
  }
}

extension LogV1.CallbackSuspended {
  init(_ id: CallbackID, _ until: Instant) {
    self.init(id: LogV1.Id(id), untilEngineMs: until.milliseconds)
  }

  func event() throws(LogCodecError) -> Event {
    .callbackSuspended(try id.required("suspended.id").made(), until: Instant(untilEngineMs))
  }
}

extension LogV1.ResolutionUpdated {
  init(_ id: CallbackID, _ resolution: CallerResolution) {
    self.init(id: LogV1.Id(id), resolution: LogV1.CallerResolution(resolution))
  }

  func event() throws(LogCodecError) -> Event {
    .resolutionUpdated(
      try id.required("resolution.id").made(),
      Shared(try resolution.required("resolution").core()))
  }
}

extension LogV1.DeclinesEnded {
  init(_ id: CallbackID, _ upTo: Instant) {
    self.init(id: LogV1.Id(id), upToEngineMs: upTo.milliseconds)
  }

  func event() throws(LogCodecError) -> Event {
    .declinesEnded(try id.required("declines.id").made(), upTo: Instant(upToEngineMs))
  }
}

extension LogV1.EndRequested {
  init(_ id: CallbackID, _ end: Callback.PendingEnd) {
    self.init(id: LogV1.Id(id), end: .init(end))
  }

  func event() throws(LogCodecError) -> Event {
    .endRequested(try id.required("end.id").made(), try end.core("end.end"))
  }
}

extension LogV1.OfferClosed {
  init(_ offer: Offer, _ declinedUntil: Instant?) {
    self.init(
      offer: LogV1.Offer(offer), declinedUntilEngine: declinedUntil.map { LogV1.Time($0) })
  }

  func event() throws(LogCodecError) -> Event {
    .offerClosed(
      try offer.required("closed.offer").core(), declinedUntil: declinedUntilEngine?.engine)
  }
}

extension LogV1.OfferAccepted {
  init(_ offer: Offer, _ attempt: Attempt) {
    self.init(offer: LogV1.Offer(offer), attempt: LogV1.Attempt(attempt))
  }

  func event() throws(LogCodecError) -> Event {
    .offerAccepted(
      try offer.required("accepted.offer").core(),
      try attempt.required("accepted.attempt").core())
  }
}

extension LogV1.AttemptHandedOut {
  init(_ id: AttemptID, _ dialer: DialerID) {
    self.init(id: LogV1.Id(id), dialer: dialer.rawValue)
  }

  func event() throws(LogCodecError) -> Event {
    .attemptHandedOut(try id.required("handed_out.id").made(), to: DialerID(dialer))
  }
}

extension LogV1.AttemptGranted {
  init(_ id: AttemptID, _ dialer: DialerID, _ deadline: Instant) {
    self.init(
      id: LogV1.Id(id), dialer: dialer.rawValue, deadlineEngineMs: deadline.milliseconds)
  }

  func event() throws(LogCodecError) -> Event {
    .attemptGranted(
      try id.required("granted.id").made(), by: DialerID(dialer),
      deadline: Instant(deadlineEngineMs))
  }
}

extension LogV1.AttemptDeadlineMoved {
  init(_ id: AttemptID, _ deadline: Instant?) {
    self.init(id: LogV1.Id(id), deadlineEngine: deadline.map { LogV1.Time($0) })
  }

  func event() throws(LogCodecError) -> Event {
    .attemptDeadlineMoved(try id.required("deadline.id").made(), deadlineEngine?.engine)
  }
}

extension LogV1.AttemptReported {
  init(_ report: AttemptReport, _ dialer: DialerID?) {
    self.init(report: LogV1.AttemptReport(report), dialer: dialer.map { LogV1.Text($0) })
  }

  func event() throws(LogCodecError) -> Event {
    .attemptReported(try report.required("reported.report").core(), by: dialer?.named())
  }
}

extension LogV1.AttemptConnected {
  init(_ id: AttemptID, _ outcome: AttemptOutcome, _ deadline: Instant) {
    self.init(
      id: LogV1.Id(id), outcome: .init(outcome), deadlineEngineMs: deadline.milliseconds)
  }

  func event() throws(LogCodecError) -> Event {
    .attemptConnected(
      try id.required("connected.id").made(), try outcome.core("connected.outcome"),
      deadline: Instant(deadlineEngineMs))
  }
}

extension LogV1.SessionOpened {
  init(_ session: SessionID, _ stream: StreamID, _ agents: [AgentID]) {
    self.init(session: session.rawValue, stream: stream.rawValue, agents: agents.map(\.rawValue))
  }

  var event: Event {
    .sessionOpened(
      SessionID(session), stream: StreamID(rawValue: stream), agents: agents.map { AgentID($0) })
  }
}

extension LogV1.SessionClosed {
  init(_ session: SessionID, _ graceUntil: Instant) {
    self.init(session: session.rawValue, graceUntilEngineMs: graceUntil.milliseconds)
  }

  var event: Event {
    .sessionClosed(SessionID(session), graceUntil: Instant(graceUntilEngineMs))
  }
}

extension LogV1.AgentAttached {
  init(_ agent: AgentID, _ session: SessionID) {
    self.init(agent: agent.rawValue, session: session.rawValue)
  }

  var event: Event { .agentAttached(AgentID(agent), session: SessionID(session)) }
}

extension LogV1.AgentDetached {
  init(_ agent: AgentID, _ session: SessionID, _ graceUntil: Instant) {
    self.init(
      agent: agent.rawValue, session: session.rawValue,
      graceUntilEngineMs: graceUntil.milliseconds)
  }

  var event: Event {
    .agentDetached(
      AgentID(agent), session: SessionID(session), graceUntil: Instant(graceUntilEngineMs))
  }
}

extension LogV1.StatusWanted {
  init(_ agent: AgentID, _ wanted: WantedStatus, _ inactiveUntil: Instant?) {
    self.init(
      agent: agent.rawValue, wanted: LogV1.WantedStatus(wanted),
      inactiveUntilEngine: inactiveUntil.map { LogV1.Time($0) })
  }

  func event() throws(LogCodecError) -> Event {
    .statusWanted(
      AgentID(agent), try wanted.required("status.wanted").core(),
      inactiveUntil: inactiveUntilEngine?.engine)
  }
}

extension LogV1.CooldownBegan {
  init(_ agent: AgentID, _ until: Instant) {
    self.init(agent: agent.rawValue, untilEngineMs: until.milliseconds)
  }

  var event: Event { .cooldownBegan(AgentID(agent), until: Instant(untilEngineMs)) }
}

extension LogV1.AgentCallStarted {
  init(_ agent: AgentID, _ reference: String, _ until: Instant) {
    self.init(
      agent: agent.rawValue, reference: reference, untilEngineMs: until.milliseconds)
  }

  var event: Event {
    .agentCallStarted(AgentID(agent), reference: reference, until: Instant(untilEngineMs))
  }
}

extension LogV1.AgentCallEnded {
  init(_ agent: AgentID, _ reference: String) {
    self.init(agent: agent.rawValue, reference: reference)
  }

  var event: Event { .agentCallEnded(AgentID(agent), reference: reference) }
}

extension LogV1.GraceBegan {
  init(_ agent: AgentID, _ until: Instant) {
    self.init(agent: agent.rawValue, untilEngineMs: until.milliseconds)
  }

  var event: Event { .graceBegan(AgentID(agent), until: Instant(untilEngineMs)) }
}

extension LogV1.AgentPut {
  init(_ agent: AgentID, _ settings: AgentSettings, _ revision: UInt64) {
    self.init(
      agent: agent.rawValue, settings: LogV1.AgentSettings(settings), revision: revision)
  }

  func event() throws(LogCodecError) -> Event {
    .agentPut(
      AgentID(agent), try settings.required("agent.settings").core(), revision: revision)
  }
}

extension LogV1.RememberedReply {
  func event() throws(LogCodecError) -> Event {
    .replyRemembered(key, fingerprint, try reply.required("remembered.reply").core())
  }
}
