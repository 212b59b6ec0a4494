import CallbackCore

/// One event of every kind, and of every kind of value within, with no field left at its default.
enum EventSamples {
  static let callbackID = CallbackID(high: 1, low: .max)
  static let offerID = OfferID(high: 2, low: 3)
  static let attemptID = AttemptID(high: 4, low: 5)
  static let number = PhoneNumber(
    e164: "+15550100", extension: "12", asGiven: "555-0100 x12", display: "(555) 0100")
  static let key = RequestKey(user: Actor(userID: 7), id: "r-1")
  static let fingerprint = Fingerprint(high: 9, low: 10)

  static let match = CallerMatch(
    recordID: "L-1", recordClass: .lead, isActiveLead: true, name: "Ana Núñez",
    location: LocationID("north"), matchedNumber: number.line, updatedAt: WallTime(5))
  static let resolution = CallerResolution(
    status: .resolved, matches: [match], labels: [.lead, .customer],
    card: .lead(recordID: "L-1"), rule: .activeLead, source: "embedded", age: Span(4),
    isStale: true)
  static let request = CallbackRequest(
    caller: Caller(name: "Ana", number: number, presentation: .restricted), number: number,
    numberSource: .keyedIn, dialled: PhoneNumber.Line(e164: "+15550199"),
    location: LocationID("north"), adSource: "Sign 12", callReference: "call-9",
    callArrivedAt: WallTime(3), note: "ring twice", labelsAtRequest: .customer)

  static let states: [CallbackState] = [
    .scheduled(until: WallTime(9), reason: .quietHours), .queued, .offered(offerID),
    .dialing(attemptID), .connected(attemptID), .uncertain(attemptID),
    .retryWait(until: Instant(0)),
    .finished(.answered), .finished(.answeredEndUnknown), .finished(.voicemail),
    .finished(.exhausted), .finished(.cancelled), .finished(.callerReached), .finished(.expired),
    .finished(.merged(into: callbackID)),
  ]

  static func callback(_ state: CallbackState) -> Callback {
    Callback(
      id: callbackID, queue: QueueID("sales"), state: state, priority: -5,
      requestedAt: WallTime(100), placedAt: Instant(50), request: Shared(request),
      resolution: Shared(resolution), notBefore: WallTime(0), quietFrom: WallTime(1),
      expiresAt: Instant(0),
      suspendedUntil: Instant(60),
      declines: [Callback.Decline(agent: AgentID("anna"), until: Instant(70))],
      attemptsStarted: 3, attemptsCounted: 2, lastOutcome: .busy, equalOutcomes: 2,
      askedAgain: true, pendingEnd: .callerReached, merged: 4, revision: 17,
      finishedAt: Moment(at: Instant(90), wall: WallTime(91)))
  }

  static let attempt = Attempt(
    id: attemptID, callback: callbackID, offer: offerID, agent: AgentID("anna"),
    queue: QueueID("sales"), dialing: .connector,
    plan: Shared(
      DialPlan(
        number: number, endpoint: "sip:anna", callerID: "+15550188", agentRing: .seconds(20),
        callerRing: .seconds(45), callerName: "Ana", location: LocationID("north"),
        resolution: resolution)),
    acceptedAt: Moment(at: Instant(5), wall: WallTime(6)), phase: .talking,
    dialer: DialerID("pbx"), deadline: Instant(0), lastSequence: 2, agentAnswered: true,
    hangUpRequested: true, answeredAt: WallTime(8), outcome: .answered,
    cause: DialCause(q850: 16, sip: 200), endedAt: Moment(at: Instant(9), wall: WallTime(10)),
    disposition: Disposition(kind: .followUp, note: "tomorrow"))

  static func offer(_ state: OfferState) -> Offer {
    Offer(
      id: offerID, callback: callbackID, agent: AgentID("anna"), queue: QueueID("sales"),
      madeAt: WallTime(1), deadline: Instant(2), state: state, closedAt: Instant(0))
  }

  static let offerStates: [OfferState] =
    [.pending, .accepted(attemptID, by: SessionID("desk")), .accepted(attemptID, by: nil)]
    + [.rejected, .timedOut] + WithdrawalReason.allCases.map { .withdrawn($0) }

