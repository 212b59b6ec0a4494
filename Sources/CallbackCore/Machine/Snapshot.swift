/// The whole state of a call center, from which it can be restored; every list in a fixed order,
/// so that equal states have equal snapshots.
public struct Snapshot: Hashable, Sendable {
  /// Clocks and counts.
  public var counters = Counters()
  /// The settings of the service.
  public var settings = ServiceSettings()
  /// The queues, by name; their effective settings are derived.
  public var queues: [Queue] = []
  /// The locations, by name.
  public var locations: [Location] = []
  /// The dialled numbers, in order.
  public var numbers: [DialledNumber] = []
  /// The exclusions, in order.
  public var exclusions: [Exclusion] = []
  /// The reasons for being inactive, by name.
  public var inactiveReasons: [InactiveReason] = []
  /// The agents, by name.
  public var agents: [Agent] = []
  /// The sessions whose streams are open, by name.
  public var sessions: [OpenSession] = []
  /// The connectors whose streams are open, by name.
  public var dialers: [Dialer] = []
  /// The callbacks that are live or kept for a while, in the order of requests.
  public var callbacks: [Callback] = []
  /// The offers that are pending or kept for a while, in order.
  public var offers: [Offer] = []
  /// The attempts that run or are kept for a while, in order.
  public var attempts: [Attempt] = []
  /// How long callbacks have lately held agents, by queue.
  public var services: [Service] = []
  /// The answers that are remembered, the oldest first; see `answersFrom`.
  public var answers: [Answer] = []
  /// The number of the first one in `answers`. Where it is greater than `counters.firstAnswer`,
  /// the older ones are left out, and this is no whole state.
  public var answersFrom: UInt64 = 0
  /// In which order closed offers are dropped.
  public var closedOffers: [Closed<OfferID>] = []
  /// In which order ended attempts are dropped.
  public var endedAttempts: [Closed<AttemptID>] = []
  /// In which order finished callbacks are dropped.
  public var finishedCallbacks: [Closed<CallbackID>] = []

  /// The state of a call center in which nothing has happened.
  public init() {}

  /// The number behind the last answer.
  public var answersEnd: UInt64 { answersFrom + UInt64(answers.count) }

  /// The same with all answers left out.
  public var withoutAnswers: Snapshot {
    var snapshot = self
    snapshot.answersFrom = answersEnd
    snapshot.answers = []
    return snapshot
  }

  /// A session whose stream is open.
  public struct OpenSession: Hashable, Sendable {
    /// Its name.
    public var id: SessionID
    /// Its stream.
    public var stream: StreamID
    /// Whose offers it shows, sorted.
    public var agents: [AgentID]
    /// Describes a session.
    public init(id: SessionID, stream: StreamID, agents: [AgentID]) {
      self.id = id
      self.stream = stream
      self.agents = agents
    }
  }

  /// How long callbacks of a queue have lately held agents.
  public struct Service: Hashable, Sendable {
    /// The queue.
    public var queue: QueueID
    /// What was seen.
    public var record: ServiceRecord
    /// Describes what was seen of a queue.
    public init(queue: QueueID, record: ServiceRecord) {
      self.queue = queue
      self.record = record
    }
  }

  /// A remembered answer.
  public struct Answer: Hashable, Sendable {
    /// The request.
    public var key: RequestKey
    /// The content of the request.
    public var fingerprint: Fingerprint
    /// The answer.
    public var reply: Reply
    /// When it was given.
    public var at: Instant
    /// Describes an answer.
    public init(key: RequestKey, fingerprint: Fingerprint, reply: Reply, at: Instant) {
      self.key = key
      self.fingerprint = fingerprint
      self.reply = reply
      self.at = at
    }
  }

  /// Something that is over, and since when.
  public struct Closed<ID: MadeIdentifier>: Hashable, Sendable {
    /// Since when.
    public var at: Instant
    /// What.
    public var id: ID
    /// Names something that is over.
    public init(at: Instant, id: ID) { (self.at, self.id) = (at, id) }
  }
}

