import CallbackCore
import CallbackEngine
import EventLog

/// Everything around the service, and the service: people, desktops, connectors, clocks and a disk,
/// moved by one action after the other.
struct World: Sendable {
  let profile: Profile
  var node: Node
  var observer = Observer()
  /// The state that the durable records give, one by one.
  private(set) var replayed = CallCenter()
  var clocks = Clocks()
  var clients = Clients()
  var desktops: [SessionID: StreamID] = [:]
  var connectors: [DialerID: Connector] = [:]
  /// Which connector dialled an attempt: at most once, and never without a grant.
  var dialled: [AttemptID: DialerID] = [:]
  /// Messages that are late, in the order of their sending.
  var late: [Node.Item] = []
  private var streams: UInt32 = 0
  var chance: Chance
  /// Whether messages may be late, doubled or lost: neither before the run nor when all heals.
  var isNetworkFaulty = false
  /// Set while several messages are gathered for one batch.
  var isGathering = false
  /// What happened, in words; kept for failing runs only.
  private(set) var trace: [String]?
  private(set) var failure: String?
  private var step = 0
  /// The last position that anybody was told.
  private(set) var acknowledged: LogPosition = 0
  /// How many actions lie between two replays that are compared in full.
  private let replayEvery: Int

  init(seed: UInt64, isTraced: Bool = false) {
    profile = Profile(seed: seed)
    node = Node(seed: seed)
    chance = Chance(seed: seed)
    trace = isTraced ? [] : nil
    replayEvery = 1 + Int(seed % 7)
    for id in profile.dialers { connectors[id] = Connector() }
  }

  /// The state as it is known outside: what is durable.
  var state: CallCenter { replayed }

  /// A stream that nobody else has.
  mutating func nextStream() -> StreamID {
    streams += 1
    return StreamID(
      host: HostID(rawValue: UInt32(chance.below(profile.hosts))), count: streams)
  }

  mutating func note(_ words: @autoclosure () -> String) {
    if trace != nil { trace?.append("\(step): \(words())") }
  }

  mutating func fail(_ problem: String) {
    if failure == nil {
      failure = problem.replacing("CallbackCore.", with: "")
      note("FAILS: \(problem)")
    }
  }

  // MARK: - A run

  mutating func run(_ actions: [Action]) {
    configure()
    isNetworkFaulty = profile.networkFaults > 0
    for action in actions where failure == nil {
      step += 1
      chance = Chance(seed: action.seed)
      breathe()
      perform(action.kind)
      // A service that is late decides commands after deadlines that have passed.
      if !chance.happens(15) { pump() }
    }
    if failure == nil { heal() }
  }

  /// What goes on by itself: a slow disk answers, late messages arrive.
  private mutating func breathe() {
    if node.isWaiting || node.isUnsettled, chance.happens(35) { diskAnswers() }
    while !late.isEmpty, chance.happens(40) {
      deliver([late.remove(at: chance.below(late.count))])
    }
    if !node.isUp, chance.happens(50) { restart() }
  }

  // MARK: - Messages

  /// Sends a command; the network may double it or be late.
  mutating func send(
    _ command: Command, actor: Actor = Actor(userID: 7), ticket: Node.Ticket = .nobody
  ) {
    let submission = Submission(command, actor: actor, receivedAt: clocks.now)
    dispatch(Node.Item(submission: submission, ticket: ticket))
  }

  mutating func dispatch(_ item: Node.Item) {
    if isNetworkFaulty, chance.happens(profile.networkFaults) {
      late.append(item)
      if chance.oneIn(2) { return }
    }
    deliver([item])
  }

  mutating func deliver(_ items: [Node.Item]) {
    guard node.isUp else { return }
    var items = items
    for index in items.indices { items[index].submission.receivedAt = clocks.now }
    for item in items { note("\(Self.words(item.submission.command))") }
    node.receive(items)
    if !isGathering, !chance.happens(10) { pump() }
  }

  static func words(_ value: some Any) -> String {
    var words = String(describing: value)
    for noise in ["CallbackCore.", "Optional"] { words = words.replacing(noise, with: "") }
    return words
  }

  // MARK: - Turns of the service

  mutating func pump() {
    guard failure == nil, node.isUp, !node.isWaiting else { return }
    digest(node.turn(at: clocks.time))
  }

  mutating func diskAnswers() {
    note("the disk answers")
    digest(node.diskAnswers(at: clocks.time))
  }

  private mutating func digest(_ turn: Node.Turn) {
    let problems = observer.problems.count
    let before = observer.position
    observer.only = turn.only
    for record in turn.records { take(record) }
    if node.isQuiet, turn.isCurrent, let state = node.machine?.state {
      observer.check(state, at: turn.decidedAt)
      for violation in state.violations() { fail(violation) }
      if let next = state.nextDeadline, next <= turn.decidedAt {
        fail("9: something that is due has not happened")
      }
    }
    checkForgetting(turn)
    if observer.problems.count > problems { fail(observer.problems[problems]) }
    checkPositions(of: turn, after: before)
    for (item, result) in turn.answers { answer(item, result) }
    if failure == nil, node.isQuiet, !turn.isCurrent || step % replayEvery == 0 { compare() }
  }

