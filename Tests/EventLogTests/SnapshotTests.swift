import CallbackCore
import EventLog
import Testing

@Suite struct SnapshotTests {
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
        number: .number(Made.number(index), kind: .ordinary), queue: QueueID("q"))
      try perform(.requestCallback(request), at: 5 + Int64(index), key: "r\(index)")
    }
    return (state, records)
  }

  @Test(arguments: LogKind.allCases)
  func aSnapshotGivesTheStateBack(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let (state, records) = try Self.busy()
    let head = try tested.append(records)
    try tested.log.save(LogSnapshot(head: head, state: state.snapshot()))
    try tested.reopen()
    let kept = try #require(try tested.log.latestSnapshot())
    #expect(kept.head == head)
    #expect(kept.state == state.snapshot())
    #expect(CallCenter(restoring: kept.state) == state)
  }

  @Test(arguments: LogKind.allCases)
  func replayingTheLogGivesTheSameStateAsTheSnapshot(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let (state, records) = try Self.busy()
    try tested.append(records)
    var replayed = CallCenter()
    for record in try tested.log.records(after: 0, limit: 1_000) { replayed.apply(record) }
    #expect(replayed == state)
  }

  @Test(arguments: LogKind.allCases)
  func aLaterSnapshotTakesThePlaceOfTheOneBefore(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let (state, records) = try Self.busy()
    let first = try tested.append(Array(records.prefix(3)))
    try tested.log.save(LogSnapshot(head: first, state: Snapshot()))
    let second = try tested.append(Array(records.dropFirst(3)))
    try tested.log.save(LogSnapshot(head: second, state: state.snapshot()))
    #expect(try tested.log.latestSnapshot()?.head == second)
    #expect(try tested.log.latestSnapshot()?.state == state.snapshot())
  }

  @Test(arguments: LogKind.allCases)
  func recordsBehindASnapshotCanBeDropped(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    try tested.append(Made.records(1...4))
    let head = try tested.log.head()
    try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
    try tested.append(Made.records(5...6))
    try tested.log.dropRecords(upTo: 4)
    try tested.reopen()
    #expect(try tested.log.oldestPosition() == 4)
    #expect(try tested.log.records(after: 4, limit: 10) == Made.records(5...6))
    #expect(throws: EventLogError.tooOld(earliest: 4)) {
      try tested.log.records(after: 3, limit: 10)
    }
    #expect(try tested.log.latestSnapshot()?.head == head)
    try tested.append([Made.record(7)])
  }

  @Test(arguments: LogKind.allCases)
  func recordsThatNoSnapshotCoversStay(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    try tested.append(Made.records(1...4))
    try tested.log.dropRecords(upTo: 4)
    #expect(try tested.log.records(after: 0, limit: 10).count == 4)
  }

  @Test(arguments: LogKind.allCases)
  func aLogOfWhichAllWasDroppedGoesOnWhereItEnded(kind: LogKind) throws {
    let tested = try LogUnderTest(kind)
    let head = try tested.append(Made.records(1...4))
    try tested.log.save(LogSnapshot(head: head, state: Snapshot()))
    try tested.log.dropRecords(upTo: 4)
    try tested.reopen()
    #expect(try tested.log.head() == head)
    #expect(try tested.append([Made.record(5)]).position == 5)
  }
}
