/// Telephony connectors: claim and grant, queries and hang-ups (DOMAIN, "Dialling").
extension CallCenter {
  /// How many locations a connector may name, and connectors may be attached: more than any
  /// site has, and few enough to look at each for every offer.
  static var dialerLimit: Int { 64 }

  mutating func attachDialer(
    _ dialer: AttachDialer, _ step: inout Step
  ) throws(Rejection) -> Reply {
    if dialers[dialer.id] == nil, dialers.count >= Self.dialerLimit { throw .tooMany(.dialer) }
    let attached = Dialer(
      id: dialer.id, stream: dialer.stream, instance: dialer.instance,
      capacity: dialer.capacity, locations: dialer.locations.sorted())
    emit(.dialerAttached(attached), &step)
    let held = index.dialers[dialer.id]
    let listed = Set(dialer.liveAttempts)
    var queries: [AttemptID] = []
    for id in (held?.running.keys ?? []) + (held?.uncertain.keys ?? []) {
      guard let attempt = attempts[id]?.value else { continue }
      if attempt.phase == .unclaimed {
        emit(.attemptHandedOut(id, to: dialer.id), &step)
      } else if listed.contains(id) {
        keepTalking(attempt, &step)
      } else {
        // Where it never answers, the call counts as lost with the stream before.
        limitLostCall(id, &step)
        queries.append(id)
      }
    }
    for id in index.unassigned.keys {
      guard let attempt = attempts[id]?.value, attached.serves(attempt.plan.value.location),
        attached.hasRoom(load: load(of: attached.id))
      else { continue }
      emit(.attemptHandedOut(id, to: dialer.id), &step)
    }
    return .dialerAttached(dialer.id, queries: queries)
  }

  mutating func detachDialer(_ id: DialerID, _ stream: StreamID, _ step: inout Step) -> Reply {
    guard dialers[id]?.stream == stream else { return .done }
    emit(.dialerDetached(id), &step)
    for attempt in index.dialers[id]?.running.keys ?? [] { limitLostCall(attempt, &step) }
    return .done
  }

  /// A call whose connector is gone counts as ended after a while.
  mutating func limitLostCall(_ id: AttemptID, _ step: inout Step) {
    guard let attempt = attempts[id]?.value, attempt.phase == .talking,
      let settings = queues[attempt.queue]?.settings
    else { return }
    let deadline = step.now + settings.connectorLossTimeout
    if deadline < attempt.deadline ?? Instant(.max) {
      emit(.attemptDeadlineMoved(id, deadline), &step)
    }
  }

  /// A call whose connector is back may go on.
  private mutating func keepTalking(_ attempt: Attempt, _ step: inout Step) {
    guard attempt.phase == .talking, let settings = queues[attempt.queue]?.settings else {
      return
    }
    emit(.attemptDeadlineMoved(attempt.id, step.now + settings.callLimit), &step)
  }

  /// Grants a claim: the only way in which a connector may dial, once an attempt.
  mutating func claimAttempt(
    _ id: AttemptID, _ dialer: DialerID, _ stream: StreamID, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard dialers[dialer]?.stream == stream else { throw .notYours(.attempt(id)) }
    guard let attempt = attempts[id]?.value, attempt.dialer == dialer else {
      return .revoked(id)
    }
    switch attempt.phase {
    case .unclaimed: break
    case .ended: return .revoked(id)
    case .dialing, .talking, .uncertain: throw .attemptPhase(id, attempt.phase)
    }
    guard let deadline = attempt.deadline, step.receivedAt < deadline,
      let settings = queues[attempt.queue]?.settings
    else { return .revoked(id) }
    emit(
      .attemptGranted(id, by: dialer, deadline: step.now + settings.connectorReportTimeout),
      &step)
    return .granted(id)
  }

  mutating func answerQuery(
    _ id: AttemptID, _ dialer: DialerID, _ answer: QueryAnswer, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let attempt = attempts[id]?.value else { throw .notFound(.attempt(id)) }
    guard attempt.dialer == dialer else { throw .notYours(.attempt(id)) }
    if attempt.phase == .unclaimed { throw .attemptPhase(id, .unclaimed) }
    switch answer {
    case .ended(let report):
      guard report.attempt == id else {
        throw .invalid(field: "attempt", reason: "is not the one that was asked about")
      }
      var final = report
      final.sequence = max(report.sequence, attempt.lastSequence &+ 1)
      return try reportAttempt(final, dialer, &step)
    case .notDialled where attempt.phase == .dialing || attempt.phase == .uncertain:
      endAttempt(id, .notDialled, &step)
    case .inProgress: keepTalking(attempt, &step)
    case .notDialled, .unknown: break
    }
    return .done
  }
}
