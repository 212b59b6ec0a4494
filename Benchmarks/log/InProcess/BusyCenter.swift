import CallbackCore
import CallbackEngine
import EventLog

/// A call center that works as fast as its log takes it: requests, accepts, answers, ends.
struct BusyCenter {
  private static let actor = Actor(userID: 1)

  let log: any EventLog
  private(set) var machine = EngineMachine()
  private var agents = 0
  private var requests = 0
  private var now: Int64 = 1_000
  private var chance: UInt64 = 1

  init(_ log: any EventLog) { self.log = log }

  static func number(_ index: Int) -> String { "+1\(2_020_000_000 + index)" }

  /// A finished callback with a number of its own, as a history holds it.
  static func callback(_ index: Int) -> Callback {
    Callback(
      id: CallbackID(high: UInt64(index), low: 1), queue: QueueID("sales"),
      state: .finished(.answered), requestedAt: WallTime(Int64(index) * 1_000),
      placedAt: Instant(Int64(index) * 1_000),
      request: Shared(
        CallbackRequest(
          caller: Caller(name: "Caller \(index)"), number: PhoneNumber(e164: number(index)))),
      resolution: Shared(CallerRanking.resolve(.none, at: nil)))
  }

  mutating func configure(agents count: Int) throws {
    agents = count
    var settings = QueueOverrides()
    settings.cooldownAfterCallback = .zero
    try perform([
      Submission(
        .putQueue(PutQueue(id: QueueID("sales"), settings: settings), ifRevision: nil),
        actor: Self.actor)
    ])
    for index in 0..<count {
      let agent = AgentID("agent-\(index)")
      let settings = AgentSettings(memberships: [Membership(queue: QueueID("sales"))])
      try perform(
        [
          .putAgent(agent, settings, ifRevision: nil),
          .openSession(
            SessionID("desk-\(index)"), stream: StreamID(rawValue: UInt64(index) + 1),
            agents: [agent]),
          .setAgentStatus(agent, wanted: .ready, endCooldown: false),
        ].map { Submission($0, actor: Self.actor) })
    }
  }

  /// As many callbacks as there are agents, from request to end, each step one batch.
  mutating func liveThroughOneRound() throws {
    let asked = try perform(
      (0..<agents).map { _ in
        requests += 1
        let number = PhoneNumber(e164: Self.number(requests))
        return Submission(
          .requestCallback(
            RequestCallback(number: .number(number, kind: .ordinary), queue: QueueID("sales"))),
          actor: Self.actor, requestKey: key("r"))
      })
    let offers = asked.compactMap { reply -> OfferID? in
      guard case .requested(let taken) = reply, let id = taken.callback,
        case .offered(let offer)? = machine.state.callback(id)?.state
      else { return nil }
      return offer
    }
    let accepted = try perform(
      offers.map {
        requests += 1
        return Submission(
          .acceptOffer($0, agent: nil, session: nil), actor: Self.actor, requestKey: key("a"))
      })
    let attempts = accepted.compactMap { reply -> AttemptID? in
      if case .accepted(let accept) = reply { accept.attempt } else { nil }
    }
    for (sequence, kind) in [(1, AttemptReport.Kind.answered), (2, .ended)] {
      try perform(
        attempts.map {
          let report = AttemptReport(attempt: $0, sequence: UInt32(sequence), kind: kind)
          return Submission(.reportAttempt(report, dialer: nil), actor: Self.actor)
        })
    }
    guard attempts.count == agents else {
      throw Failed(description: "\(attempts.count) of \(agents) callbacks were called back")
    }
    try log.maintain()
  }

  /// Keeps a snapshot, and says how long that took.
  func save(answersFrom number: UInt64) throws -> Duration {
    let begin = ContinuousClock.now
    let state = machine.state.snapshot(answersFrom: number)
    try log.save(LogSnapshot(head: machine.head, state: state))
    return begin.duration(to: .now)
  }

  private func key(_ letter: String) -> RequestKey {
    RequestKey(user: Self.actor, id: "\(letter)-\(requests)")
  }

  @discardableResult
  private mutating func perform(_ submissions: [Submission]) throws -> [Reply] {
    now += 100
    let batch = machine.step(
      submissions, at: EngineTime(now: Instant(now), wall: WallTime(1_700_000_000_000 + now))
    ) { [chance] in chance &* 0x9e37_79b9_7f4a_7c15 }
    chance &+= 1
    let result = log.append(batch, after: machine.head.position)
    return try machine.appended(result).answers.map { try $0.get().get() }
  }
}
