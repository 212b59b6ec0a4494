import CallbackCore
import EventLog
import Logging
import Threads

/// What the engine's thread does: takes what waits, steps the machine, appends, answers.
///
/// Owned by that thread alone.
final class EngineLoop {
  /// The longest sleep while a deadline is ahead, in milliseconds: the clocks that can be waited
  /// for stand still while the machine sleeps, and nobody tells when the wall clock is set.
  private static let longestSleep: Int64 = 1_000
  /// How often a batch is decided again after a lost race.
  private static let maximumRaces = 16

  let store: any EventStore
  let configuration: EngineConfiguration
  let logger: Logger
  let opened: OpenedEngine
  var log: any EventLog
  var machine: EngineMachine
  private(set) var observers: [any EngineObserver] = []
  var snapshotPosition: LogPosition
  var availability = Availability()
  var dropping: Dropping
  var hosts = Hosts()

  /// The log, where others append to it too.
  var shared: (any SharedEventLog)? { log as? any SharedEventLog }

  private init(
    _ store: any EventStore, _ configuration: EngineConfiguration, _ logger: Logger
  ) throws(EventLogError) {
    self.store = store
    self.configuration = configuration
    self.logger = logger
    log = try store.openLog()
    let recovered = try Recovery.recover(log)
    machine = recovered.machine
    machine.zones = configuration.zones
    snapshotPosition = recovered.snapshotPosition
    dropping = Dropping(
      configuration.retention, covered: snapshotPosition, uptime: configuration.clock.uptime())
    let inbox = Inbox<EngineItem>(limit: configuration.maximumWaiting)
    opened = OpenedEngine(
      inbox: inbox, timer: EngineTimer(configuration.clock, from: machine.state.counters.now),
      feed: EventFeed(head: machine.head.position),
      reading: ReadingThread(store, limit: configuration.maximumWaiting),
      board: StatisticsBoard(), ending: Ending(), lineage: log.lineage,
      hostBoard: HostBoard(), news: LogNews())
    configuration.clock.onJump { inbox.wake() }
    store.watch { [news = opened.news] position in
      news.tell(position)
      inbox.wake()
    }
  }

  /// Opens, starts and runs until the inbox is closed; `started` hears how the start went.
  static func run(
    _ store: any EventStore, _ configuration: EngineConfiguration, _ logger: Logger,
    started: (Result<OpenedEngine, EventLogError>) -> Void
  ) {
    do throws(EventLogError) {
      try runToEnd(store, configuration, logger, started: started).end()
    } catch {
      started(.failure(error))
    }
  }

  /// When this returns, nothing of the loop is left, its connection to the log included.
  private static func runToEnd(
    _ store: any EventStore, _ configuration: EngineConfiguration, _ logger: Logger,
    started: (Result<OpenedEngine, EventLogError>) -> Void
  ) throws(EventLogError) -> Ending {
    let loop = try EngineLoop(store, configuration, logger)
    do throws(EventLogError) {
      try loop.startService()
    } catch {
      loop.log.close()
      loop.opened.reading.close()
      throw error
    }
    started(.success(loop.opened))
    loop.runUntilClosed()
    return loop.opened.ending
  }

  private func runUntilClosed() {
    while !opened.inbox.isDrained {
      process(opened.inbox.take(upTo: configuration.maximumBatch, within: sleep()))
    }
    saveSnapshot()
    dropToEnd()
    log.close()
    opened.feed.end()
    for observer in observers { observer.ended() }
  }

  // MARK: - A turn

  typealias Waiting = (submission: Submission, completion: Completion)
  typealias Completion = (Result<Answer, EngineError>) -> Void