  private mutating func take(_ record: EventRecord) {
    note("  \(record.position) \(Self.words(record.event))")
    observer.observe(record)
    replayed.apply(record)
    push(record.event)
  }

  /// Invariant 8: replaying the log gives the state, and so does restoring its snapshot.
  private mutating func compare() {
    guard let state = node.machine?.state else { return }
    let snapshot = state.snapshot()
    if snapshot != replayed.snapshot() { fail("8: the replayed log is not the state") }
    if step % 5 == 0, CallCenter(restoring: snapshot).snapshot() != snapshot {
      fail("8: the restored snapshot is not the state")
    }
  }

  /// Whoever was forgotten is nowhere in the state.
  private mutating func checkForgetting(_ turn: Node.Turn) {
    guard case .forgetCaller(let e164)? = turn.only?.command, node.isQuiet,
      let state = node.machine?.state,
      turn.records.contains(where: { if case .callerForgotten = $0.event { true } else { false } })
    else { return }
    var words = ""
    dump(state.snapshot(), to: &words)
    if words.contains(e164) { fail("forget: \(e164) is still in the state") }
  }

  /// An answer is true right after its command's own events, of which the last remembers the reply:
  /// within its batch, and never before the answer to an earlier command.
  private mutating func checkPositions(of turn: Node.Turn, after before: LogPosition) {
    var remembered: [RequestKey: (reply: Reply, position: LogPosition)] = [:]
    for record in turn.records {
      guard case .replyRemembered(let key, _, let reply) = record.event else { continue }
      remembered[key] = (reply, record.position)
    }
    var last = before
    for case (let item, .success(let answer)) in turn.answers {
      if answer.position < last || answer.position > observer.position {
        fail("log: an answer of position \(answer.position), not \(last)...\(observer.position)")
      }
      last = answer.position
      // Refusals and validations are not remembered: their id may be taken later in the batch.
      guard case .success(let reply) = answer.outcome, let key = item.submission.requestKey,
        let own = remembered[key], own.reply == reply
      else { continue }
      remembered[key] = nil
      if own.position != answer.position {
        fail("log: an answer of position \(answer.position), whose events end at \(own.position)")
      }
    }
  }

  private mutating func answer(_ item: Node.Item, _ result: Result<Answer, EngineError>) {
    if case .success(let answer) = result { acknowledged = max(acknowledged, answer.position) }
    if case .success(let answer) = result { note("  -> \(Self.words(answer.outcome))") }
    if case .failure(let error) = result { note("  -> \(error)") }
    switch item.ticket {
    case .nobody: break
    case .client(let key): answerClient(key, item, result)
    case .claim(let attempt, let dialer): answerClaim(attempt, dialer, result)
    case .attach(let dialer): answerAttach(dialer, result)
    }
  }

  // MARK: - Crashes and starts

  mutating func crash() {
    guard node.isUp else { return }
    let lost = node.crash(losesUnsynced: chance.oneIn(2), writesRunning: chance.oneIn(2))
    note("the service dies; \(lost.count) commands are lost")
    for id in connectors.keys { connectors[id]?.stream = nil }
    desktops = [:]
  }

  /// Starts the service, and holds what it found to what was told and tried.
  mutating func restart() {
    guard !node.isUp, failure == nil else { return }
    node.start(usesSnapshot: chance.oneIn(2))
    note("the service starts")
    guard let machine = node.machine else { return }
    if machine.head.position < acknowledged {
      fail("log: acknowledged \(acknowledged), restored \(machine.head.position)")
    }
    let known = Int(observer.position)
    guard known <= node.disk.records.count else { return fail("log: a durable record is gone") }
    for record in node.disk.records[known...] {
      if node.attempted[record.position] != record { fail("log: a record that nobody wrote") }
      take(record)
    }
    if machine.state != replayed { fail("8: the restored state is not the replayed one") }
    clocks.start(from: machine.state.counters.now)
    node.receive([
      Node.Item(
        submission: Submission(.serviceStarted, actor: .service, receivedAt: clocks.now),
        ticket: .nobody)
    ])
    pump()
    // The engine does not start when its start cannot be recorded.
    if node.isUnsettled || node.isWaiting { node.fates = [] }
  }
}

/// The clocks: one that only runs, one that anybody may set.
struct Clocks: Sendable {
  private var uptime: Int64 = 0
  private var base = Instant(1_000_000)
  /// 2026-03-02T09:00:00Z.
  private(set) var wall = WallTime(1_772_442_000_000)
  /// What the wall clock would show if nobody had touched it.
  private(set) var trueWall = WallTime(1_772_442_000_000)

  var now: Instant { base + Span(uptime) }
  var time: EngineTime { EngineTime(now: now, wall: wall) }

  mutating func pass(_ span: Span) {
    uptime += span.milliseconds
    wall = wall + span
    trueWall = trueWall + span
  }

  mutating func jump(_ span: Span) { wall = wall + span }
  mutating func setRight() { wall = trueWall }

  /// A start counts on from the last event.
  mutating func start(from now: Instant) { (base, uptime) = (now, 0) }
}