  static var overrides: QueueOverrides {
    var overrides = QueueOverrides()
    overrides.classes = [.leads, .unknownNumbers]
    overrides.dialing = .connector
    overrides.strategy = .tiers
    overrides.offerTimeout = Span(1)
    overrides.missesUntilNotAnswering = 0
    overrides.declineDelay = Span(2)
    overrides.cooldownAfterCallback = Span(3)
    overrides.cooldownAfterRejection = .zero
    overrides.previousCustomerCard = .greeting
    overrides.capacity = 5
    overrides.maxAttempts = 0
    overrides.expiry = Span(6)
    overrides.gapBusy = Span(7)
    overrides.gapNoAnswer = Span(8)
    overrides.gapRejected = Span(9)
    overrides.gapCongestion = Span(10)
    overrides.gapFailed = Span(11)
    overrides.gapInvalidNumber = Span(12)
    overrides.gapLimit = Span(13)
    overrides.agentRing = Span(14)
    overrides.callerRing = Span(15)
    overrides.claimTimeout = Span(16)
    overrides.connectorReportTimeout = Span(17)
    overrides.reportedReportTimeout = Span(18)
    overrides.connectorLossTimeout = Span(19)
    overrides.callLimit = Span(20)
    overrides.callerArrivedTimeout = Span(21)
    overrides.callerID = ""
    return overrides
  }

  static var settings: ServiceSettings {
    var settings = ServiceSettings()
    settings.queueDefaults = overrides
    settings.presenceGrace = Span(1)
    settings.inactivityTimeout = .zero
    settings.cooldownAfterOtherCall = Span(2)
    settings.requestMemory = Span(3)
    settings.requestMemoryLimit = 4
    settings.closedRetention = Span(5)
    settings.closedLimit = 6
    settings.revision = 7
    settings.otherCallLimit = Span(8)
    return settings
  }

  static func queue(_ overrides: QueueOverrides) -> Queue {
    Queue(
      id: QueueID("sales"), name: "Sales", stored: overrides,
      settings: QueueSettings().applying(overrides), isAccepting: false, isOffering: false,
      revision: 3)
  }

  static let statuses: [AgentStatus] = [
    .offline, .ready, .offered(offerID), .onCall(attemptID), .onOtherCall,
    .cooldown(until: Instant(0)), .notAnswering, .inactive(nil),
    .inactive(InactiveReasonID("lunch")),
  ]

  static let replies: [Reply] =
    [
      .done,
      .requested(
        RequestReply(
          callback: callbackID, merged: true, queue: QueueID("sales"), position: 3,
          eligibleAt: WallTime(4), requestedAt: WallTime(5), number: number, revision: 6)),
      .requested(
        RequestReply(
          callback: nil, merged: false, queue: QueueID("sales"), position: 3,
          eligibleAt: WallTime(4), requestedAt: WallTime(5), number: number, revision: 0,
          wait: Shared(
            .interval(
              WaitInterval(
                earliest: .seconds(1), median: .seconds(2), latest: .seconds(3),
                model: .departures, agents: 4, observations: 5))))),
      .requested(
        RequestReply(
          callback: nil, merged: false, queue: QueueID("sales"), position: 3,
          eligibleAt: WallTime(4), requestedAt: WallTime(5), number: number, revision: 0,
          wait: Shared(.unknown(.nobodyOnDuty)))),
      .callback(CallbackReply(id: callbackID, state: .queued, revision: 2, merged: true)),
      .cancelled(callbackID, pending: true), .callerReached(changed: 1, pending: 2),
      .forgotten(cancelled: 1, callbacks: 2),
      .accepted(
        AcceptReply(
          offer: offerID, attempt: attemptID, callback: callbackID, dialing: .reported,
          plan: attempt.plan)),
      .agent(
        AgentReply(
          id: AgentID("anna"), status: .ready, wanted: .inactive(nil), application: .afterCall)),
      .sessionOpened(SessionID("desk")),
      .dialerAttached(DialerID("pbx"), queries: [attemptID, AttemptID(high: 0, low: 0)]),
      .granted(attemptID), .revoked(attemptID),
      .reported(
        ReportReply(
          attempt: attemptID, sequence: 3, applied: true, phase: .ended, outcome: .busy,
          callbackState: .retryWait(until: Instant(8)))),
      .reported(
        ReportReply(
          attempt: attemptID, sequence: 3, applied: false, phase: .ended, outcome: nil,
          callbackState: nil)),
      .put(revision: .max),
    ] + statuses.map { .rejected(offerID, $0) }

  static let all: [Event] =
    states.map { .callbackRequested(callback($0)) } + callbackEvents + offerEvents
    + attemptEvents + agentEvents + configurationEvents
    + [.serviceStarted, .dayBegan(-1), .replyRemembered(key, fingerprint, .done)]