  private func process(_ items: [EngineItem]) {
    var submissions: [Waiting] = []
    var links: [(HistoryLink, @Sendable (Result<LogPosition, EngineError>) -> Void)] = []
    for item in items {
      switch item {
      case .submit(let submission, let completion): submissions.append((submission, completion))
      case .link(let link, let completion): links.append((link, completion))
      case .forget, .erase, .look, .observe, .stopObserving: break
      }
    }
    if machine.unsettledAppend != nil { settle() }
    renewLease(holdsTimers: !submissions.isEmpty)
    hear()
    var linked: Result<LogPosition, EngineError> = .failure(.unavailable("unsettled"))
    if machine.unsettledAppend != nil {
      for waiting in submissions { waiting.completion(.failure(.unavailable("unsettled"))) }
    } else if !submissions.isEmpty || !links.isEmpty || isDue() {
      linked = turn(submissions, links: links.map(\.0))
    }
    for (_, completion) in links { completion(linked) }
    for case .forget(let forget) in items { self.forget(forget) }
    for case .erase(let erasure) in items { erase(erasure) }
    look(items)
    settleDown()
  }

  /// Steps, appends and answers. After a lost race it lets nobody else append, catches up and
  /// decides again; while races are lost it does so from the start.
  ///
  /// - Parameters:
  ///   - forgetting: what is still to do where a number is forgotten.
  ///   - holdsTimers: whether commands follow that may have come before what is due.
  /// - Returns: where the log ends then.
  @discardableResult
  func turn(
    _ submissions: [Waiting], links: [HistoryLink] = [], forgetting: DueForgetting? = nil,
    holdsTimers: Bool = false
  ) -> Result<LogPosition, EngineError> {
    if let shared, configuration.clock.uptime() < hosts.contendedUntil {
      try? shared.takeTurn()
      _ = catchUpAfterRace()
    }
    var effects = attempt(submissions, links, forgetting, holdsTimers)
    var races = 0
    // Where nobody else should append, one that goes on to be lost is no race.
    let limit = shared == nil ? 1 : Self.maximumRaces
    while case .conflict? = lastResult, races < limit {
      races += 1
      hosts.contendedUntil = configuration.clock.uptime() + Hosts.contention
      try? shared?.takeTurn()
      guard catchUpAfterRace() else { break }
      effects = attempt(submissions, links, forgetting, holdsTimers)
    }
    shared?.giveTurn()
    publish(effects.batch)
    for (waiting, answer) in zip(submissions, effects.answers) { waiting.completion(answer) }
    guard case .appended(let head)? = lastResult else {
      return .failure(.unavailable("the log did not take it"))
    }
    return .success(head.position)
  }

  private var lastResult: AppendResult?

  private func attempt(
    _ submissions: [Waiting], _ links: [HistoryLink], _ forgetting: DueForgetting?,
    _ holdsTimers: Bool
  ) -> EngineEffects {
    let time = opened.timer.now()
    let timers: EngineMachine.Timers =
      holdsTimers || isCommandWaiting(at: time.now)
      ? .hold : availability.wasAway ? .forgive : .fire
    let batch = machine.step(
      submissions.map(\.submission), links: links, forgetting: forgetting, at: time,
      timers: timers, entropy: configuration.entropy)
    let start = ContinuousClock.now
    let result: AppendResult =
      if !batch.isEmpty {
        log.append(batch, after: machine.head.position)
      } else if submissions.isEmpty, links.isEmpty {
        .appended(machine.head)
      } else {
        confirm()
      }
    let took = start.duration(to: .now)
    lastResult = result
    let effects = machine.appended(result)
    note(result, batch, effects, took)
    return effects
  }

