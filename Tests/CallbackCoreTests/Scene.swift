import CallbackCore
import Testing

/// A call center on a manual clock: commands go in, and after each one every invariant is
/// checked, the log is replayed, and a rollback is tried.
struct Scene {
  private(set) var center = CallCenter()
  private(set) var log: [EventRecord] = []
  var now = Instant(1_000_000)
  /// 2026-03-02T09:00:00Z.
  var wall = WallTime(1_772_442_000_000)
  var zones: any ZoneTable = NoZones()
  private var entropy: UInt64 = 1
  private(set) var granted: Set<AttemptID> = []

  /// A queue `main` with two dialled numbers, a location and one agent, `anna`, ready.
  static func standard(
    _ configure: (inout QueueOverrides) -> Void = { _ in }
  ) -> Scene {
    var scene = Scene()
    var settings = QueueOverrides()
    configure(&settings)
    scene.must(.putQueue(PutQueue(id: main, name: "Main", settings: settings), ifRevision: nil))
    scene.must(
      .putLocation(Location(id: downtown, name: "Downtown", region: "US"), ifRevision: nil))
    scene.must(
      .putNumber(
        DialledNumber(
          number: PhoneNumber(e164: "+12025550100"), location: downtown, adSource: "Billboard",
          queue: main), ifRevision: nil))
    scene.addAgent(anna)
    scene.ready(anna)
    return scene
  }

  // MARK: Commands

  private mutating func context() -> DecisionContext {
    entropy &+= 1
    return DecisionContext(now: now, wall: wall, entropy: entropy, zones: zones)
  }

