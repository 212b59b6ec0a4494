import CallbackCore
import EventLog
import Logging
import Threads

/// Runs the rules over a log: takes commands from any thread, decides them in batches on a thread
/// of its own, makes each batch durable with one sync, and only then answers (DESIGN, "The
/// engine").
///
/// While one batch is being made durable the next gathers, so that load forms its own groups and
/// a lone command waits for nobody.
public final class Engine: Sendable {
  let inbox: Inbox<EngineItem>
  let timer: EngineTimer
  let feed: EventFeed
  let reading: ReadingThread
  let board: StatisticsBoard
  private let hostBoard: HostBoard
  private let ending: Ending
  private let store: any EventStore

  /// The lineage of the log: changes when a backup is restored, and a resume token of another
  /// lineage means nothing.
  public let lineage: Lineage

  private init(_ opened: OpenedEngine, _ store: any EventStore) {
    self.store = store
    (inbox, timer, feed) = (opened.inbox, opened.timer, opened.feed)
    (reading, board, ending) = (opened.reading, opened.board, opened.ending)
    (lineage, hostBoard) = (opened.lineage, opened.hostBoard)
  }

  /// Which of the hosts that share the log this is now; `.only` where nobody else can.
  public var host: HostID { hostBoard.host }

  /// Whether no older host shares the log: of what has to be done once, the first host does it.
  public var isFirstHost: Bool { hostBoard.isFirst }

  /// Opens the store, replays what it holds, tells the rules that the service has started, and
  /// returns when that is durable.
  ///
  /// - Throws: what is wrong with the log.
  public static func start(
    store: any EventStore, configuration: EngineConfiguration = EngineConfiguration(),
    logger: Logger = Logger(label: "callback.engine")
  ) async throws(EventLogError) -> Engine {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<OpenedEngine, EventLogError>, Never>) in
      OwnThread.start("engine") {
        EngineLoop.run(store, configuration, logger) { continuation.resume(returning: $0) }
      }
    }
    return Engine(try result.get(), store)
  }

  /// Takes nothing new, finishes what was taken, keeps a last snapshot, and closes the log and the
  /// store.
  public func stop() async {
    inbox.close()
    await ending.wait()
    await reading.stop()
    store.close()
  }

  /// The engine's clocks.
  public func now() -> EngineTime { timer.now() }

  /// Counts of what the engine did and how it is.
  public var statistics: EngineStatistics {
    var statistics = board.statistics
    statistics.waiting = inbox.count
    statistics.hosts = hostBoard.alive
    return statistics
  }

  // MARK: - Commands

  /// Submits a command; `completion` gets the durable answer, on the engine's thread, and must not
  /// block. Commands of one thread keep their order.
  ///
  /// - Parameter isUrgent: whether to take it however many wait: that a client is gone, which
  ///   nobody would tell again.
  public func submit(
    _ submission: Submission, isUrgent: Bool = false,
    completion: @escaping @Sendable (Result<Answer, EngineError>) -> Void
  ) {
    var submission = submission
    if submission.receivedAt == nil { submission.receivedAt = timer.now().now }
    put(.submit(submission, completion), isUrgent: isUrgent) { completion(.failure($0)) }
  }

  /// Submits a command and waits for its durable answer.
  ///
  /// - Throws: why there is none; after `.unavailable` the fate is unknown, and the same request
  ///   id brings the true answer.
  public func submit(_ submission: Submission) async throws(EngineError) -> Answer {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Answer, EngineError>, Never>) in
      submit(submission) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// Keeps in the history that a record was matched to a number or a Lead was started for it.
  ///
  /// - Returns: the position at which that is durable.
  public func recordLink(_ link: HistoryLink) async throws(EngineError) -> LogPosition {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<LogPosition, EngineError>, Never>) in
      put(.link(link) { continuation.resume(returning: $0) }) {
        continuation.resume(returning: .failure($0))
      }
    }
    return try result.get()
  }

  // MARK: - Reads

  /// Looks at the durable state, on the engine's thread, between two batches.
  ///
  /// On a shared log the state is brought to the log's end first, unless it may be stale.
  /// - Parameter body: must be quick, and must not keep the state: a kept copy makes the next
  ///   change copy all of it.
  /// - Throws: what `body` throws, or why the engine cannot answer.
  public func read<Value: Sendable>(
    mayBeStale: Bool = false,
    _ body: @escaping @Sendable (_ state: borrowing CallCenter, _ at: ReadPoint) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Value, any Error>) in
      let item = EngineItem.look(
        { state, point in continuation.resume(with: Result { try body(state, point) }) },
        mayBeStale: mayBeStale, fail: { continuation.resume(throwing: $0) })
      put(item) { continuation.resume(throwing: $0) }
    }
  }

  /// Looks at the durable state without a task; `body` runs on the engine's thread, must not block
  /// and must not keep the state. On a shared log as the other `read`.
  public func read(
    mayBeStale: Bool = false,
    _ body: @escaping @Sendable (Result<(CallCenter, ReadPoint), EngineError>) -> Void
  ) {
    let item = EngineItem.look(
      { state, point in body(.success((copy state, point))) },
      mayBeStale: mayBeStale, fail: { body(.failure($0)) })
    put(item) { body(.failure($0)) }
  }

  // MARK: - Observers

  /// Shows an observer the state now, and after each durable batch.
  public func observe(_ observer: any EngineObserver) {
    put(.observe(observer), isUrgent: true) { _ in observer.ended() }
  }

  /// Shows an observer nothing more.
  public func stopObserving(_ observer: any EngineObserver) {
    put(.stopObserving(observer), isUrgent: true) { _ in }
  }

  func put(
    _ item: EngineItem, isUrgent: Bool = false, refused: (EngineError) -> Void
  ) {
    switch inbox.put(item, isUrgent: isUrgent) {
    case .taken: break
    case .full: refused(.overloaded)
    case .closed: refused(.stopping)
    }
  }
}

