import CallbackCore
import CallbackMessages

extension LogV1.CallbackRequest {
  init(_ request: CallbackRequest) {
    self.init(
      caller: LogV1.Caller(request.caller), number: LogV1.PhoneNumber(request.number),
      numberSource: .init(request.numberSource), dialled: request.dialled.map { LogV1.Line($0) },
      location: request.location.map { LogV1.Text($0) }, adSource: request.adSource,
      callReference: request.callReference,
      callArrivedWall: request.callArrivedAt.map { LogV1.Time($0) }, note: request.note,
      labelsAtRequest: UInt32(request.labelsAtRequest.rawValue))
  }

  func core() throws(LogCodecError) -> CallbackRequest {
    CallbackRequest(
      caller: try caller.required("request.caller").core(),
      number: try number.required("request.number").core,
      numberSource: try numberSource.core("request.number_source"), dialled: dialled?.core,
      location: location?.named(), adSource: adSource, callReference: callReference,
      callArrivedAt: callArrivedWall?.wall, note: note,
      labelsAtRequest: CallerLabels(rawValue: try labelsAtRequest.narrowed("request.labels")))
  }
}

extension LogV1.Scheduled {
  init(until: WallTime, reason: ScheduleReason) {
    self.init(untilWallMs: until.milliseconds, reason: .init(reason))
  }
}

extension LogV1.Finished {
  init(_ result: CallbackResult) {
    switch result {
    case .answered: self.init(result: .answered)
    case .answeredEndUnknown: self.init(result: .answeredEndUnknown)
    case .voicemail: self.init(result: .voicemail)
    case .exhausted: self.init(result: .exhausted)
    case .cancelled: self.init(result: .cancelled)
    case .callerReached: self.init(result: .callerReached)
    case .expired: self.init(result: .expired)
    case .merged(let id): self.init(result: .merged, into: LogV1.Id(id))
    }
  }

  func core() throws(LogCodecError) -> CallbackResult {
    switch result {
    case .answered: return .answered
    case .answeredEndUnknown: return .answeredEndUnknown
    case .voicemail: return .voicemail
    case .exhausted: return .exhausted
    case .cancelled: return .cancelled
    case .callerReached: return .callerReached
    case .expired: return .expired
    case .merged: return .merged(into: try into.required("finished.into").made())
    default: throw .unknownValue("finished.result", result.rawValue)
    }
  }
}

extension LogV1.CallbackState {
  init(_ state: CallbackState) {
    switch state {
    case .scheduled(let until, let reason):
      self.init(state: .scheduled(LogV1.Scheduled(until: until, reason: reason)))
    case .queued: self.init(state: .queued(LogV1.Queued()))
    case .offered(let offer): self.init(state: .offered(LogV1.Id(offer)))
    case .dialing(let attempt): self.init(state: .dialing(LogV1.Id(attempt)))
    case .connected(let attempt): self.init(state: .connected(LogV1.Id(attempt)))
    case .uncertain(let attempt): self.init(state: .uncertain(LogV1.Id(attempt)))
    case .retryWait(let until): self.init(state: .retryWaitEngine(LogV1.Time(until)))
    case .finished(let result): self.init(state: .finished(LogV1.Finished(result)))
    }
  }

  func core() throws(LogCodecError) -> CallbackState {
    switch try state.required("state") {
    case .scheduled(let scheduled):
      return .scheduled(
        until: WallTime(scheduled.untilWallMs),
        reason: try scheduled.reason.core("scheduled.reason"))
    case .queued: return .queued
    case .offered(let id): return .offered(id.made())
    case .dialing(let id): return .dialing(id.made())
    case .connected(let id): return .connected(id.made())
    case .uncertain(let id): return .uncertain(id.made())
    case .retryWaitEngine(let until): return .retryWait(until: until.engine)
    case .finished(let finished): return .finished(try finished.core())
    }
  }
}