  private func note(
    _ result: AppendResult, _ batch: LogBatch, _ effects: EngineEffects, _ took: Duration
  ) {
    switch result {
    // What appends nothing says nothing about the log.
    case .appended where batch.isEmpty: break
    case .appended: takesAgain()
    case .conflict where shared != nil: break
    case .conflict:
      rest()
      logger.error("the log has a record that this engine did not write")
    case .refused(let reason):
      refuses()
      markUnavailable("the log refused an append: \(reason)")
    case .unknown(let append):
      refuses()
      markUnavailable("the fate of an append is unknown: \(append.cause)")
    }
    let rejections = effects.answers.count { answer in
      if case .success(let answer) = answer, case .failure = answer.outcome { true } else { false }
    }
    let head = machine.head.position
    opened.board.update { board in
      switch result {
      case .appended:
        board.submissions += UInt64(effects.answers.count)
        board.rejections += UInt64(rejections)
        guard !batch.isEmpty else { return }
        board.batches += 1
        board.records += UInt64(batch.records.count)
        board.lastAppendMicroseconds = took.microseconds
        board.appendTimes.record(took)
      case .conflict: board.conflicts += 1
      case .refused: board.refusals += 1
      case .unknown: board.unknowns += 1
      }
      board.position = head
    }
  }

  // MARK: - Observers and reads

  func publish(_ batch: LogBatch, isOwn: Bool = true) {
    guard !batch.isEmpty else { return }
    if !batch.records.isEmpty {
      let point = readPoint()
      for observer in observers {
        if isOwn {
          observer.appended(batch.records, machine.state, at: point)
        } else {
          observer.adopted(batch.records, machine.state, at: point)
        }
      }
    }
    opened.feed.publish(batch, head: machine.head.position)
  }

  private func look(_ items: [EngineItem]) {
    let mustBeFresh = items.contains {
      if case .look(_, let mayBeStale, _) = $0 { !mayBeStale } else { false }
    }
    let failure = mustBeFresh ? bringUpToDate() : nil
    let point = readPoint()
    for item in items {
      switch item {
      case .look(let body, let mayBeStale, let fail):
        if let failure, !mayBeStale { fail(failure) } else { body(machine.state, point) }
      case .observe(let observer):
        observers.append(observer)
        observer.began(machine.state, at: point)
      case .stopObserving(let observer): observers.removeAll { $0 === observer }
      case .submit, .link, .forget, .erase: break
      }
    }
  }

  func readPoint() -> ReadPoint {
    let time = opened.timer.now()
    return ReadPoint(
      position: machine.head.position, now: max(time.now, machine.state.counters.now),
      wall: time.wall, lineage: opened.lineage)
  }

  // MARK: - Time

  /// Whether a command waits that came before something was due: it is decided first (DOMAIN,
  /// "Offers"). What waits is taken in its order, so that time's turn comes.
  private func isCommandWaiting(at now: Instant) -> Bool {
    guard let due = machine.state.nextDeadline, due <= now else { return false }
    return opened.inbox.contains { item in
      switch item {
      case .submit(let submission, _): (submission.receivedAt ?? now) < due
      case .forget(let forget): (forget.submission.receivedAt ?? now) < due
      case .link, .erase, .look, .observe, .stopObserving: false
      }
    }
  }

  func isDue() -> Bool { untilDeadline().map { $0 <= 0 } ?? false }

  /// Milliseconds until time alone changes something; nil for never.
  private func untilDeadline() -> Int64? {
    let time = opened.timer.now()
    let engine = machine.state.nextDeadline.map { ($0 - time.now).milliseconds }
    let wall = machine.state.nextWallDeadline.map { ($0 - time.wall).milliseconds }
    guard let next = [engine, wall].compactMap(\.self).min() else { return nil }
    let shared = next + Int64(hosts.rank) * Hosts.patience
    return max(shared, availability.untilRested(at: configuration.clock.uptime()) ?? shared)
  }

  /// How long to sleep at most; nil for as long as nothing comes.
  private func sleep() -> Int64? {
    if machine.unsettledAppend != nil { return Availability.restAfterFailure }
    if dropping.isDue, hosts.rank == 0 { return 0 }
    let deadline = untilDeadline().map { min(max($0, 0), Self.longestSleep) }
    return [deadline, untilHostWork(), untilProbe()].compactMap(\.self).min()
  }
}

extension Duration {
  /// Whole microseconds.
  fileprivate var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
