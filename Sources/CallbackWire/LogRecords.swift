import CallbackCore
import CallbackMessages

extension LogV1.Record {
  init(_ record: EventRecord) {
    let stamp = record.stamp
    self.init(
      stamp: LogV1.Stamp(
        engineMs: stamp.now.milliseconds, wallMs: stamp.wall.milliseconds,
        actor: stamp.actor.userID),
      event: Self.message(record.event))
  }

  func core(at position: UInt64) throws(LogCodecError) -> EventRecord {
    let stamp = try stamp.required("stamp")
    return EventRecord(
      position: position,
      stamp: EventStamp(
        now: Instant(stamp.engineMs), wall: WallTime(stamp.wallMs),
        actor: Actor(userID: stamp.actor)),
      event: try Self.event(try event.required("event")))
  }

  private static func message(_ event: CallbackCore.Event) -> Event {
    switch event {
    case .callbackRequested(let callback): .callbackRequested(.init(callback))
    case .requestMerged(let change): .requestMerged(.init(change))
    case .callbackUpdated(let change): .callbackUpdated(.init(change))
    case .callbackQueued(let id, let reason, let no, let quietFrom):
      .callbackQueued(.init(id, reason, no, quietFrom))
    case .callbackRequeued(let change): .callbackRequeued(.init(change))
    case .callbackScheduled(let id, let until, let why): .callbackScheduled(.init(id, until, why))
    case .retryScheduled(let id, let until, let after): .retryScheduled(.init(id, until, after))
    case .callbackSuspended(let id, let until): .callbackSuspended(.init(id, until))
    case .callbackResumed(let id): .callbackResumed(.init(id))
    case .resolutionUpdated(let id, let found): .resolutionUpdated(.init(id, found.value))
    case .declinesEnded(let id, let upTo): .declinesEnded(.init(id, upTo))
    case .endRequested(let id, let end): .endRequested(.init(id, end))
    case .callbackFinished(let callback): .callbackFinished(.init(callback))
    case .offerMade(let offer): .offerMade(.init(offer))
    case .offerClosed(let offer, let until): .offerClosed(.init(offer, until))
    case .offerAccepted(let offer, let attempt): .offerAccepted(.init(offer, attempt))
    case .attemptHandedOut(let id, let dialer): .attemptHandedOut(.init(id, dialer))
    case .attemptGranted(let id, let dialer, let due): .attemptGranted(.init(id, dialer, due))
    case .attemptDeadlineMoved(let id, let due): .attemptDeadlineMoved(.init(id, due))
    case .attemptReported(let report, let dialer): .attemptReported(.init(report, dialer))
    case .attemptConnected(let id, let who, let due): .attemptConnected(.init(id, who, due))
    case .hangUpRequested(let id): .hangUpRequested(.init(id))
    case .attemptBecameUncertain(let id): .attemptBecameUncertain(.init(id))
    case .attemptEnded(let attempt): .attemptEnded(.init(attempt))
    case .dispositionRecorded(let attempt): .dispositionRecorded(.init(attempt))
    case .sessionOpened(let id, let stream, let who): .sessionOpened(.init(id, stream, who))
    case .sessionClosed(let session, let until): .sessionClosed(.init(session, until))
    case .agentAttached(let agent, let session): .agentAttached(.init(agent, session))
    case .agentDetached(let agent, let id, let until): .agentDetached(.init(agent, id, until))
    case .statusWanted(let agent, let wish, let until): .statusWanted(.init(agent, wish, until))
    case .agentStoppedAnswering(let agent): .agentStoppedAnswering(agent.rawValue)
    case .cooldownBegan(let agent, let until): .cooldownBegan(.init(agent, until))
    case .cooldownEnded(let agent): .cooldownEnded(agent.rawValue)
    case .agentCallStarted(let id, let call, let due): .agentCallStarted(.init(id, call, due))
    case .agentCallEnded(let agent, let call): .agentCallEnded(.init(agent, call))
    case .agentCallsCleared(let agent): .agentCallsCleared(agent.rawValue)
    case .graceBegan(let agent, let until): .graceBegan(.init(agent, until))
    case .agentDisconnected(let agent): .agentDisconnected(agent.rawValue)
    case .dialerAttached(let dialer): .dialerAttached(.init(dialer))
    case .dialerDetached(let dialer): .dialerDetached(dialer.rawValue)
    case .queuePut(let queue): .queuePut(.init(queue))
    case .queueDeleted(let queue): .queueDeleted(queue.rawValue)
    case .agentPut(let agent, let settings, let etag): .agentPut(.init(agent, settings, etag))
    case .agentDeleted(let agent): .agentDeleted(agent.rawValue)
    case .locationPut(let location): .locationPut(.init(location))
    case .locationDeleted(let location): .locationDeleted(location.rawValue)
    case .numberPut(let number): .numberPut(.init(number))
    case .numberDeleted(let line): .numberDeleted(.init(line))
    case .exclusionPut(let exclusion): .exclusionPut(.init(exclusion))
    case .exclusionDeleted(let key): .exclusionDeleted(.init(key))
    case .inactiveReasonPut(let reason): .inactiveReasonPut(.init(reason))
    case .inactiveReasonDeleted(let reason): .inactiveReasonDeleted(reason.rawValue)
    case .settingsPut(let settings): .settingsPut(.init(settings))
    case .serviceStarted: .serviceStarted(.init())
    case .dayBegan(let day): .dayBegan(.init(number: day))
    case .replyRemembered(let key, let content, let reply):
      .replyRemembered(.init(key, content, reply))
    case .callerForgotten(let callbacks):
      .callerForgotten(.init(callbacks: callbacks.map { LogV1.Id($0) }))
    }
  }

