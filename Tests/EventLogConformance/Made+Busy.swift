import CallbackCore
import EventLog

extension Made {
  /// A call center with something of everything that a few commands make, and its records.
  static func busy() throws -> (state: CallCenter, records: [EventRecord]) {
    var state = CallCenter()
    var records: [EventRecord] = []
    func perform(_ command: Command, at time: Int64, key: String? = nil) throws {
      let actor = Actor(userID: 5)
      let context = DecisionContext(now: Instant(time), wall: WallTime(time), entropy: 1)
      let decision = try state.perform(
        Submission(command, actor: actor, requestKey: key.map { RequestKey(user: actor, id: $0) }),
        in: context)
      for event in decision.events {
        let stamp = EventStamp(now: context.now, wall: context.wall, actor: actor)
        let position = UInt64(records.count) + 1
        records.append(EventRecord(position: position, stamp: stamp, event: event))
      }
    }
    try perform(.putQueue(PutQueue(id: QueueID("q")), ifRevision: nil), at: 1)
    let settings = AgentSettings(name: "Anna", memberships: [Membership(queue: QueueID("q"))])
    try perform(.putAgent(AgentID("anna"), settings, ifRevision: nil), at: 2)
    try perform(.openSession(SessionID("d"), stream: 1, agents: [AgentID("anna")]), at: 3)
    try perform(.setAgentStatus(AgentID("anna"), wanted: .ready, endCooldown: false), at: 4)
    for index in 0..<3 {
      let request = RequestCallback(
        number: .number(number(index), kind: .ordinary), queue: QueueID("q"))
      try perform(.requestCallback(request), at: 5 + Int64(index), key: "r\(index)")
    }
    return (state, records)
  }
}

extension Made {
  /// A state in which only the answers with some numbers are remembered, or those of them that
  /// come from `kept` on.
  static func answered(_ numbers: Range<UInt64>, leavingOut kept: UInt64 = 0) -> Snapshot {
    var state = Snapshot()
    state.counters.firstAnswer = numbers.lowerBound
    state.answersFrom = max(numbers.lowerBound, min(kept, numbers.upperBound))
    state.answers = (state.answersFrom..<numbers.upperBound).map { number in
      Snapshot.Answer(
        key: RequestKey(user: Actor(userID: 5), id: "r\(number)"),
        fingerprint: Fingerprint(high: 1, low: number), reply: .done, at: Instant(Int64(number)))
    }
    return state
  }
}
