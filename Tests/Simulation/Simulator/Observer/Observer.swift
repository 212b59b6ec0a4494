import CallbackCore

/// Somebody outside who reads the log and knows the rules, but not the core: its own model of
/// agents, callbacks and attempts, made of events alone, against which every further event and
/// the core's state are held.
struct Observer: Sendable {
  /// What went wrong, each beginning with the number of DOMAIN's invariant or a word.
  var problems: [String] = []
  var now = Instant(0)
  private var lastStamp = Instant(0)
  var wall = WallTime(0)
  var position: UInt64 = 0

  var settings = ServiceSettings()
  var queues: [QueueID: SeenQueue] = [:]
  var locations: [LocationID: Location] = [:]
  var agents: [AgentID: SeenAgent] = [:]
  var sessions: [SessionID: Set<AgentID>] = [:]
  var dialers: [DialerID: Dialer] = [:]
  var callbacks: [CallbackID: SeenCallback] = [:]
  var offers: [OfferID: Offer] = [:]
  var attempts: [AttemptID: SeenAttempt] = [:]
  /// The only command of the batch, if there was one.
  var only: Submission?
  var actor = Actor.service
  var answered: [RequestKey: Remembered] = [:]
  /// The callback that an answer is about.
  private var subjects: [RequestKey: CallbackID] = [:]
  var tally = Tally()
  /// How often each event happened, by its name; for what a whole campaign has reached.
  var seen: [String: Int] = [:]

  /// Counts to hold the core's against.
  struct Tally: Hashable, Sendable {
    var taken: UInt64 = 0
    var merged: UInt64 = 0
    var requeued: UInt64 = 0
    var completed: UInt64 = 0
    var failed: UInt64 = 0
    var cancelled: UInt64 = 0
    var expired: UInt64 = 0
  }

  /// When a request was carried out.
  struct Remembered: Hashable, Sendable {
    var position: UInt64
    var at: Instant
  }

  struct SeenQueue: Sendable {
    var queue: Queue
    var settings: QueueSettings
  }

  mutating func report(_ problem: @autoclosure () -> String) {
    problems.append("\(problem()) [record \(position)]")
  }

  mutating func expect(_ holds: Bool, _ problem: @autoclosure () -> String) {
    if !holds { report(problem()) }
  }

  /// Takes a durable record.
  mutating func observe(_ record: EventRecord) {
    let before = position
    expect(record.position == before + 1, "log: position \(record.position) after \(before)")
    expect(record.stamp.now >= lastStamp, "time: the engine's clock ran backwards")
    lastStamp = record.stamp.now
    position = record.position
    now = record.stamp.now
    wall = record.stamp.wall
    actor = record.stamp.actor
    switch record.event {
    case .callbackRequested, .requestMerged, .callbackUpdated, .callbackQueued,
      .callbackRequeued, .callbackScheduled, .retryScheduled, .callbackSuspended,
      .callbackResumed, .resolutionUpdated, .declinesEnded, .endRequested, .callbackFinished:
      observeCallback(record.event)
    case .offerMade(let offer): observeOfferMade(offer)
    case .offerClosed(let offer, let until): observeOfferClosed(offer, until)
    case .offerAccepted(let offer, let attempt): observeAccept(offer, attempt)
    case .attemptHandedOut, .attemptGranted, .attemptDeadlineMoved, .attemptReported,
      .attemptConnected, .hangUpRequested, .attemptBecameUncertain, .attemptEnded,
      .dispositionRecorded:
      observeAttempt(record.event)
    case .sessionOpened, .sessionClosed, .agentAttached, .agentDetached, .statusWanted,
      .agentStoppedAnswering, .cooldownBegan, .cooldownEnded, .agentCallStarted, .agentCallEnded,
      .agentCallsCleared, .graceBegan, .agentDisconnected, .agentPut, .agentDeleted:
      observeAgent(record.event)
    case .dialerAttached(let dialer): dialers[dialer.id] = dialer
    case .dialerDetached(let id): dialers[id] = nil
    case .queuePut(let queue):
      queues[queue.id] = SeenQueue(queue: queue, settings: effective(queue.stored))
    case .queueDeleted(let id): queues[id] = nil
    case .locationPut(let location): locations[location.id] = location
    case .locationDeleted(let id): locations[id] = nil
    case .settingsPut(let new):
      settings = new
      for (id, seen) in queues {
        let settings = effective(seen.queue.stored)
        queues[id]?.settings = settings
      }
    case .serviceStarted: observeStart()
    case .replyRemembered(let key, _, let reply): observeAnswer(key, reply)
    case .callerForgotten(let gone): observeForgetting(Set(gone))
    default: break
    }
  }

  private func effective(_ stored: QueueOverrides) -> QueueSettings {
    QueueSettings().applying(settings.queueDefaults).applying(stored)
  }