  private static func event(_ event: Event) throws(LogCodecError) -> CallbackCore.Event {
    switch event {
    case .callbackRequested(let message): .callbackRequested(try message.core())
    case .requestMerged(let message): .requestMerged(try message.core())
    case .callbackUpdated(let message): .callbackUpdated(try message.core())
    case .callbackQueued(let message): try message.event()
    case .callbackRequeued(let message): .callbackRequeued(try message.core())
    case .callbackScheduled(let message): try message.event()
    case .retryScheduled(let message): try message.event()
    case .callbackSuspended(let message): try message.event()
    case .callbackResumed(let id): .callbackResumed(id.made())
    case .resolutionUpdated(let message): try message.event()
    case .declinesEnded(let message): try message.event()
    case .endRequested(let message): try message.event()
    case .callbackFinished(let message): .callbackFinished(try message.core())
    case .offerMade(let message): .offerMade(try message.core())
    case .offerClosed(let message): try message.event()
    case .offerAccepted(let message): try message.event()
    case .attemptHandedOut(let message): try message.event()
    case .attemptGranted(let message): try message.event()
    case .attemptDeadlineMoved(let message): try message.event()
    case .attemptReported(let message): try message.event()
    case .attemptConnected(let message): try message.event()
    case .hangUpRequested(let id): .hangUpRequested(id.made())
    case .attemptBecameUncertain(let id): .attemptBecameUncertain(id.made())
    case .attemptEnded(let message): .attemptEnded(try message.core())
    case .dispositionRecorded(let message): .dispositionRecorded(try message.core())
    case .sessionOpened(let message): message.event
    case .sessionClosed(let message): message.event
    case .agentAttached(let message): message.event
    case .agentDetached(let message): message.event
    case .statusWanted(let message): try message.event()
    case .agentStoppedAnswering(let agent): .agentStoppedAnswering(AgentID(agent))
    case .cooldownBegan(let message): message.event
    case .cooldownEnded(let agent): .cooldownEnded(AgentID(agent))
    case .agentCallStarted(let message): message.event
    case .agentCallEnded(let message): message.event
    case .agentCallsCleared(let agent): .agentCallsCleared(AgentID(agent))
    case .graceBegan(let message): message.event
    case .agentDisconnected(let agent): .agentDisconnected(AgentID(agent))
    case .dialerAttached(let message): .dialerAttached(message.core)
    case .dialerDetached(let dialer): .dialerDetached(DialerID(dialer))
    case .queuePut(let message): .queuePut(try message.core())
    case .queueDeleted(let queue): .queueDeleted(QueueID(queue))
    case .agentPut(let message): try message.event()
    case .agentDeleted(let agent): .agentDeleted(AgentID(agent))
    case .locationPut(let message): .locationPut(message.core)
    case .locationDeleted(let location): .locationDeleted(LocationID(location))
    case .numberPut(let message): .numberPut(try message.core())
    case .numberDeleted(let line): .numberDeleted(line.core)
    case .exclusionPut(let message): .exclusionPut(try message.core())
    case .exclusionDeleted(let key): .exclusionDeleted(key.core)
    case .inactiveReasonPut(let message): .inactiveReasonPut(message.core)
    case .inactiveReasonDeleted(let reason): .inactiveReasonDeleted(InactiveReasonID(reason))
    case .settingsPut(let message): .settingsPut(try message.core())
    case .serviceStarted: .serviceStarted
    case .dayBegan(let day): .dayBegan(day.number)
    case .replyRemembered(let message): try message.event()
    case .callerForgotten(let message): .callerForgotten(message.callbacks.map { $0.made() })
    }
  }
}