/// What can be chosen about an engine.
public struct EngineConfiguration: Sendable {
  /// Commands and reads that are taken together; bounds the memory and the time of a batch.
  public var maximumBatch = 1_024
  /// Commands and reads that may wait; one more is refused.
  public var maximumWaiting = 16_384
  /// Records from one snapshot to the next: bounds the replay at the next start.
  public var snapshotEvery = 100_000
  /// Which records stay although a snapshot covers them.
  public var retention = LogRetention.forever
  /// The clocks.
  public var clock: any EngineClock = SystemEngineClock()
  /// The world's clocks, for quiet hours; with none no location can have calling hours.
  public var zones: any ZoneTable = NoZones()
  /// Where ids get their chance from; the system's by default.
  public var entropy: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }

  /// The defaults.
  public init() {}
}

/// Where and when a state was read.
public struct ReadPoint: Hashable, Sendable {
  /// The position of the log that the state stands for.
  public var position: LogPosition
  /// The engine's clock.
  public var now: Instant
  /// The wall clock.
  public var wall: WallTime
  /// The lineage of the log.
  public var lineage: Lineage

  /// Names a point.
  public init(position: LogPosition, now: Instant, wall: WallTime, lineage: Lineage) {
    self.position = position
    self.now = now
    self.wall = wall
    self.lineage = lineage
  }
}

/// Sees the state after each durable batch, on the engine's thread; must not block and must not
/// keep the state.
public protocol EngineObserver: AnyObject, Sendable {
  /// Between two batches: what the observer starts from. A second time only on a shared log, when
  /// this host was away for so long that records were dropped before it had read them.
  func began(_ state: borrowing CallCenter, at point: ReadPoint)
  /// After a batch that appended records, before its answers are released.
  func appended(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint)
  /// After a batch that another host has appended. By default as after one of this host's.
  func adopted(_ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint)
  /// The engine has stopped.
  func ended()
}

extension EngineObserver {
  /// As after a batch of this host.
  public func adopted(
    _ records: [EventRecord], _ state: borrowing CallCenter, at point: ReadPoint
  ) {
    appended(records, state, at: point)
  }
}

/// What the engine did since it started, and how it is.
public struct EngineStatistics: Hashable, Sendable {
  /// Batches that were made durable.
  public var batches: UInt64 = 0
  /// Commands that were answered, refusals included.
  public var submissions: UInt64 = 0
  /// Commands that were refused.
  public var rejections: UInt64 = 0
  /// Records that were appended.
  public var records: UInt64 = 0
  /// Appends that lost a race.
  public var conflicts: UInt64 = 0
  /// Appends that the log refused.
  public var refusals: UInt64 = 0
  /// Appends whose fate was unknown.
  public var unknowns: UInt64 = 0
  /// Where the log ends.
  public var position: LogPosition = 0
  /// Where the latest snapshot ends; 0 for none since the start.
  public var snapshotPosition: LogPosition = 0
  /// How long the latest append took, in microseconds.
  public var lastAppendMicroseconds: Int64 = 0
  /// How long all appends took.
  public var appendTimes = LatencyHistogram()
  /// Commands and reads that wait now.
  public var waiting = 0
  /// Whether the log takes appends.
  public var isAvailable = true
  /// Whether a number is being erased: until that is done nobody is answered, with a large log for
  /// minutes.
  public var isErasing = false
  /// Hosts that share the log, this one among them.
  public var hosts = 1

  /// Nothing has been done yet.
  public init() {}
}
