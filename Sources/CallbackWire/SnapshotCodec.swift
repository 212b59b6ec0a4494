import CallbackCore
import CallbackMessages

/// Turns the state of a call center into the bytes of a snapshot, and back.
public enum SnapshotCodec {
  /// Entities in one part: large enough to cost little, small enough for an arena's one block.
  static let entitiesPerPart = 50

  /// The parts of a snapshot, one after the other; each is handed over before the next is made.
  ///
  /// Equal snapshots give equal bytes.
  public static func encode<Failure: Error>(
    _ snapshot: Snapshot, write: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var parts = SnapshotParts(
      part: LogV1.SnapshotPart(
        counters: LogV1.Counters(snapshot.counters),
        settings: LogV1.ServiceSettings(snapshot.settings), answersFrom: snapshot.answersFrom))
    try parts.add(snapshot.queues, to: \.queues, write) { LogV1.Queue($0) }
    try parts.add(snapshot.locations, to: \.locations, write) { LogV1.Location($0) }
    try parts.add(snapshot.numbers, to: \.numbers, write) { LogV1.DialledNumber($0) }
    try parts.add(snapshot.exclusions, to: \.exclusions, write) { LogV1.Exclusion($0) }
    try parts.add(snapshot.inactiveReasons, to: \.inactiveReasons, write) {
      LogV1.InactiveReason($0)
    }
    try parts.add(snapshot.agents, to: \.agents, write) { LogV1.Agent($0) }
    try parts.add(snapshot.sessions, to: \.sessions, write) {
      LogV1.SessionOpened($0.id, $0.stream, $0.agents)
    }
    try parts.add(snapshot.dialers, to: \.dialers, write) { LogV1.Dialer($0) }
    try parts.add(snapshot.callbacks, to: \.callbacks, write) { LogV1.Callback($0) }
    try parts.add(snapshot.offers, to: \.offers, write) { LogV1.Offer($0) }
    try parts.add(snapshot.attempts, to: \.attempts, write) { LogV1.Attempt($0) }
    try parts.add(snapshot.services, to: \.services, write) { LogV1.ServiceRecord($0) }
    try parts.add(snapshot.answers, to: \.answers, write) { LogV1.SnapshotAnswer($0) }
    try parts.add(snapshot.closedOffers, to: \.closedOffers, write) { LogV1.Closed($0) }
    try parts.add(snapshot.endedAttempts, to: \.endedAttempts, write) { LogV1.Closed($0) }
    try parts.add(snapshot.finishedCallbacks, to: \.finishedCallbacks, write) { LogV1.Closed($0) }
    try write(parts.part.serialized())
  }

  /// Adds what a part holds to the snapshot; parts are read in their order.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, into snapshot: inout Snapshot
  ) throws(LogCodecError) {
    let part: LogV1.SnapshotPart = try LogCodec.decode(bytes)
    if let counters = part.counters {
      snapshot.counters = counters.core
      snapshot.answersFrom = part.answersFrom
    }
    if let settings = part.settings { snapshot.settings = try settings.core() }
    snapshot.queues += try part.queues.decoded { each throws(LogCodecError) in try each.core() }
    snapshot.locations += part.locations.map(\.core)
    snapshot.numbers += try part.numbers.decoded { each throws(LogCodecError) in try each.core() }
    snapshot.exclusions += try part.exclusions.decoded { each throws(LogCodecError) in
      try each.core()
    }
    snapshot.inactiveReasons += part.inactiveReasons.map(\.core)
    snapshot.agents += try part.agents.decoded { each throws(LogCodecError) in try each.core() }
    snapshot.sessions += part.sessions.map {
      .init(
        id: SessionID($0.session), stream: StreamID(rawValue: $0.stream),
        agents: $0.agents.map { AgentID($0) })
    }
    snapshot.dialers += part.dialers.map(\.core)
    snapshot.callbacks += try part.callbacks.decoded { each throws(LogCodecError) in
      try each.core()
    }
    snapshot.offers += try part.offers.decoded { each throws(LogCodecError) in try each.core() }
    snapshot.attempts += try part.attempts.decoded { each throws(LogCodecError) in
      try each.core()
    }
    snapshot.services += part.services.map(\.core)
    snapshot.answers += try part.answers.decoded { each throws(LogCodecError) in try each.core() }
    snapshot.closedOffers += try part.closedOffers.decoded { each throws(LogCodecError) in
      try each.core()
    }
    snapshot.endedAttempts += try part.endedAttempts.decoded { each throws(LogCodecError) in
      try each.core()
    }
    snapshot.finishedCallbacks += try part.finishedCallbacks.decoded {
      each throws(LogCodecError) in
      try each.core()
    }
  }
}

/// Fills part after part.
private struct SnapshotParts {
  var part: LogV1.SnapshotPart
  var count = 0

  /// Adds entities one by one, and hands a part over whenever it is full.
  mutating func add<Value, Message, Failure: Error>(
    _ values: [Value], to list: WritableKeyPath<LogV1.SnapshotPart, [Message]>,
    _ write: ([UInt8]) throws(Failure) -> Void, _ convert: (Value) -> Message
  ) throws(Failure) {
    for value in values {
      if count == SnapshotCodec.entitiesPerPart {
        try write(part.serialized())
        part = LogV1.SnapshotPart()
        count = 0
      }
      part[keyPath: list].append(convert(value))
      count += 1
    }
  }
}