extension CallCenter {
  /// The whole state.
  ///
  /// - Parameter number: leave the answers before the one with this number out: they are many, and
  ///   never change.
  public func snapshot(answersFrom number: UInt64 = 0) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.counters = counters
    snapshot.settings = settings
    snapshot.queues = queueIDs.compactMap { queues[$0] }
    snapshot.locations = locationIDs.compactMap { locations[$0] }
    snapshot.numbers = numberLines.compactMap { numbers[$0] }
    snapshot.exclusions = exclusionKeys.compactMap { exclusions[$0] }
    snapshot.inactiveReasons = inactiveReasonIDs.compactMap { inactiveReasons[$0] }
    snapshot.agents = agentIDs.compactMap { agents[$0]?.value }
    snapshot.sessions = sessions.keys.sorted().compactMap { id in
      sessions[id].map { .init(id: id, stream: $0.stream, agents: $0.agents) }
    }
    snapshot.dialers = dialerIDs.compactMap { dialers[$0] }
    snapshot.callbacks = index.callbacks.keys.compactMap { callbacks[$0]?.value }
    snapshot.offers = offers.keys.sorted().compactMap { offers[$0]?.value }
    snapshot.attempts = attempts.keys.sorted().compactMap { attempts[$0]?.value }
    snapshot.services = services.keys.sorted().compactMap { queue in
      services[queue].map { .init(queue: queue, record: $0.value) }
    }
    let left = min(number - min(number, counters.firstAnswer), UInt64(requestsByAge.count))
    snapshot.answersFrom = counters.firstAnswer + left
    snapshot.answers = requestsByAge.dropFirst(Int(left)).compactMap { aged in
      remembered[aged.id].map { answer in
        .init(key: aged.id, fingerprint: answer.fingerprint, reply: answer.reply, at: answer.at)
      }
    }
    snapshot.closedOffers = offersByAge.map { .init(at: $0.at, id: $0.id) }
    snapshot.endedAttempts = attemptsByAge.map { .init(at: $0.at, id: $0.id) }
    snapshot.finishedCallbacks = callbacksByAge.map { .init(at: $0.at, id: $0.id) }
    return snapshot
  }

  /// The call center of a snapshot; everything derived is built anew.
  public init(restoring snapshot: Snapshot) {
    self.init()
    counters = snapshot.counters
    settings = snapshot.settings
    for var queue in snapshot.queues {
      queue.settings = effectiveSettings(queue.stored)
      replace(queue: queue.id, with: queue)
    }
    for location in snapshot.locations { locations[location.id] = location }
    for number in snapshot.numbers { numbers[number.number.line] = number }
    for exclusion in snapshot.exclusions { exclusions[exclusion.key] = exclusion }
    for reason in snapshot.inactiveReasons { inactiveReasons[reason.id] = reason }
    for agent in snapshot.agents { replace(agent: agent.id, with: Shared(agent)) }
    for session in snapshot.sessions {
      sessions[session.id] = Session(stream: session.stream, agents: session.agents)
    }
    for dialer in snapshot.dialers { dialers[dialer.id] = dialer }
    for attempt in snapshot.attempts { replace(attempt: attempt.id, with: Shared(attempt)) }
    for callback in snapshot.callbacks { replace(callback: callback.id, with: Shared(callback)) }
    for offer in snapshot.offers { replace(offer: offer.id, with: Shared(offer)) }
    for service in snapshot.services { services[service.queue] = Shared(service.record) }
    for answer in snapshot.answers {
      remembered[answer.key] = Remembered(
        fingerprint: answer.fingerprint, reply: answer.reply, at: answer.at)
      requestsByAge.append(Aged(at: answer.at, id: answer.key))
    }
    for closed in snapshot.closedOffers { offersByAge.append(Aged(at: closed.at, id: closed.id)) }
    for closed in snapshot.endedAttempts {
      attemptsByAge.append(Aged(at: closed.at, id: closed.id))
    }
    for closed in snapshot.finishedCallbacks {
      callbacksByAge.append(Aged(at: closed.at, id: closed.id))
    }
    stirred.clear()
  }
}

extension CallCenter: Equatable {
  /// Equal when everything that events decide is equal; what is derived follows from it.
  public static func == (a: CallCenter, b: CallCenter) -> Bool { a.snapshot() == b.snapshot() }
}