  /// A request is carried out once while it is remembered.
  private mutating func observeAnswer(_ key: RequestKey, _ reply: Reply) {
    if let before = answered[key] {
      expect(
        before.at + settings.requestMemory <= now,
        "once: request \(key.id) was carried out twice")
    }
    answered[key] = Remembered(position: position, at: now)
    subjects[key] =
      switch reply {
      case .requested(let reply): reply.callback
      case .callback(let reply): reply.id
      case .cancelled(let id, _): id
      case .accepted(let reply): reply.callback
      default: nil
      }
  }

  /// What is forgotten is over, and so are the answers about it: a repeated request is a new one.
  private mutating func observeForgetting(_ gone: Set<CallbackID>) {
    for (id, attempt) in attempts where gone.contains(attempt.callback) {
      expect(!attempt.isRunning, "forget: attempt \(id) goes on")
      attempts[id] = nil
    }
    for (id, offer) in offers where gone.contains(offer.callback) {
      expect(offer.state != .pending, "forget: offer \(id) is open")
      offers[id] = nil
    }
    for id in gone {
      expect(callbacks[id]?.state.isLive != true, "forget: callback \(id) is live")
      callbacks[id] = nil
    }
    for (key, id) in subjects where gone.contains(id) {
      (answered[key], subjects[key]) = (nil, nil)
    }
  }

  func settings(of queue: QueueID) -> QueueSettings { queues[queue]?.settings ?? QueueSettings() }

  // MARK: - After a batch

  /// Holds the state after a batch against the model.
  mutating func check(_ state: CallCenter, at time: Instant) {
    now = max(now, time)
    only = nil
    checkAgents(state)
    checkCallbacks(state)
    checkConservation(state)
    checkIdleness()
    checkQuietHours()
    for (id, attempt) in attempts where attempt.isRunning {
      expect(
        attempt.deadline.map { $0 > now } ?? false, "9: attempt \(id) is past its deadline")
    }
    for (id, offer) in offers where offer.state == .pending {
      expect(offer.deadline > now, "5: offer \(id) is pending past its deadline")
    }
  }

  /// Whether it is a quiet hour for a callback.
  func isQuiet(_ line: PhoneNumber.Line, at location: LocationID?) -> Bool {
    guard let location = location.flatMap({ locations[$0] }) else { return false }
    return SimulatedZones().isQuiet(line.e164, location, at: wall)
  }

  /// Nobody whose hour is quiet waits for an agent or is shown to one.
  private mutating func checkQuietHours() {
    for (id, callback) in callbacks {
      switch callback.state {
      case .queued, .offered:
        expect(
          !isQuiet(callback.line, at: callback.location), "quiet: \(id) is in line at night")
      case .scheduled, .dialing, .connected, .uncertain, .retryWait, .finished: break
      }
    }
  }

  private mutating func checkAgents(_ state: CallCenter) {
    for id in agents.keys.sorted() {
      guard let agent = agents[id], let real = state.agent(id) else {
        report("agent: \(id) is missing")
        continue
      }
      let status = agent.status
      expect(status == real.status, "agent: \(id) is \(real.status), not \(status)")
      expect(!agent.owesStop, "agent: \(id) missed too many offers and still gets them")
      if let until = agent.graceUntil, until <= now, agent.attempt == nil,
        agent.otherCalls.isEmpty
      {
        report("agent: \(id) lost all streams and is not offline")
      }
    }
    expect(state.agentIDs.count == agents.count, "agent: one too many")
  }

  private mutating func checkCallbacks(_ state: CallCenter) {
    for id in callbacks.keys.sorted() {
      guard let callback = callbacks[id] else { continue }
      expect(callback.awaits == nil, "callback: \(id) does not follow its attempt")
      guard let real = state.callback(id) else {
        expect(!callback.state.isLive, "2: callback \(id) is lost")
        callbacks[id] = nil
        continue
      }
      expect(
        callback.state == real.state, "callback: \(id) is \(real.state), not \(callback.state)")
      expect(
        callback.counted == real.attemptsCounted,
        "callback: \(id) has \(real.attemptsCounted) attempts, not \(callback.counted)")
      expect(
        callback.queue == real.queue && callback.priority == real.priority
          && callback.line == real.line,
        "callback: \(id) changed its place without an event")
    }
  }

  private mutating func checkConservation(_ state: CallCenter) {
    let counters = state.counters
    let real = Tally(
      taken: counters.taken, merged: counters.merged, requeued: counters.requeued,
      completed: counters.completed, failed: counters.failed, cancelled: counters.cancelled,
      expired: counters.expired)
    let tally = tally
    expect(real == tally, "2: counted \(real), seen \(tally)")
    let live = UInt64(callbacks.values.count { $0.state.isLive })
    let ended = tally.completed + tally.failed + tally.cancelled + tally.expired
    expect(
      tally.taken + tally.requeued == tally.merged + live + ended, "2: a callback is lost: \(tally)"
    )
  }
}