extension LogV1.Counters {
  init(_ counters: Counters) {
    self.init(
      engineMs: counters.now.milliseconds, wallMs: counters.wall.milliseconds,
      position: counters.position, idsMade: counters.idsMade, revisions: counters.revisions,
      day: counters.day, taken: counters.taken, merged: counters.merged,
      requeued: counters.requeued, completed: counters.completed, failed: counters.failed,
      cancelled: counters.cancelled, expired: counters.expired,
      firstAnswer: counters.firstAnswer)
  }

  var core: Counters {
    var counters = Counters()
    counters.now = Instant(engineMs)
    counters.wall = WallTime(wallMs)
    counters.position = position
    counters.idsMade = idsMade
    counters.revisions = revisions
    counters.day = day
    counters.taken = taken
    counters.merged = merged
    counters.requeued = requeued
    counters.completed = completed
    counters.failed = failed
    counters.cancelled = cancelled
    counters.expired = expired
    counters.firstAnswer = firstAnswer
    return counters
  }
}

extension LogV1.AgentWork {
  init(_ work: AgentWork) {
    switch work {
    case .none: self.init()
    case .offered(let offer): self.init(work: .offered(LogV1.Id(offer)))
    case .onCallback(let attempt): self.init(work: .onCallback(LogV1.Id(attempt)))
    case .onOtherCall: self.init(work: .onOtherCall(LogV1.AgentOnOtherCall()))
    case .cooldown(let until): self.init(work: .cooldownEngine(LogV1.Time(until)))
    }
  }

  var core: CallbackCore.AgentWork {
    switch work {
    case nil: .none
    case .offered(let id)?: .offered(id.made())
    case .onCallback(let id)?: .onCallback(id.made())
    case .onOtherCall?: .onOtherCall
    case .cooldownEngine(let until)?: .cooldown(until: until.engine)
    }
  }
}

extension LogV1.Agent {
  init(_ agent: Agent) {
    self.init(
      id: agent.id.rawValue, settings: LogV1.AgentSettings(agent.settings.value),
      revision: agent.revision, wanted: LogV1.WantedStatus(agent.wanted),
      work: LogV1.AgentWork(agent.work), notAnswering: agent.isNotAnswering,
      misses: agent.misses, sessions: agent.sessions.map(\.rawValue),
      graceEngine: agent.graceUntil.map { LogV1.Time($0) },
      inactiveEngine: agent.inactiveUntil.map { LogV1.Time($0) }, otherCalls: agent.otherCalls,
      otherCallsEngine: agent.otherCallsUntil.map { LogV1.Time($0) },
      cooldownEngine: agent.cooldownUntil.map { LogV1.Time($0) },
      idleEngineMs: agent.idleSince.milliseconds,
      lastOfferedEngine: agent.lastOfferedAt.map { LogV1.Time($0) },
      acceptedToday: agent.acceptedToday,
      servedQueue: agent.servedQueue?.rawValue ?? "")
  }

  func core() throws(LogCodecError) -> Agent {
    var agent = Agent(
      id: AgentID(id), settings: try settings.required("agent.settings").core(),
      revision: revision)
    agent.wanted = try wanted.required("agent.wanted").core()
    agent.work = try work.required("agent.work").core
    agent.isNotAnswering = notAnswering
    agent.misses = misses
    agent.sessions = sessions.map { SessionID($0) }
    agent.graceUntil = graceEngine?.engine
    agent.inactiveUntil = inactiveEngine?.engine
    agent.otherCalls = otherCalls
    agent.otherCallsUntil = otherCallsEngine?.engine
    agent.cooldownUntil = cooldownEngine?.engine
    agent.idleSince = Instant(idleEngineMs)
    agent.lastOfferedAt = lastOfferedEngine?.engine
    agent.acceptedToday = acceptedToday
    agent.servedQueue = servedQueue.isEmpty ? nil : QueueID(servedQueue)
    return agent
  }
}

extension LogV1.ServiceRecord {
  init(_ service: Snapshot.Service) {
    let record = service.record
    self.init(
      queue: service.queue.rawValue, observations: record.observations, heldMs: record.held,
      heldSquared: record.heldSquared, returned: record.returned, pendingMs: record.pending)
  }

  var core: Snapshot.Service {
    var record = CallbackCore.ServiceRecord()
    record.observations = observations
    record.held = heldMs
    record.heldSquared = heldSquared
    record.returned = returned
    record.pending = pendingMs
    return Snapshot.Service(queue: QueueID(queue), record: record)
  }
}

extension LogV1.SnapshotAnswer {
  init(_ answer: Snapshot.Answer) {
    self.init(
      answer: LogV1.RememberedReply(answer.key, answer.fingerprint, answer.reply),
      atEngineMs: answer.at.milliseconds)
  }

  func core() throws(LogCodecError) -> Snapshot.Answer {
    let answer = try answer.required("answer")
    return Snapshot.Answer(
      key: answer.key, fingerprint: answer.fingerprint,
      reply: try answer.reply.required("answer.reply").core(), at: Instant(atEngineMs))
  }
}

extension LogV1.Closed {
  init<ID>(_ closed: Snapshot.Closed<ID>) {
    self.init(atEngineMs: closed.at.milliseconds, id: LogV1.Id(closed.id))
  }

  func core<ID>() throws(LogCodecError) -> Snapshot.Closed<ID> {
    Snapshot.Closed(at: Instant(atEngineMs), id: try id.required("closed.id").made())
  }
}
