import CallbackCore
import Testing

/// What the simulation has found, each bug with the seed that found it first.
@Suite("What the simulation found")
struct FoundBugsTests {
  private static let queue = QueueID("q")
  private static let user = Actor(userID: 7)

  /// A call center whose clocks a test moves.
  private struct Bench {
    var center = CallCenter()
    var now = Instant(1_000_000)
    var wall = WallTime(1_772_442_000_000)

    init(agents: [AgentID], _ settings: QueueOverrides = QueueOverrides()) throws {
      try perform(.putQueue(PutQueue(id: queue, settings: settings), ifRevision: nil))
      for agent in agents {
        let memberships = [Membership(queue: queue)]
        try perform(.putAgent(agent, AgentSettings(memberships: memberships), ifRevision: nil))
        try perform(.openSession(SessionID(agent.rawValue), stream: 1, agents: [agent]))
        try perform(.setAgentStatus(agent, wanted: .ready, endCooldown: false))
      }
    }

    private var context: DecisionContext { DecisionContext(now: now, wall: wall, entropy: 1) }

    @discardableResult
    mutating func perform(_ command: Command) throws -> Decision {
      try center.perform(Submission(command, actor: user), in: context)
    }

    mutating func request(_ digits: String, notBefore: WallTime? = nil) throws -> CallbackID {
      let number = PhoneNumber(e164: "+1202555\(digits)")
      let request = RequestCallback(
        number: .number(number, kind: .ordinary), queue: queue, notBefore: notBefore)
      let reply = try perform(.requestCallback(request)).reply
      guard case .requested(let answer) = reply else { throw Unexpected() }
      return try #require(answer.callback)
    }

    mutating func pass(_ span: Span) {
      now = now + span
      wall = wall + span
    }

    mutating func advance() { _ = center.advance(in: context) }
  }

  private struct Unexpected: Error {}

  /// Seed 6. The answer was "queued", and the callback was dropped by the very event that queued
  /// it.
  @Test("a finished callback that is queued again in the moment it is old is not lost")
  func requeueOfAnOldCallback() throws {
    var bench = try Bench(agents: [])
    let id = try bench.request("0100")
    try bench.perform(.cancelCallback(id, ifRevision: nil))
    bench.pass(ServiceSettings().closedRetention)
    try bench.perform(.requeueCallback(id))
    #expect(bench.center.callback(id)?.state == .queued)
    #expect(bench.center.violations() == [])
  }

  /// Seed 148. Its exclusion had ended while it was scheduled, and was left due after the step.
  @Test("a callback that the wall clock queues leaves no timer behind")
  func exclusionEndsWhileScheduled() throws {
    var bench = try Bench(agents: [AgentID("a")])
    let id = try bench.request("0100")
    guard case .offered(let offer)? = bench.center.callback(id)?.state else { throw Unexpected() }
    try bench.perform(.rejectOffer(offer, agent: nil, session: nil))
    var update = UpdateCallback(id: id)
    update.notBefore = bench.wall + QueueSettings().declineDelay
    try bench.perform(.updateCallback(update))
    bench.pass(QueueSettings().declineDelay)
    bench.advance()
    #expect(bench.center.callback(id)?.state.attempt == nil)
    #expect(bench.center.nextDeadline.map { $0 > bench.now } ?? true)
  }

  /// Seed 3933. The other one was moved to it, and ended with it.
  @Test("a callback that is moved to one whose end was asked for does not end with it")
  func moveToOneThatEnds() throws {
    var bench = try Bench(agents: [AgentID("a")])
    let dialled = try bench.request("0100")
    guard case .offered(let offer)? = bench.center.callback(dialled)?.state else {
      throw Unexpected()
    }
    let accept = try bench.perform(.acceptOffer(offer, agent: nil, session: nil)).reply
    guard case .accepted(let accepted) = accept else { throw Unexpected() }
    try bench.perform(.cancelCallback(dialled, ifRevision: nil))
    let other = try bench.request("0101")
    var update = UpdateCallback(id: other)
    update.number = .number(PhoneNumber(e164: "+12025550100"), kind: .ordinary)
    try bench.perform(.updateCallback(update))
    try bench.perform(
      .reportAttempt(
        AttemptReport(attempt: accepted.attempt, sequence: 1, kind: .ended, outcome: .busy),
        dialer: nil))
    #expect(bench.center.callback(dialled)?.state.isLive == true)
    #expect(bench.center.violations() == [])
  }

  /// Seed 629. The new request came before the timer of the exclusion, and its callback was
  /// offered before the older one.
  @Test("an exclusion that is over counts no more, even before its timer")
  func exclusionEndsBeforeItsTimer() throws {
    var bench = try Bench(agents: [AgentID("a")])
    let older = try bench.request("0100")
    guard case .offered(let offer)? = bench.center.callback(older)?.state else {
      throw Unexpected()
    }
    try bench.perform(.rejectOffer(offer, agent: nil, session: nil))
    #expect(bench.center.callback(older)?.state == .queued)
    bench.pass(QueueSettings().declineDelay)
    let younger = try bench.request("0101")
    #expect(bench.center.callback(younger)?.state == .queued)
    #expect(bench.center.callback(older)?.state != .queued)
  }
}
