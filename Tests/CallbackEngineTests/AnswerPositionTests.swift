import CallbackCore
import CallbackEngine
import EventLog
import Testing

/// Where the answers of a batch are true: replaying the log to an answer's position gives the state
/// that the answer speaks of, whatever else the batch holds.
@Suite("The position of an answer")
struct AnswerPositionTests {
  private var machine = EngineMachine()
  private var log: [EventRecord] = []
  private var clocks = EngineTime(now: Instant(1_000), wall: WallTime(1_700_000_000_000))

  /// A queue with an agent who waits for an offer.
  init() {
    for submission in [
      Submission.put(queue: "q"), .put(agent: "anna", queue: "q"),
      .open(session: "desk", agent: "anna"), .ready("anna"),
    ] { _ = run([submission]) }
  }

  private mutating func run(_ submissions: [Submission]) -> [Answer] {
    let batch = machine.step(submissions, at: clocks) { UInt64(log.count) }
    log += batch.records
    let head = LogHead(position: LogPosition(log.count), checksum: 1)
    return machine.appended(.appended(head)).answers.compactMap { try? $0.get() }
  }

  private func replayed(to position: LogPosition) -> CallCenter {
    var center = CallCenter()
    for record in log.prefix(Int(position)) { center.apply(record) }
    return center
  }

  @Test("is behind the command's own events, and before those of the next")
  mutating func behindItsOwnEvents() throws {
    let answers = run([
      .request("+15550100", id: "first"), .request("+15550101", id: "second"),
      .request("+15550100", id: "merged"),
    ])
    for (answer, id) in zip(answers, ["first", "second", "merged"]) {
      guard case .requested(let reply) = try answer.get() else { throw Unexpected() }
      guard case .replyRemembered(let key, _, _) = log[Int(answer.position) - 1].event else {
        throw Unexpected()
      }
      #expect(key.id == id)
      let callback = replayed(to: answer.position).callback(try #require(reply.callback))
      #expect(callback?.revision == reply.revision)
      #expect(callback?.merged == (reply.merged ? 1 : 0))
    }
    #expect(answers.last?.position == LogPosition(log.count))
  }

  @Test("of a refusal and of a repetition is behind what was decided before them")
  mutating func withoutEvents() throws {
    let answers = run([
      .request("+15550100", id: "a"), .request("+15550101", queue: "nowhere"),
      .request("+15550100", id: "a"), .request("+15550101", id: "b"),
    ])
    let positions = answers.map(\.position)
    #expect(positions[1] == positions[0])
    #expect(positions[2] == positions[0])
    #expect(positions[3] > positions[0])
    #expect(try answers[2].get() == answers[0].get())
  }

  @Test("is before what time brings about in the same batch")
  mutating func beforeTheTimers() throws {
    _ = run([.request("+15550100")])
    clocks.now = clocks.now + .seconds(21)
    clocks.wall = clocks.wall + .seconds(21)
    let answers = run([.request("+15550101"), .request("+15550102", queue: "nowhere")])
    for answer in answers {
      #expect(replayed(to: answer.position).pendingOfferCount == 1)
    }
    #expect(replayed(to: LogPosition(log.count)).pendingOfferCount == 0)
  }

  @Test("never goes back from one batch to the next")
  mutating func neverGoesBack() {
    var last: LogPosition = 0
    for index in 0..<6 {
      let before = LogPosition(log.count)
      for answer in run([.request("+1555010\(index % 3)"), .ready("nobody"), .ready("anna")]) {
        #expect(answer.position >= before)
        #expect(answer.position >= last)
        last = answer.position
      }
    }
  }
}
