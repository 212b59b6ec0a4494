import CallbackCore

/// A call center of some size, driven one command at a time: every agent is on a call, and more
/// callbacks wait than agents can take.
struct BenchCenter {
  let agents: [AgentID]
  private(set) var center = CallCenter()
  private var now = Instant(1_000_000)
  private var wall = WallTime(1_772_442_000_000)
  private var entropy: UInt64 = 1
  private var requests: UInt64 = 0
  private var lines = 0

  private static let queue = QueueID("main")
  private static let actor = Actor(userID: 1_000)

  /// Agents who are all at work on a call, and so many callbacks in line behind those calls.
  init(agents count: Int, waiting: Int) {
    agents = (0..<count).map { AgentID("agent-\($0)") }
    var settings = QueueOverrides()
    settings.capacity = 1_000_000
    settings.cooldownAfterCallback = .zero
    settings.declineDelay = .seconds(60)
    do {
      try send(.putQueue(PutQueue(id: Self.queue, settings: settings), ifRevision: nil))
      for (index, agent) in agents.enumerated() {
        let membership = Membership(queue: Self.queue, level: 1)
        try send(.putAgent(agent, AgentSettings(memberships: [membership]), ifRevision: nil))
        let session = SessionID("desktop-\(index)")
        let stream = StreamID(rawValue: UInt64(index + 1))
        try send(.openSession(session, stream: stream, agents: [agent]))
        try send(.setAgentStatus(agent, wanted: .ready, endCooldown: false))
        try request()
        try accept(agent)
      }
      for _ in 0..<waiting { try request() }
    } catch {
      fatalError("the benchmark's call center refuses its own set-up: \(error)")
    }
  }

  /// Sends a command, with a request id of its own as clients do.
  @discardableResult
  mutating func send(_ command: Command, remembered: Bool = true) throws(Rejection) -> Reply {
    entropy &+= 1
    requests += 1
    now = now + Span(1)
    wall = wall + Span(1)
    let submission = Submission(
      command, actor: Self.actor,
      requestKey: remembered
        ? RequestKey(user: Self.actor, id: String(requests, radix: 16)) : nil,
      fingerprint: Fingerprint(high: 0, low: requests))
    let context = DecisionContext(now: now, wall: wall, entropy: entropy)
    return try center.perform(submission, in: context).reply
  }

  /// Lets time do what is due.
  mutating func advance() {
    _ = center.advance(in: DecisionContext(now: now, wall: wall, entropy: 0))
  }

  // MARK: - Commands

  /// A request of a number that has not asked before.
  mutating func nextRequest() -> Command {
    lines += 1
    let digits = String(10_000_000 + lines)
    let number = PhoneNumber(e164: "+120" + digits, display: "(20) " + digits)
    return .requestCallback(
      RequestCallback(
        caller: Caller(name: "Caller", number: number),
        number: .number(number, kind: .ordinary), queue: Self.queue,
        lookup: CallerLookup(status: .resolved)))
  }

  @discardableResult
  mutating func request(remembered: Bool = true) throws(Rejection) -> CallbackID? {
    let command = nextRequest()
    guard case .requested(let reply) = try send(command, remembered: remembered) else {
      return nil
    }
    return reply.callback
  }

  /// The offer that an agent sees.
  func offer(to agent: AgentID) -> OfferID? {
    if case .offered(let offer) = center.agent(agent)?.status { offer } else { nil }
  }

  /// The attempt that an agent is at.
  func attempt(of agent: AgentID) -> AttemptID? {
    if case .onCall(let attempt) = center.agent(agent)?.status { attempt } else { nil }
  }

  mutating func accept(_ agent: AgentID) throws(Rejection) {
    guard let offer = offer(to: agent) else { return }
    try send(.acceptOffer(offer, agent: agent, session: nil))
  }

  /// A report about the attempt of an agent.
  func report(_ agent: AgentID, _ kind: AttemptReport.Kind, _ sequence: UInt32) -> Command? {
    attempt(of: agent).map {
      .reportAttempt(AttemptReport(attempt: $0, sequence: sequence, kind: kind), dialer: nil)
    }
  }
}
