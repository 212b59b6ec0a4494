import CallbackCore
import Testing

/// Commands drawn from a seed, with every invariant checked after each one.
@Suite("A random walk")
struct RandomWalkTests {
  @Test("breaks no invariant, replays, rolls back, and comes by every event")
  func walk() {
    var seen: [String: Int] = [:]
    for seed in UInt64(1)...40 {
      var walk = Walk(seed: seed)
      for _ in 0..<250 where !walk.hasFailed { walk.step() }
      #expect(walk.problems == [], "seed \(seed)")
      seen.merge(walk.seen) { $0 + $1 }
    }
    #expect(Self.expected.subtracting(seen.keys) == [])
  }

  /// Every event but those of calling hours.
  private static let expected: Set<String> = [
    "callbackRequested", "requestMerged", "callbackUpdated", "callbackQueued",
    "callbackRequeued", "retryScheduled", "callbackSuspended",
    "callbackResumed", "resolutionUpdated", "declinesEnded", "endRequested",
    "callbackFinished", "offerMade", "offerClosed", "offerAccepted", "attemptHandedOut",
    "attemptGranted", "attemptDeadlineMoved", "attemptReported", "attemptConnected",
    "hangUpRequested", "attemptBecameUncertain", "attemptEnded", "dispositionRecorded",
    "sessionOpened", "sessionClosed", "agentAttached", "agentDetached", "statusWanted",
    "agentStoppedAnswering", "cooldownBegan", "cooldownEnded", "agentCallStarted",
    "agentCallEnded", "agentCallsCleared", "graceBegan", "agentDisconnected",
    "dialerAttached", "dialerDetached", "queuePut", "agentPut", "agentDeleted", "dayBegan",
    "serviceStarted", "queueDeleted", "locationPut", "locationDeleted", "numberPut",
    "numberDeleted", "exclusionPut", "exclusionDeleted", "inactiveReasonPut",
    "inactiveReasonDeleted", "settingsPut", "replyRemembered", "callerForgotten",
  ]
}

/// splitmix64: the same numbers on every machine.
struct Chance: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

struct Walk {
  private var chance: Chance
  private var center = CallCenter()
  private var replayed = CallCenter()
  private var now = Instant(1_000_000)
  private var wall = WallTime(1_772_442_000_000)
  private var granted: Set<AttemptID> = []
  private var stream: UInt64 = 0
  private(set) var problems: [String] = []
  /// How often each event happened.
  private(set) var seen: [String: Int] = [:]

  private let agents = ["a1", "a2", "a3", "a4"].map { AgentID($0) }
  private let queues = ["q1", "q2", "q3"].map { QueueID($0) }
  private let dialers = ["d1", "d2"].map { DialerID($0) }

  var hasFailed: Bool { !problems.isEmpty }

  init(seed: UInt64) {
    chance = Chance(seed: seed)
    for (index, queue) in queues.enumerated() {
      var settings = QueueOverrides()
      settings.dialing = index == 1 ? .connector : .reported
      settings.strategy = AgentStrategy(rawValue: UInt8(seed % 4) + 1)
      settings.cooldownAfterRejection = index == 2 ? .seconds(5) : nil
      settings.maxAttempts = index == 2 ? 2 : nil
      settings.expiry = index == 2 ? .hours(1) : nil
      settings.missesUntilNotAnswering = UInt32(index)
      send(.putQueue(PutQueue(id: queue, settings: settings), ifRevision: nil))
    }
    for agent in agents {
      send(.putAgent(agent, AgentSettings(memberships: some()), ifRevision: nil))
    }
    var settings = center.settings
    settings.requestMemoryLimit = 12
    send(.putSettings(settings, ifRevision: nil))
  }

  mutating func step() {
    switch Int.random(in: 0..<100, using: &chance) {
    case 0..<20: send(.requestCallback(request()))
    case 20..<32: presence()
    case 32..<44: status()
    case 44..<62: answer()
    case 62..<78: dial()
    case 78..<84: change()
    case 84: forget()
    case 85..<88: manage()
    case 88..<90: configure()
    case 90 where flip(): send(.serviceStarted)
    case 90: endHosts()
    default: pass()
    }
  }

  // MARK: Draws

