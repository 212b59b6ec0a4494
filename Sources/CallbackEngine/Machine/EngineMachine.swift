import CallbackCore
import EventLog

/// The synchronous heart of the engine: decides a batch of commands, says what to append, and
/// answers when it knows what became of that (DESIGN, "The engine").
///
/// It has no clock, thread or log of its own; the engine and the simulator drive it alike. The
/// calls come in turns: `step`, then `appended` with the result for the step's batch.
public struct EngineMachine: Sendable {
  /// The state, which between `step` and `appended` contains what is not durable yet, and at any
  /// other time is exactly what the log holds up to `head`.
  public private(set) var state: CallCenter
  /// The end of the log that the state stands for.
  public private(set) var head: LogHead
  /// The world's clocks, for quiet hours.
  public var zones: any ZoneTable = NoZones()
  /// What waits for its append.
  private var open: OpenBatch?
  /// What waits for its settlement.
  private var unsettled: (append: UnsettledAppend, records: [EventRecord])?

  private struct OpenBatch: Sendable {
    var mark: Mark
    var batch: LogBatch
    var answers: [Answer]
  }

  /// A machine that goes on from a recovered state.
  public init(state: CallCenter = CallCenter(), head: LogHead = .empty) {
    self.state = state
    self.head = head
  }

  /// The append whose fate is unknown; while there is one, `step` must not be called.
  public var unsettledAppend: UnsettledAppend? { unsettled?.append }

  // MARK: - A batch

  /// What a batch does with what time has brought about.
  public enum Timers: Sendable {
    /// It happens.
    case fire
    /// It happens, but nobody could prevent it, because the log was away.
    case forgive
    /// It is left to a later batch, because commands wait that came before it was due.
    case hold
  }

  /// Decides commands in their order, then does what time has brought about, and says what is to
  /// be appended after `head`.
  ///
  /// Each command's answer is placed right after its own events: what later commands of the batch
  /// and the timers changed is not in it.
  ///
  /// - Parameters:
  ///   - links: history entries that are to be durable with the batch.
  ///   - forgetting: kept with the batch where a command of it forgets a number, or where there is
  ///     none, as what is still to do for that.
  ///   - timers: what becomes of what time has brought about.
  ///   - context: the clocks; `entropy` is drawn anew for each decision by `entropy`.
  public mutating func step(
    _ submissions: [Submission], links: [HistoryLink] = [], forgetting: DueForgetting? = nil,
    at clocks: EngineTime, timers: Timers = .fire, entropy: () -> UInt64
  ) -> LogBatch {
    precondition(open == nil && unsettled == nil, "one batch at a time, and none while unsettled")
    let mark = state.mark()
    var records: [EventRecord] = []
    var answers: [Answer] = []
    answers.reserveCapacity(submissions.count)
    // Time never runs backwards in the log, whatever the clock that came in says.
    let now = max(clocks.now, state.counters.now)
    func note(_ events: [Event], _ actor: Actor) {
      let stamp = EventStamp(now: now, wall: clocks.wall, actor: actor)
      for event in events {
        let position = head.position + UInt64(records.count) + 1
        records.append(EventRecord(position: position, stamp: stamp, event: event))
      }
    }
    for submission in submissions {
      let context = DecisionContext(
        now: now, wall: clocks.wall, entropy: entropy(), zones: zones)
      let outcome: Result<Reply, Rejection>
      do throws(Rejection) {
        let decision = try state.perform(submission, in: context)
        note(decision.events, submission.actor)
        outcome = .success(decision.reply)
      } catch {
        outcome = .failure(error)
      }
      answers.append(
        Answer(outcome: outcome, position: head.position + UInt64(records.count)))
    }
    let context = DecisionContext(
      now: now, wall: clocks.wall, entropy: entropy(), zones: zones)
    if timers != .hold {
      note(state.advance(in: context, wasAway: timers == .forgive), .service)
    }
    var history = HistoryProjection.changes(of: records, in: state) + links.map { .link($0) }
    if var forgetting, submissions.isEmpty || records.contains(where: \.event.isForgetting) {
      forgetting.firstKept = state.idBoundary()
      history.append(.forgetting(forgetting))
    }
    let batch = LogBatch(records: records, history: history)
    open = OpenBatch(mark: mark, batch: batch, answers: answers)
    return batch
  }

  /// Takes the result of the append and says what follows. For an empty batch there is nothing to
  /// append: the result is `.appended(head)`.
  public mutating func appended(_ result: AppendResult) -> EngineEffects {
    guard let batch = open else { preconditionFailure("no batch waits for its append") }
    open = nil
    switch result {
    case .appended(let newHead):
      state.forgetMarks()
      head = newHead
      return EngineEffects(answers: batch.answers.map { .success($0) }, batch: batch.batch)
    case .conflict:
      takeBack(batch)
      return EngineEffects(failing: batch.answers.count, .unavailable("a lost race"))
    case .refused(let reason):
      takeBack(batch)
      return EngineEffects(failing: batch.answers.count, EngineError(reason))
    case .unknown(let append):
      takeBack(batch)
      unsettled = (append, batch.batch.records)
      return EngineEffects(
        failing: batch.answers.count, .unavailable("an append of unknown fate"))
    }
  }

  /// Takes the settlement of an append whose fate was unknown: what was written after all is
  /// adopted; nobody is answered, because everybody was told to ask again.
  public mutating func settled(_ result: AppendResult) -> EngineEffects {
    guard let pending = unsettled else { preconditionFailure("nothing is unsettled") }
    switch result {
    case .appended(let newHead):
      unsettled = nil
      adopt(pending.records, newHead)
      let history = HistoryProjection.changes(of: pending.records, in: state)
      return EngineEffects(batch: LogBatch(records: pending.records, history: history))
    case .refused, .conflict: unsettled = nil
    case .unknown: break
    }
    return EngineEffects()
  }

  /// Applies records that somebody else wrote, or that are replayed at the start.
  public mutating func adopt(_ records: [EventRecord], _ newHead: LogHead) {
    for record in records { state.apply(record) }
    head = newHead
  }

  private mutating func takeBack(_ batch: OpenBatch) {
    state.rollback(to: batch.mark)
    state.forgetMarks()
  }
}