  private static let callbackEvents: [Event] =
    [
      .requestMerged(CallbackChange(callback(.queued))),
      .callbackUpdated(CallbackChange(callback(.queued))),
      .callbackRequeued(CallbackChange(callback(.queued))),
      .callbackQueued(
        callbackID, .timeReached,
        decline: Callback.Decline(agent: AgentID("anna"), until: Instant(0)),
        quietFrom: WallTime(9)),
      .callbackScheduled(callbackID, until: WallTime(5), .notBefore),
      .retryScheduled(callbackID, until: Instant(5), after: .congestion),
      .callbackSuspended(callbackID, until: Instant(6)), .callbackResumed(callbackID),
      .resolutionUpdated(callbackID, Shared(resolution)),
      .resolutionUpdated(
        callbackID,
        Shared(
          CallerResolution(
            status: .failed, matches: [], labels: [], card: .greeting, rule: .lookupFailed,
            source: "", age: .zero))),
      .declinesEnded(callbackID, upTo: Instant(7)), .callbackFinished(callback(states[7])),
    ] + QueuedReason.allCases.map { .callbackQueued(callbackID, $0, decline: nil) }
    + Callback.PendingEnd.allCases.map { .endRequested(callbackID, $0) }

  private static let offerEvents: [Event] =
    [
      .offerMade(offer(.pending)), .offerClosed(offer(.timedOut), declinedUntil: Instant(0)),
      .offerAccepted(offer(offerStates[1]), attempt),
    ] + offerStates.map { .offerClosed(offer($0), declinedUntil: nil) }

  private static let attemptEvents: [Event] =
    [
      .attemptHandedOut(attemptID, to: DialerID("pbx")),
      .attemptGranted(attemptID, by: DialerID("pbx"), deadline: Instant(8)),
      .attemptDeadlineMoved(attemptID, nil), .attemptDeadlineMoved(attemptID, Instant(0)),
      .attemptReported(
        AttemptReport(
          attempt: attemptID, sequence: 4, kind: .notConnected, leg: .agent, outcome: .agentSide,
          cause: DialCause(sip: 487), agentHungUpFirst: true, occurredAt: WallTime(0)),
        by: DialerID("pbx")),
      .attemptConnected(attemptID, .voicemail, deadline: Instant(9)),
      .hangUpRequested(attemptID), .attemptBecameUncertain(attemptID), .attemptEnded(attempt),
      .dispositionRecorded(attempt),
    ] + AttemptOutcome.allCases.map { .attemptConnected(attemptID, $0, deadline: Instant(1)) }

  private static let agentEvents: [Event] = [
    .sessionOpened(SessionID("desk"), stream: 8, agents: [AgentID("anna"), AgentID("ben")]),
    .sessionClosed(SessionID("desk"), graceUntil: Instant(1)),
    .agentAttached(AgentID("anna"), session: SessionID("desk")),
    .agentDetached(AgentID("anna"), session: SessionID("desk"), graceUntil: Instant(2)),
    .statusWanted(AgentID("anna"), .offline, inactiveUntil: nil),
    .statusWanted(AgentID("anna"), .ready, inactiveUntil: nil),
    .statusWanted(
      AgentID("anna"), .inactive(InactiveReasonID("lunch")), inactiveUntil: Instant(0)),
    .agentStoppedAnswering(AgentID("anna")), .cooldownBegan(AgentID("anna"), until: Instant(3)),
    .cooldownEnded(AgentID("anna")),
    .agentCallStarted(AgentID("anna"), reference: "c", until: Instant(5)),
    .agentCallEnded(AgentID("anna"), reference: "c"), .agentCallsCleared(AgentID("anna")),
    .graceBegan(AgentID("anna"), until: Instant(4)), .agentDisconnected(AgentID("anna")),
    .dialerAttached(
      Dialer(
        id: DialerID("pbx"), stream: 3, instance: "i", capacity: 4,
        locations: [LocationID("north")])),
    .dialerDetached(DialerID("pbx")),
  ]

  private static let configurationEvents: [Event] = [
    .queuePut(queue(overrides)), .queuePut(queue(QueueOverrides())),
    .queueDeleted(QueueID("sales")),
    .agentPut(
      AgentID("anna"),
      AgentSettings(
        name: "Anna", endpoint: "sip:anna",
        memberships: [Membership(queue: QueueID("sales"), level: 2, position: 3)]),
      revision: 9),
    .agentDeleted(AgentID("anna")),
    .locationPut(
      Location(
        id: LocationID("north"), name: "North", region: "US", timeZone: "America/Chicago",
        callingHours: CallingHours(opens: 480, closes: 1_200), revision: 1)),
    .locationDeleted(LocationID("north")),
    .numberPut(
      DialledNumber(
        number: number, location: LocationID("north"), adSource: "Sign", queue: QueueID("sales"),
        revision: 2)),
    .numberDeleted(number.line),
    .exclusionPut(
      Exclusion(
        key: Exclusion.Key(e164: "+1555", location: LocationID("north")), note: "n", revision: 3)),
    .exclusionDeleted(Exclusion.Key(e164: "+1555")),
    .inactiveReasonPut(
      InactiveReason(id: InactiveReasonID("lunch"), name: "Lunch", timeout: .zero, revision: 4)),
    .inactiveReasonDeleted(InactiveReasonID("lunch")), .settingsPut(settings),
    .callerForgotten([callbackID]),
  ]
}
