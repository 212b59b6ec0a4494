import CallbackCore
import CallbackMessages

extension LogV1.DialCause {
  init(_ cause: DialCause) {
    self.init(q850: UInt32(cause.q850 ?? 0), sip: UInt32(cause.sip ?? 0))
  }

  func core() throws(LogCodecError) -> DialCause {
    DialCause(
      q850: q850 == 0 ? nil : try q850.narrowed("cause.q850"),
      sip: sip == 0 ? nil : try sip.narrowed("cause.sip"))
  }
}

extension LogV1.DialPlan {
  init(_ plan: DialPlan) {
    self.init(
      number: LogV1.PhoneNumber(plan.number), endpoint: plan.endpoint, callerID: plan.callerID,
      agentRingMs: plan.agentRing.milliseconds, callerRingMs: plan.callerRing.milliseconds,
      callerName: plan.callerName, location: plan.location.map { LogV1.Text($0) },
      resolution: LogV1.CallerResolution(plan.resolution))
  }

  func core() throws(LogCodecError) -> DialPlan {
    DialPlan(
      number: try number.required("plan.number").core, endpoint: endpoint, callerID: callerID,
      agentRing: Span(agentRingMs), callerRing: Span(callerRingMs), callerName: callerName,
      location: location?.named(), resolution: try resolution.required("plan.resolution").core())
  }
}

extension LogV1.Disposition {
  init(_ disposition: Disposition) {
    self.init(kind: .init(disposition.kind), note: disposition.note)
  }

  func core() throws(LogCodecError) -> Disposition {
    Disposition(kind: try kind.core("disposition.kind"), note: note)
  }
}

extension LogV1.Attempt {
  init(_ attempt: Attempt) {
    self.init(
      id: LogV1.Id(attempt.id), callback: LogV1.Id(attempt.callback),
      offer: LogV1.Id(attempt.offer), agent: attempt.agent.rawValue,
      queue: attempt.queue.rawValue, dialing: .init(attempt.dialing),
      plan: LogV1.DialPlan(attempt.plan.value), accepted: LogV1.Moment(attempt.acceptedAt),
      phase: .init(attempt.phase), dialer: attempt.dialer.map { LogV1.Text($0) },
      deadlineEngine: attempt.deadline.map { LogV1.Time($0) },
      lastSequence: attempt.lastSequence, agentAnswered: attempt.agentAnswered,
      hangUpRequested: attempt.hangUpRequested,
      answeredWall: attempt.answeredAt.map { LogV1.Time($0) }, outcome: .init(attempt.outcome),
      cause: LogV1.DialCause(attempt.cause), ended: attempt.endedAt.map { LogV1.Moment($0) },
      disposition: attempt.disposition.map { LogV1.Disposition($0) })
  }

  func core() throws(LogCodecError) -> Attempt {
    Attempt(
      id: try id.required("attempt.id").made(),
      callback: try callback.required("attempt.callback").made(),
      offer: try offer.required("attempt.offer").made(), agent: AgentID(agent),
      queue: QueueID(queue), dialing: try dialing.core("attempt.dialing"),
      plan: Shared(try plan.required("attempt.plan").core()),
      acceptedAt: try accepted.required("attempt.accepted").core,
      phase: try phase.core("attempt.phase"), dialer: dialer?.named(),
      deadline: deadlineEngine?.engine, lastSequence: lastSequence,
      agentAnswered: agentAnswered, hangUpRequested: hangUpRequested,
      answeredAt: answeredWall?.wall, outcome: try outcome.optional("attempt.outcome"),
      cause: try cause.required("attempt.cause").core(), endedAt: ended?.core,
      disposition: try dispositionCore())
  }

  private func dispositionCore() throws(LogCodecError) -> Disposition? {
    guard let disposition else { return nil }
    return try disposition.core()
  }
}

extension LogV1.AttemptReport {
  init(_ report: AttemptReport) {
    self.init(
      attempt: LogV1.Id(report.attempt), sequence: report.sequence, kind: .init(report.kind),
      leg: .init(report.leg), outcome: .init(report.outcome), cause: LogV1.DialCause(report.cause),
      agentHungUpFirst: report.agentHungUpFirst,
      occurredWall: report.occurredAt.map { LogV1.Time($0) })
  }

  func core() throws(LogCodecError) -> AttemptReport {
    AttemptReport(
      attempt: try attempt.required("report.attempt").made(), sequence: sequence,
      kind: try kind.core("report.kind"), leg: try leg.core("report.leg"),
      outcome: try outcome.optional("report.outcome"),
      cause: try cause.required("report.cause").core(), agentHungUpFirst: agentHungUpFirst,
      occurredAt: occurredWall?.wall)
  }
}

extension LogV1.Dialer {
  init(_ dialer: Dialer) {
    self.init(
      id: dialer.id.rawValue, stream: dialer.stream.rawValue, instance: dialer.instance,
      capacity: dialer.capacity, locations: dialer.locations.map(\.rawValue))
  }

  var core: Dialer {
    Dialer(
      id: DialerID(id), stream: StreamID(rawValue: stream), instance: instance, capacity: capacity,
      locations: locations.map { LocationID($0) })
  }
}