  private mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &chance) }
  private mutating func flip() -> Bool { Bool.random(using: &chance) }

  /// A stream that a few hosts have had before.
  private mutating func madeStream() -> StreamID {
    StreamID(
      host: HostID(rawValue: UInt32.random(in: 0...3, using: &chance)), count: UInt32(stream))
  }

  private mutating func endHosts() {
    let alive = (0..<4).map { HostID(rawValue: $0) }.filter { _ in flip() }
    send(
      .endHosts(
        EndHosts(
          alive: alive, below: HostID(rawValue: UInt32.random(in: 0...4, using: &chance)),
          grace: flip() ? .zero : Span(10_000))))
  }

  private mutating func some() -> [Membership] {
    queues.filter { _ in flip() }.map {
      Membership(
        queue: $0, level: UInt16.random(in: 1...2, using: &chance),
        position: UInt16.random(in: 1...3, using: &chance))
    }
  }

  private mutating func request() -> RequestCallback {
    var request = RequestCallback.from(
      "010\(Int.random(in: 0..<8, using: &chance))", in: pick(queues))
    request.priority = Int32.random(in: 0...2, using: &chance)
    if flip(), flip() {
      request.notBefore = wall + .seconds(Int64.random(in: -60...600, using: &chance))
    }
    if flip(), flip() { request.expiresAt = wall + .minutes(20) }
    request.validateOnly = Int.random(in: 0..<10, using: &chance) == 0
    return request
  }

  private mutating func presence() {
    let session = SessionID("s\(Int.random(in: 0..<4, using: &chance))")
    let open = center.snapshot().sessions
    switch Int.random(in: 0..<6, using: &chance) {
    case 0, 1, 2:
      stream += 1
      send(.openSession(session, stream: madeStream(), agents: agents.filter { _ in flip() }))
    case 3:
      if let closing = pick(open) { send(.closeSession(closing.id, stream: closing.stream)) }
    case 4: if let agent = pick(agents) { send(.attachAgent(agent, session: session)) }
    default: if let agent = pick(agents) { send(.detachAgent(agent, session: session)) }
    }
  }

  private mutating func status() {
    guard let agent = pick(agents) else { return }
    switch Int.random(in: 0..<10, using: &chance) {
    case 0: send(.setAgentStatus(agent, wanted: .offline, endCooldown: false))
    case 1: send(.setAgentStatus(agent, wanted: .inactive(nil), endCooldown: false))
    case 2:
      send(.reportAgentCall(agent, reference: pick(["x", "y"]) ?? "x", flip() ? .started : .ended))
    case 3: send(.overrideAgent(agent, wanted: flip() ? .ready : .offline))
    default: send(.setAgentStatus(agent, wanted: .ready, endCooldown: flip()))
    }
  }

  private mutating func answer() {
    let offers = center.snapshot().offers
    let pending = offers.filter { $0.state == .pending }
    let chosen = Int.random(in: 0..<8, using: &chance) == 0 ? pick(offers) : pick(pending)
    guard let offer = chosen else { return }
    if Int.random(in: 0..<3, using: &chance) == 0 {
      send(.rejectOffer(offer.id, agent: flip() ? offer.agent : nil, session: nil))
    } else {
      send(.acceptOffer(offer.id, agent: offer.agent, session: nil))
    }
  }

  private mutating func dial() {
    let snapshot = center.snapshot()
    if Int.random(in: 0..<5, using: &chance) == 0 {
      stream += 1
      let dialer = pick(dialers) ?? dialers[0]
      if let open = snapshot.dialers.first(where: { $0.id == dialer }), flip() {
        send(.detachDialer(dialer, stream: open.stream))
      } else {
        send(
          .attachDialer(
            AttachDialer(
              id: dialer, stream: madeStream(), capacity: UInt32.random(in: 0...2, using: &chance),
              liveAttempts: snapshot.attempts.filter(\.isRunning).map(\.id).filter { _ in flip() })
          ))
      }
      return
    }
    let running = snapshot.attempts.filter { $0.phase != .ended }
    let chosen =
      Int.random(in: 0..<10, using: &chance) == 0 ? pick(snapshot.attempts) : pick(running)
    guard let attempt = chosen else { return }
    if attempt.phase == .unclaimed, let dialer = attempt.dialer {
      send(
        .claimAttempt(
          attempt.id, dialer: dialer,
          stream: snapshot.dialers.first { $0.id == dialer }?.stream ?? 0))
      return
    }
    report(attempt)
  }

  private mutating func report(_ attempt: Attempt) {
    let outcomes: [AttemptOutcome?] = [
      nil, .busy, .noAnswer, .rejected, .congestion, .failed, .agentSide, .notDialled, .cancelled,
      .invalidNumber,
    ]
    let report = AttemptReport(
      attempt: attempt.id,
      sequence: attempt.lastSequence &+ UInt32.random(in: 0...2, using: &chance),
      kind: pick(AttemptReport.Kind.allCases) ?? .ended, outcome: pick(outcomes) ?? nil,
      cause: DialCause(q850: pick([nil, 16, 17, 19, 1, 38, 99]) ?? nil),
      agentHungUpFirst: flip())
    switch Int.random(in: 0..<8, using: &chance) {
    case 0: send(.settleAttempt(attempt.id, pick([.answered, .busy, .notDialled]) ?? .busy))
    case 1:
      if let dialer = attempt.dialer {
        let answers: [QueryAnswer] = [.notDialled, .inProgress, .unknown, .ended(report)]
        send(.answerQuery(attempt.id, dialer: dialer, pick(answers) ?? .unknown))
      }
    case 2: send(.recordDisposition(attempt.id, Disposition(kind: .other)))
    default: send(.reportAttempt(report, dialer: attempt.dialer))
    }
  }

  private mutating func change() {
    guard let callback = pick(center.snapshot().callbacks) else { return }
    switch Int.random(in: 0..<8, using: &chance) {
    case 0: send(.cancelCallback(callback.id, ifRevision: nil))
    case 1:
      let dialled = center.snapshot().callbacks.filter { $0.state.attempt != nil }
      if let id = pick(dialled)?.id { send(.cancelCallback(id, ifRevision: nil)) }
    case 2: send(.requeueCallback(callback.id))
    case 3, 4:
      var update = UpdateCallback(id: callback.id)
      if flip() { update.queue = pick(queues) }
      if flip() { update.priority = Int32.random(in: 0...3, using: &chance) }
      if flip() { update.notBefore = wall + .seconds(Int64.random(in: -60...60, using: &chance)) }
      if flip(), flip() { update.number = RequestCallback.from("0101").number }
      send(.updateCallback(update))
    case 5:
      send(
        .updateResolution(
          callback.id, CallerLookup(status: .resolved, matches: [Known.customer].matches),
          asked: callback.line))
    default:
      let phase = pick(CallerReachedPhase.allCases) ?? .served
      send(
        .reportCallerReached(
          flip() ? .callback(callback.id) : .number(callback.line), phase))
    }
  }

  private mutating func forget() {
    let e164 = pick(center.snapshot().callbacks.map(\.line.e164))
    send(.forgetCaller(e164: e164 ?? "+12025550101"))
  }

  private mutating func configure() {
    guard let queue = pick(queues), let agent = pick(agents) else { return }
    switch Int.random(in: 0..<8, using: &chance) {
    case 0, 1: send(.setQueueState(queue, accepting: true, offering: flip()))
    case 2: send(.setQueueState(queue, accepting: flip(), offering: nil))
    case 3, 4: send(.setAgentQueues(agent, some(), ifRevision: nil))
    case 5:
      var settings = center.queue(queue)?.stored ?? QueueOverrides()
      settings.strategy = pick(AgentStrategy.allCases)
      settings.dialing = pick(Dialing.allCases)
      send(.putQueue(PutQueue(id: queue, settings: settings), ifRevision: nil))
    case 6: send(.deleteAgent(agent, ifRevision: nil))
    default:
      send(.putAgent(agent, AgentSettings(memberships: some()), ifRevision: nil))
    }
  }

  private mutating func manage() {
    let location = LocationID(flip() ? "l1" : "l2")
    let number = PhoneNumber(e164: "+1202555010\(Int.random(in: 0..<2, using: &chance))")
    let excluded = Exclusion.Key(e164: number.e164, location: flip() ? nil : location)
    let reason = InactiveReasonID(flip() ? "lunch" : "training")
    switch Int.random(in: 0..<11, using: &chance) {
    case 0: if let queue = pick(queues) { send(.deleteQueue(queue, ifRevision: nil)) }
    case 1, 2: send(.putLocation(Location(id: location), ifRevision: nil))
    case 3: send(.deleteLocation(location, ifRevision: nil))
    case 4:
      send(
        .putNumber(
          DialledNumber(
            number: number, location: flip() ? location : nil, adSource: "ad",
            queue: flip() ? pick(queues) : nil),
          ifRevision: nil))
    case 5: send(.deleteNumber(number.line, ifRevision: nil))
    case 6: send(.putExclusion(Exclusion(key: excluded), ifRevision: nil))
    case 7: send(.deleteExclusion(excluded, ifRevision: nil))
    case 8:
      send(
        .putInactiveReason(
          InactiveReason(id: reason, timeout: flip() ? .minutes(5) : nil), ifRevision: nil))
    case 9: send(.deleteInactiveReason(reason, ifRevision: nil))
    default:
      if let agent = pick(agents) {
        send(.setAgentStatus(agent, wanted: .inactive(reason), endCooldown: false))
      }
    }
  }

  // MARK: Time and checks

  private mutating func pass() {
    let spans: [Span] = [.seconds(1), .seconds(5), .seconds(20), .seconds(61), .minutes(10)]
    let span = pick(spans) ?? .zero
    now = now + span
    wall = wall + span
    if Int.random(in: 0..<20, using: &chance) == 0 {
      wall = wall + .hours(flip() ? 24 * 365 : -24 * 365)
    }
    advance()
  }

  private func context(_ entropy: UInt64) -> DecisionContext {
    DecisionContext(now: now, wall: wall, entropy: entropy)
  }

  private mutating func advance() {
    let mark = center.mark()
    let before = center
    let context = context(chance.next())
    let events = center.advance(in: context)
    let after = center
    center.rollback(to: mark)
    if center != before { problems.append("rollback of advance") }
    if center.advance(in: context) != events || center != after {
      problems.append("advance again")
    }
    center.forgetMarks()
    if let next = center.nextDeadline, next <= now { problems.append("5: something due remains") }
    check(events, by: .service, "advance")
  }

  private mutating func send(_ command: Command) {
    let mark = center.mark()
    let before = center
    let id = Int.random(in: 0..<60, using: &chance)
    let submission = Submission(
      command, actor: Actor(userID: 7),
      requestKey: id < 30 ? RequestKey(user: Actor(userID: 7), id: "r\(id)") : nil,
      fingerprint: Fingerprint(high: 0, low: UInt64.random(in: 0...1, using: &chance)))
    let context = context(chance.next())
    do throws(Rejection) {
      let decision = try center.perform(submission, in: context)
      let after = center
      center.rollback(to: mark)
      if center != before { problems.append("rollback of \(command)") }
      if try center.perform(submission, in: context) != decision || center != after {
        problems.append("again: \(command)")
      }
      center.forgetMarks()
      check(decision.events, by: Actor(userID: 7), "\(command)")
    } catch {
      center.forgetMarks()
      if center != before { problems.append("refused but changed: \(command)") }
    }
  }

  private mutating func check(_ events: [Event], by actor: Actor, _ what: String) {
    for event in events {
      let label = Mirror(reflecting: event).children.first?.label
      seen[label ?? "\(event)", default: 0] += 1
      replayed.apply(
        EventRecord(
          position: replayed.counters.position + 1,
          stamp: EventStamp(now: now, wall: wall, actor: actor), event: event))
      if case .attemptGranted(let id, _, _) = event, !granted.insert(id).inserted {
        problems.append("7: granted twice")
      }
    }
    problems += center.violations().map { "\($0) after \(what)" }
    if replayed != center { problems.append("8: replay differs after \(what)") }
    problems += passedOver(events).map { "4: \($0) after \(what)" }
  }

  /// Invariant 4: offers of a step that pass over an older callback its agent could have had.
  private func passedOver(_ events: [Event]) -> [String] {
    events.compactMap { event in
      guard case .offerMade(let offer) = event, center.offer(offer.id)?.state == .pending,
        let offered = center.callback(offer.callback), let agent = center.agent(offer.agent)
      else { return nil }
      let older = center.offerableCallback(before: offered, for: agent, at: now)
      return older.map { "\(offered.id) was offered before \($0)" }
    }
  }
}