  /// Sends a command that may be refused.
  @discardableResult
  mutating func send(
    _ command: Command, key: String? = nil, fingerprint: UInt64 = 0, receivedAt: Instant? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws(Rejection) -> Reply {
    let actor = Actor(userID: 1000)
    let submission = Submission(
      command, actor: actor, requestKey: key.map { RequestKey(user: actor, id: $0) },
      fingerprint: Fingerprint(high: 0, low: fingerprint), receivedAt: receivedAt)
    let context = context()
    let before = center
    let mark = center.mark()
    do throws(Rejection) {
      let decision = try center.perform(submission, in: context)
      let after = center
      center.rollback(to: mark)
      #expect(center == before, "rollback", sourceLocation: sourceLocation)
      #expect(center.violations() == [], "after rollback", sourceLocation: sourceLocation)
      let again = try center.perform(submission, in: context)
      #expect(again == decision, sourceLocation: sourceLocation)
      #expect(center == after, sourceLocation: sourceLocation)
      center.forgetMarks()
      record(decision.events, actor: actor, sourceLocation)
      return decision.reply
    } catch {
      #expect(center == before, "a refusal changes nothing", sourceLocation: sourceLocation)
      center.forgetMarks()
      throw error
    }
  }

  /// Sends a command that is not refused.
  @discardableResult
  mutating func must(
    _ command: Command, key: String? = nil, receivedAt: Instant? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Reply {
    do throws(Rejection) {
      return try send(
        command, key: key, receivedAt: receivedAt, sourceLocation: sourceLocation)
    } catch {
      Issue.record("refused: \(error)", sourceLocation: sourceLocation)
      return .done
    }
  }

  /// Sends a command that is refused, and tells why.
  mutating func refusal(
    _ command: Command, key: String? = nil, fingerprint: UInt64 = 0, receivedAt: Instant? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Rejection? {
    do throws(Rejection) {
      let reply = try send(
        command, key: key, fingerprint: fingerprint, receivedAt: receivedAt,
        sourceLocation: sourceLocation)
      Issue.record("not refused: \(reply)", sourceLocation: sourceLocation)
      return nil
    } catch {
      return error
    }
  }

  /// Lets time pass, and everything in it happen at its moment.
  mutating func pass(_ span: Span, sourceLocation: SourceLocation = #_sourceLocation) {
    let end = now + span
    tick(sourceLocation)
    while let due = nextDue, due <= end {
      let step = max(due, now) - now
      now = now + step
      wall = wall + step
      tick(sourceLocation)
    }
    let rest = end - now
    now = end
    wall = wall + rest
    tick(sourceLocation)
  }

  private var nextDue: Instant? {
    let wallDue = center.nextWallDeadline.map { now + ($0 - wall) }
    return [center.nextDeadline, wallDue].compactMap(\.self).min()
  }

  /// Lets everything happen that is due.
  mutating func tick(_ sourceLocation: SourceLocation = #_sourceLocation) {
    let events = center.advance(in: context())
    record(events, actor: .service, sourceLocation)
    if let next = center.nextDeadline {
      #expect(next > now, "5: what is due has happened", sourceLocation: sourceLocation)
    }
  }

  private mutating func record(
    _ events: [Event], actor: Actor, _ sourceLocation: SourceLocation
  ) {
    for event in events {
      log.append(
        EventRecord(
          position: UInt64(log.count) + 1,
          stamp: EventStamp(now: now, wall: wall, actor: actor), event: event))
      if case .attemptGranted(let id, _, _) = event {
        #expect(granted.insert(id).inserted, "7: one grant", sourceLocation: sourceLocation)
      }
    }
    #expect(center.violations() == [], sourceLocation: sourceLocation)
    #expect(replayed == center, "8: replay", sourceLocation: sourceLocation)
  }

  /// The state that the log gives.
  var replayed: CallCenter {
    var replayed = CallCenter()
    for record in log { replayed.apply(record) }
    return replayed
  }

  // MARK: Short words

  mutating func addAgent(_ id: AgentID, in queues: [QueueID] = [main], level: UInt16 = 1) {
    must(
      .putAgent(
        id,
        AgentSettings(
          name: id.rawValue, endpoint: "sip:\(id)@example.org",
          memberships: queues.map { Membership(queue: $0, level: level) }), ifRevision: nil))
    connect(id)
  }

  mutating func connect(_ id: AgentID) {
    let stream = StreamID(rawValue: UInt64(log.count))
    must(.openSession(SessionID("\(id)'s desktop"), stream: stream, agents: [id]))
  }

  mutating func disconnect(_ id: AgentID) {
    let session = SessionID("\(id)'s desktop")
    let stream = center.snapshot().sessions.first { $0.id == session }?.stream
    must(.closeSession(session, stream: stream ?? 0))
  }

  @discardableResult
  mutating func ready(_ id: AgentID) -> AgentStatus {
    must(.setAgentStatus(id, wanted: .ready, endCooldown: false))
    return status(id)
  }

  func status(_ id: AgentID) -> AgentStatus { center.agent(id)?.status ?? .offline }

  /// Asks for a callback to the number that ends with `digits`.
  @discardableResult
  mutating func request(
    _ digits: String = "0123", in queue: QueueID = main, priority: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout RequestCallback) -> Void = { _ in }
  ) -> CallbackID {
    let reply = requestReply(digits, in: queue, sourceLocation: sourceLocation) {
      $0.priority = priority
      change(&$0)
    }
    guard let id = reply.callback else {
      Issue.record("no callback was made", sourceLocation: sourceLocation)
      return CallbackID(high: 0, low: 0)
    }
    return id
  }

  @discardableResult
  mutating func requestReply(
    _ digits: String = "0123", in queue: QueueID = main,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout RequestCallback) -> Void = { _ in }
  ) -> RequestReply {
    var request = RequestCallback.from(digits, in: queue)
    change(&request)
    let reply = must(.requestCallback(request), sourceLocation: sourceLocation)
    if case .requested(let answer) = reply { return answer }
    Issue.record("not an answer to a request: \(reply)", sourceLocation: sourceLocation)
    return RequestReply(
      callback: nil, merged: false, queue: queue, position: 0, eligibleAt: wall,
      requestedAt: wall, number: PhoneNumber(e164: "+1"), revision: 0)
  }

  func state(_ id: CallbackID) -> CallbackState? { center.callback(id)?.state }

  /// The offer that an agent sees.
  func offer(to id: AgentID) -> Offer? {
    guard case .offered(let offer) = status(id) else { return nil }
    return center.offer(offer)
  }

  /// The agent accepts what they see.
  @discardableResult
  mutating func accept(
    _ id: AgentID, sourceLocation: SourceLocation = #_sourceLocation
  ) -> AttemptID {
    guard let offer = offer(to: id) else {
      Issue.record("\(id) sees no offer", sourceLocation: sourceLocation)
      return AttemptID(high: 0, low: 0)
    }
    let reply = must(
      .acceptOffer(offer.id, agent: id, session: SessionID("\(id)'s desktop")),
      sourceLocation: sourceLocation)
    guard case .accepted(let answer) = reply else { return AttemptID(high: 0, low: 0) }
    return answer.attempt
  }

  mutating func reject(_ id: AgentID, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let offer = offer(to: id) else {
      Issue.record("\(id) sees no offer", sourceLocation: sourceLocation)
      return
    }
    must(.rejectOffer(offer.id, agent: id, session: nil), sourceLocation: sourceLocation)
  }

  /// Reports what happened to an attempt, with the next sequence.
  @discardableResult
  mutating func report(
    _ attempt: AttemptID, _ kind: AttemptReport.Kind, _ outcome: AttemptOutcome? = nil,
    by dialer: DialerID? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) -> ReportReply? {
    let sequence = (center.attempt(attempt)?.lastSequence ?? 0) + 1
    let report = AttemptReport(
      attempt: attempt, sequence: sequence, kind: kind, outcome: outcome)
    guard
      case .reported(let reply) = must(
        .reportAttempt(report, dialer: dialer), sourceLocation: sourceLocation)
    else { return nil }
    return reply
  }

  /// Sets how many answers are remembered.
  mutating func rememberAtMost(_ answers: UInt32) {
    var settings = center.settings
    settings.requestMemoryLimit = answers
    must(.putSettings(settings, ifRevision: nil))
  }

  /// A whole call that was answered.
  mutating func finishCall(_ attempt: AttemptID) {
    report(attempt, .answered)
    report(attempt, .ended)
  }
}

let main = QueueID("main")
let sales = QueueID("sales")
let downtown = LocationID("downtown")
let anna = AgentID("anna")
let ben = AgentID("ben")
let cleo = AgentID("cleo")
let switchboard = DialerID("switchboard")

extension RequestCallback {
  /// A request of the number +1 202 555 and `digits`.
  static func from(_ digits: String, in queue: QueueID? = main) -> RequestCallback {
    let number = PhoneNumber(e164: "+1202555\(digits)", display: "(202) 555-\(digits)")
    return RequestCallback(
      caller: Caller(name: "Caller \(digits)", number: number),
      number: .number(number, kind: .ordinary),
      dialled: PhoneNumber.Line(e164: "+12025550100"), queue: queue,
      lookup: CallerLookup(status: .resolved))
  }
}
