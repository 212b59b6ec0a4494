import CallbackCore
import EventLog
import Testing

@testable import CallbackEngine

/// A page that was read at any moment, with what came after it, is the page of the end.
@Suite("Catching up with the history")
struct HistoryCatchUpTests {
  private var machine = EngineMachine()
  private var batches: [LogBatch] = []
  private var clocks = EngineTime(now: Instant(1_000), wall: WallTime(1_700_000_000_000))

  /// Callbacks of two numbers: made, merged, given another number, cancelled, called and commented.
  init() throws {
    for submission in [
      Submission.put(queue: "q"), .put(agent: "anna", queue: "q"),
      .open(session: "desk", agent: "anna"),
    ] { run(submission) }
    let first = try request("+15550100")
    let moved = try request("+15550101")
    _ = try request("+15550100")
    var change = UpdateCallback(id: moved)
    change.number = .number(PhoneNumber(e164: "+15550102"), kind: .ordinary)
    run(Submission(.updateCallback(change), actor: Submission.tester))
    run(.ready("anna"))
    try call(first, .answered)
    run(.cancel(moved))
    let left = try request("+15550102")
    run(Submission(.overrideAgent(AgentID("anna"), wanted: .ready), actor: Submission.tester))
    try call(left, .voicemail)
    let last = try request("+15550100")
    run(Submission(.overrideAgent(AgentID("anna"), wanted: .ready), actor: Submission.tester))
    try call(last, nil)
  }

  @Test(
    "gives what is read at the end, from wherever it was read",
    arguments: [
      HistoryQuery.number(e164: "+15550100"), .number(e164: "+15550101"),
      .number(e164: "+15550102"), .agent(AgentID("anna")), .all, .day(19_675), .day(19_676),
    ], [1, 2, 10])
  func everyMoment(query: HistoryQuery, limit: Int) throws {
    let end = try log(batches.count)
    for read in 0...batches.count {
      let kept = try log(read).history(query, before: nil, limit: limit)
      let since = HistoryCatchUp(batches[read...].flatMap(\.records))
      let caught = since.page(kept, of: query, before: nil, in: machine.state).prefix(limit)
      // One that was full and lost an entry says that there is more.
      let wanted = try end.history(query, before: nil, limit: limit)
      #expect(
        caught.map(shape) == wanted.map(shape).prefix(caught.count).map { $0 },
        "read behind batch \(read)")
      #expect(caught.count == wanted.count || kept.count == limit, "read behind batch \(read)")
    }
  }

  @Test("keeps to what comes behind the page before")
  func laterPages() throws {
    let all = try log(batches.count).history(.all, before: nil, limit: 10)
    let cursor = try #require(all.first).cursor
    for read in 0...batches.count {
      let kept = try log(read).history(.all, before: cursor, limit: 10)
      let since = HistoryCatchUp(batches[read...].flatMap(\.records))
      let caught = since.page(kept, of: .all, before: cursor, in: machine.state)
      #expect(caught.map(shape) == all.dropFirst().map(shape))
    }
  }

  @Test("knows that a callback which came with attempts from before has to be read")
  func halfEntries() throws {
    var test = self
    let id = try test.request("+15550104")
    test.run(Submission(.overrideAgent(AgentID("anna"), wanted: .ready), actor: Submission.tester))
    try test.call(id, .busy)
    let read = test.batches.count
    var change = UpdateCallback(id: id)
    change.number = .number(PhoneNumber(e164: "+15550105"), kind: .ordinary)
    test.run(Submission(.updateCallback(change), actor: Submission.tester))
    let query = HistoryQuery.number(e164: "+15550105")
    for moment in [read, test.batches.count] {
      let kept = try test.log(moment).history(query, before: nil, limit: 10)
      let since = HistoryCatchUp(test.batches[moment...].flatMap(\.records))
      let entry = try #require(
        since.page(kept, of: query, before: nil, in: test.machine.state).first)
      #expect(since.isHalf(entry, beside: kept) == (moment == read))
    }
  }

  /// What of an entry does not change before the callback ends: what is live comes as it stands.
  private func shape(_ entry: HistoryEntry) -> [String] {
    guard case .callback(let kept) = entry.kind else { return [entry.cursor.text] }
    return [entry.cursor.text, kept.callback.id.text, kept.callback.line.e164]
      + kept.attempts.map { "\($0)" }
  }

  /// A log that holds the first batches.
  private func log(_ count: Int) throws -> any EventLog {
    let log = try MemoryEventStore().openLog()
    var end = LogHead.empty
    for batch in batches.prefix(count) {
      guard case .appended(let head) = log.append(batch, after: end.position) else {
        throw Unexpected()
      }
      end = head
    }
    return log
  }

  @discardableResult
  private mutating func run(_ submission: Submission) -> Reply {
    clocks.now = clocks.now + .seconds(1)
    clocks.wall = clocks.wall + .seconds(1)
    let batch = machine.step([submission], at: clocks) { 7 }
    batches.append(batch)
    let head = LogHead(
      position: machine.head.position + UInt64(batch.records.count), checksum: 1)
    let answers = machine.appended(.appended(head)).answers
    return (try? answers.first?.get().get()) ?? .done
  }

  private mutating func request(_ e164: String) throws -> CallbackID {
    guard case .requested(let reply) = run(.request(e164)), let id = reply.callback else {
      throw Unexpected()
    }
    return id
  }

  /// The agent takes what is offered; with no outcome the end of the call is never reported.
  private mutating func call(_ id: CallbackID, _ outcome: AttemptOutcome?) throws {
    guard case .offered(let offer)? = machine.state.callback(id)?.state,
      case .accepted(let accepted) = run(
        Submission(
          .acceptOffer(offer, agent: AgentID("anna"), session: nil), actor: Submission.tester))
    else { throw Unexpected() }
    guard let outcome else {
      run(Submission(.overrideAgent(AgentID("anna"), wanted: .offline), actor: Submission.tester))
      return
    }
    let kinds: [AttemptReport.Kind] =
      switch outcome {
      case .answered: [.answered, .ended]
      case .voicemail: [.voicemail, .ended]
      default: [.ended]
      }
    for (index, kind) in kinds.enumerated() {
      let report = AttemptReport(
        attempt: accepted.attempt, sequence: UInt32(index + 1), kind: kind,
        outcome: kinds.count == 1 ? outcome : nil)
      run(Submission(.reportAttempt(report, dialer: nil), actor: Submission.tester))
    }
    run(
      Submission(
        .recordDisposition(accepted.attempt, Disposition(kind: .resolved, note: "done")),
        actor: Submission.tester))
  }
}
