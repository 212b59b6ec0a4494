import CallbackCore
import EventLog
import Logging

/// What the engine's thread does: takes what waits, steps the machine, appends, answers.
///
/// Owned by that thread alone.
final class EngineLoop {
  /// The longest sleep while a deadline is ahead, in milliseconds: the clocks that can be waited
  /// for stand still while the machine sleeps, and nobody tells when the wall clock is set.
  private static let longestSleep: Int64 = 1_000
  /// How long deadlines rest after an append that failed, in milliseconds.
  private static let restAfterFailure: Int64 = 250

  private let store: any EventStore
  private let configuration: EngineConfiguration
  private let logger: Logger
  private let opened: OpenedEngine
  private var log: any EventLog
  private var machine: EngineMachine
  private var observers: [any EngineObserver] = []
  private var snapshotPosition: LogPosition
  /// Deadlines are not acted on before this uptime.
  private var restsUntil: Int64 = .min
  private var dropping: Dropping

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
      board: StatisticsBoard(), ending: Ending(), lineage: log.lineage)
    configuration.clock.onJump { inbox.wake() }
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

  private func startService() throws(EventLogError) {
    var failure: EngineError?
    let start = Submission(.serviceStarted, actor: .service)
    turn([(start, { if case .failure(let error) = $0 { failure = error } })], links: [])
    if let failure { throw .unavailable("the start could not be recorded: \(failure)") }
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

  private typealias Waiting = (submission: Submission, completion: Completion)
  private typealias Completion = (Result<Answer, EngineError>) -> Void

  private func process(_ items: [EngineItem]) {
    var submissions: [Waiting] = []
    var links: [(HistoryLink, @Sendable (Result<LogPosition, EngineError>) -> Void)] = []
    for item in items {
      switch item {
      case .submit(let submission, let completion): submissions.append((submission, completion))
      case .link(let link, let completion): links.append((link, completion))
      case .forget, .look, .observe, .stopObserving: break
      }
    }
    if machine.unsettledAppend != nil { settle() }
    var linked: Result<LogPosition, EngineError> = .failure(.unavailable("unsettled"))
    if machine.unsettledAppend != nil {
      for waiting in submissions { waiting.completion(.failure(.unavailable("unsettled"))) }
    } else if !submissions.isEmpty || !links.isEmpty || isDue() {
      linked = turn(submissions, links: links.map(\.0))
    }
    for (_, completion) in links { completion(linked) }
    for case .forget(let forget) in items { self.forget(forget) }
    look(items)
    settleDown()
  }

  /// Steps, appends and answers. After a lost race it catches up and decides again, once.
  @discardableResult
  private func turn(
    _ submissions: [Waiting], links: [HistoryLink]
  ) -> Result<LogPosition, EngineError> {
    var effects = attempt(submissions, links)
    if case .conflict? = lastResult, catchUp() { effects = attempt(submissions, links) }
    publish(effects.batch)
    for (waiting, answer) in zip(submissions, effects.answers) { waiting.completion(answer) }
    guard case .appended(let head)? = lastResult else {
      return .failure(.unavailable("the log did not take it"))
    }
    return .success(head.position)
  }

  private var lastResult: AppendResult?

  private func attempt(_ submissions: [Waiting], _ links: [HistoryLink]) -> EngineEffects {
    let batch = machine.step(
      submissions.map(\.submission), links: links, at: opened.timer.now(),
      entropy: configuration.entropy)
    let start = ContinuousClock.now
    let result: AppendResult =
      batch.isEmpty ? .appended(machine.head) : log.append(batch, after: machine.head.position)
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
    case .appended: restsUntil = .min
    case .conflict: rest("the log has a record that this engine did not write")
    case .refused(let reason): rest("the log refused an append: \(reason)")
    case .unknown(let append): rest("the fate of an append is unknown: \(append.cause)")
    }
    let rejections = effects.answers.count { answer in
      if case .success(let answer) = answer, case .failure = answer.outcome { true } else { false }
    }
    let head = machine.head.position
    opened.board.update { board in
      switch result {
      case .appended:
        board.isAvailable = true
        board.submissions += UInt64(effects.answers.count)
        board.rejections += UInt64(rejections)
        guard !batch.isEmpty else { return }
        board.batches += 1
        board.records += UInt64(batch.records.count)
        board.lastAppendMicroseconds = took.microseconds
        board.appendTimes.record(microseconds: took.microseconds)
      case .conflict: board.conflicts += 1
      case .refused:
        board.refusals += 1
        board.isAvailable = false
      case .unknown:
        board.unknowns += 1
        board.isAvailable = false
      }
      board.position = head
    }
  }

  private func rest(_ words: String) {
    restsUntil = configuration.clock.uptime() + Self.restAfterFailure
    logger.error("\(words)")
  }

  // MARK: - Observers and reads

  private func publish(_ batch: LogBatch) {
    guard !batch.isEmpty else { return }
    if !batch.records.isEmpty {
      let point = readPoint()
      for observer in observers { observer.appended(batch.records, machine.state, at: point) }
    }
    opened.feed.publish(batch, head: machine.head.position)
  }

  private func look(_ items: [EngineItem]) {
    let point = readPoint()
    for item in items {
      switch item {
      case .look(let body, _): body(machine.state, point)
      case .observe(let observer):
        observers.append(observer)
        observer.began(machine.state, at: point)
      case .stopObserving(let observer): observers.removeAll { $0 === observer }
      case .submit, .link, .forget: break
      }
    }
  }

  private func readPoint() -> ReadPoint {
    let time = opened.timer.now()
    return ReadPoint(
      position: machine.head.position, now: max(time.now, machine.state.counters.now),
      wall: time.wall, lineage: opened.lineage)
  }

  // MARK: - Time

  private func isDue() -> Bool { untilDeadline().map { $0 <= 0 } ?? false }

  /// Milliseconds until time alone changes something; nil for never.
  private func untilDeadline() -> Int64? {
    let time = opened.timer.now()
    let engine = machine.state.nextDeadline.map { ($0 - time.now).milliseconds }
    let wall = machine.state.nextWallDeadline.map { ($0 - time.wall).milliseconds }
    guard let next = [engine, wall].compactMap(\.self).min() else { return nil }
    return max(next, restsUntil == .min ? next : restsUntil - configuration.clock.uptime())
  }

  /// How long to sleep at most; nil for as long as nothing comes.
  private func sleep() -> Int64? {
    if machine.unsettledAppend != nil { return Self.restAfterFailure }
    if dropping.isDue { return 0 }
    return untilDeadline().map { min(max($0, 0), Self.longestSleep) }
  }

  // MARK: - The log

  /// Opens the log anew and finds out what became of the append whose fate was unknown.
  private func settle() {
    guard let append = machine.unsettledAppend,
      configuration.clock.uptime() >= restsUntil || opened.inbox.isClosed
    else { return }
    do throws(EventLogError) {
      log.close()
      log = try store.openLog()
      let result = log.settle(append)
      if case .conflict = result { _ = catchUp() }
      publish(machine.settled(result).batch)
      if machine.unsettledAppend == nil {
        restsUntil = .min
        opened.board.update { $0.isAvailable = true }
        logger.notice("the log is open again at \(machine.head.position)")
        return
      }
    } catch {
      logger.error("the log cannot be opened: \(error)")
    }
    restsUntil = configuration.clock.uptime() + Self.restAfterFailure
  }

  /// Applies what somebody else wrote after the head; whether that worked.
  private func catchUp() -> Bool {
    do throws(EventLogError) {
      while true {
        let records = try log.records(after: machine.head.position, limit: Recovery.pageSize)
        guard !records.isEmpty else { return true }
        let head = try log.head()
        machine.adopt(records, LogHead(position: records.last!.position, checksum: head.checksum))
        publish(
          LogBatch(
            records: records, history: HistoryProjection.changes(of: records, in: machine.state)))
      }
    } catch {
      logger.error("the log cannot be read: \(error)")
      return false
    }
  }

  /// Work for after the answers: checkpoints, snapshots, dropping what need not be kept.
  private func settleDown() {
    guard machine.unsettledAppend == nil else { return }
    do throws(EventLogError) { try log.maintain() } catch {
      logger.warning("maintenance of the log failed: \(error)")
    }
    if machine.head.position - snapshotPosition >= UInt64(configuration.snapshotEvery) {
      saveSnapshot()
    } else if dropping.wantsLook(at: configuration.clock.uptime()) {
      look(forExpiredUpTo: machine.head.position)
    }
    drop()
  }

  /// Decides in a turn of its own, then takes out of the log what the state no longer holds.
  private func forget(_ forget: Forget) {
    guard machine.unsettledAppend == nil else {
      return forget.completion(.failure(.unavailable("unsettled")))
    }
    var result: Result<Answer, EngineError> = .failure(.stopping)
    turn([(forget.submission, { result = $0 })], links: [])
    do throws(EngineError) {
      let answer = try result.get()
      guard case .success = answer.outcome else {
        return forget.completion(.success(ForgetAnswer(answer: answer, entry: nil)))
      }
      let entry = try erase(forget.e164, for: forget.submission.actor)
      forget.completion(.success(ForgetAnswer(answer: answer, entry: entry)))
    } catch {
      forget.completion(.failure(error))
    }
  }

  private func erase(
    _ e164: String, for actor: Actor
  ) throws(EngineError) -> ForgettingEntry {
    let forgetting = Forgetting(
      e164: e164, actor: actor, at: opened.timer.now().wall,
      snapshot: LogSnapshot(head: machine.head, state: machine.state.snapshot()))
    do throws(EventLogError) {
      let entry = try log.forget(forgetting)
      snapshotPosition = machine.head.position
      dropping.covered = snapshotPosition
      opened.feed.forget(upTo: machine.head.position)
      return entry
    } catch {
      logger.error("a number could not be forgotten: \(error)")
      throw EngineError(error)
    }
  }

  private func saveSnapshot() {
    guard machine.unsettledAppend == nil, machine.head.position > snapshotPosition else { return }
    // Also where it fails the next try is not before as many records again.
    snapshotPosition = machine.head.position
    do throws(EventLogError) {
      try log.save(LogSnapshot(head: machine.head, state: machine.state.snapshot()))
      let position = snapshotPosition
      opened.board.update { $0.snapshotPosition = position }
      dropping.covered = snapshotPosition
      look(forExpiredUpTo: snapshotPosition)
    } catch {
      logger.warning("the snapshot at \(snapshotPosition) was not kept: \(error)")
    }
  }

  /// Finds what has grown older than it must; where no snapshot covers that yet, makes one.
  private func look(forExpiredUpTo position: LogPosition) {
    do throws(EventLogError) {
      let isUncovered = try dropping.look(
        in: log, upTo: position, at: opened.timer.now().wall,
        uptime: configuration.clock.uptime())
      if isUncovered { saveSnapshot() }
    } catch {
      logger.warning("the log cannot be looked through for what has expired: \(error)")
    }
  }

  private func drop() {
    do throws(EventLogError) { try dropping.drop(in: log) } catch {
      logger.warning("records up to \(dropping.upTo) were not dropped: \(error)")
    }
  }

  private func dropToEnd() {
    while dropping.isDue { drop() }
  }
}

extension Duration {
  /// Whole microseconds.
  fileprivate var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}