extension LogV1.Decline {
  init(_ decline: Callback.Decline) {
    self.init(agent: decline.agent.rawValue, untilEngineMs: decline.until.milliseconds)
  }

  var core: Callback.Decline {
    Callback.Decline(agent: AgentID(agent), until: Instant(untilEngineMs))
  }
}

extension LogV1.Callback {
  init(_ callback: Callback) {
    self.init(
      id: LogV1.Id(callback.id), queue: callback.queue.rawValue,
      state: LogV1.CallbackState(callback.state), priority: callback.priority,
      requestedWallMs: callback.requestedAt.milliseconds,
      placedEngineMs: callback.placedAt.milliseconds,
      request: LogV1.CallbackRequest(callback.request.value),
      resolution: LogV1.CallerResolution(callback.resolution.value),
      notBeforeWall: callback.notBefore.map { LogV1.Time($0) },
      expiresEngine: callback.expiresAt.map { LogV1.Time($0) },
      suspendedEngine: callback.suspendedUntil.map { LogV1.Time($0) },
      declines: callback.declines.map { LogV1.Decline($0) },
      attemptsStarted: callback.attemptsStarted, attemptsCounted: callback.attemptsCounted,
      lastOutcome: .init(callback.lastOutcome), equalOutcomes: callback.equalOutcomes,
      askedAgain: callback.askedAgain, pendingEnd: .init(callback.pendingEnd),
      merged: callback.merged, revision: callback.revision,
      finished: callback.finishedAt.map { LogV1.Moment($0) },
      quietFromWall: callback.quietFrom.map { LogV1.Time($0) })
  }

  func core() throws(LogCodecError) -> Callback {
    Callback(
      id: try id.required("callback.id").made(), queue: QueueID(queue),
      state: try state.required("callback.state").core(), priority: priority,
      requestedAt: WallTime(requestedWallMs), placedAt: Instant(placedEngineMs),
      request: Shared(try request.required("callback.request").core()),
      resolution: Shared(try resolution.required("callback.resolution").core()),
      notBefore: notBeforeWall?.wall, quietFrom: quietFromWall?.wall,
      expiresAt: expiresEngine?.engine, suspendedUntil: suspendedEngine?.engine,
      declines: declines.map(\.core),
      attemptsStarted: attemptsStarted, attemptsCounted: attemptsCounted,
      lastOutcome: try lastOutcome.optional("callback.last_outcome"),
      equalOutcomes: equalOutcomes, askedAgain: askedAgain,
      pendingEnd: try pendingEnd.optional("callback.pending_end"), merged: merged,
      revision: revision, finishedAt: finished?.core)
  }
}

extension LogV1.CallbackChange {
  init(_ change: CallbackChange) {
    self.init(
      id: LogV1.Id(change.id), queue: change.queue.rawValue,
      state: LogV1.CallbackState(change.state), priority: change.priority,
      notBeforeWall: change.notBefore.map { LogV1.Time($0) },
      expiresEngine: change.expiresAt.map { LogV1.Time($0) },
      suspendedEngine: change.suspendedUntil.map { LogV1.Time($0) },
      request: LogV1.CallbackRequest(change.request.value),
      resolution: LogV1.CallerResolution(change.resolution.value),
      askedAgain: change.askedAgain, pendingEnd: .init(change.pendingEnd),
      quietFromWall: change.quietFrom.map { LogV1.Time($0) })
  }

  func core() throws(LogCodecError) -> CallbackChange {
    CallbackChange(
      id: try id.required("change.id").made(), queue: QueueID(queue),
      state: try state.required("change.state").core(), priority: priority,
      notBefore: notBeforeWall?.wall, quietFrom: quietFromWall?.wall,
      expiresAt: expiresEngine?.engine, suspendedUntil: suspendedEngine?.engine,
      request: Shared(try request.required("change.request").core()),
      resolution: Shared(try resolution.required("change.resolution").core()),
      askedAgain: askedAgain, pendingEnd: try pendingEnd.optional("change.pending_end"))
  }
}
