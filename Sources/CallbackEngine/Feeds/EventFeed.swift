import CallbackCore
import EventLog
import Synchronization

/// The newest records and outcomes in memory, and everybody who waits for the next.
///
/// Readers pull: one that is slow reads older records from the log, and costs the others nothing.
final class EventFeed: Sendable {
  /// Records kept in memory: what a reader that keeps up ever needs.
  private static let recordLimit = 4_096
  /// Outcomes kept in memory.
  private static let outcomeLimit = 1_024
  /// Records without an outcome after which a reader of outcomes gets a fresh position.
  static let checkpointEvery: UInt64 = 1_000

  fileprivate struct State {
    var head: LogPosition
    /// Every record after this position is in `records`.
    var recordsAfter: LogPosition
    var records: [EventRecord] = []
    /// Every outcome after this position is in `outcomes`.
    var outcomesAfter: LogPosition
    var outcomes: [OutcomeEntry] = []
    var waiters: [UInt64: Waiter] = [:]
    var nextWaiter: UInt64 = 0
    var hasEnded = false
  }

  fileprivate struct Waiter {
    /// Wakes at this head, whatever comes; for records, at the next.
    var wakesAt: LogPosition
    var wantsOutcome: Bool
    var continuation: CheckedContinuation<Void, Never>
  }

  /// What a reader finds.
  enum Found<Page: Sendable>: Sendable {
    case page(Page)
    /// Older than what is kept in memory, up to the given position.
    case inLog(upTo: LogPosition)
    case nothingYet
    case ahead
    case ended
  }

  private let state: Mutex<State>

  init(head: LogPosition) {
    state = Mutex(State(head: head, recordsAfter: head, outcomesAfter: head))
  }

  /// Adds a durable batch and wakes those who wait for it.
  func publish(_ batch: LogBatch, head: LogPosition) {
    let woken = state.withLock { state -> [Waiter] in
      state.head = head
      state.records += batch.records
      if state.records.count > 2 * Self.recordLimit {
        state.records.removeFirst(state.records.count - Self.recordLimit)
        state.recordsAfter = state.records[0].position - 1
      }
      var hasOutcome = false
      for case .outcome(let outcome) in batch.history {
        state.outcomes.append(outcome)
        hasOutcome = true
      }
      if state.outcomes.count > 2 * Self.outcomeLimit {
        let gone = state.outcomes.count - Self.outcomeLimit
        state.outcomesAfter = state.outcomes[gone - 1].position
        state.outcomes.removeFirst(gone)
      }
      if state.waiters.isEmpty { return [] }
      return state.takeWaiters { $0.wakesAt <= head || ($0.wantsOutcome && hasOutcome) }
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Drops the records up to a position, which were dropped from the log.
  func forget(upTo position: LogPosition) {
    state.withLock { state in
      state.records.removeAll { $0.position <= position }
      state.recordsAfter = max(state.recordsAfter, position)
      state.outcomes = []
      state.outcomesAfter = max(state.outcomesAfter, position)
    }
  }

  /// Goes on at a position with nothing in memory: the records up to there were never read here.
  func skip(to position: LogPosition) {
    let woken = state.withLock { state in
      state.head = position
      (state.records, state.recordsAfter) = ([], position)
      (state.outcomes, state.outcomesAfter) = ([], position)
      return state.takeWaiters { _ in true }
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Nothing more will come.
  func end() {
    let woken = state.withLock { state in
      state.hasEnded = true
      return state.takeWaiters { _ in true }
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Records after a position, if they are in memory.
  func records(after position: LogPosition, limit: Int) -> Found<RecordPage> {
    state.withLock { state in
      if position > state.head { return .ahead }
      if position < state.recordsAfter { return .inLog(upTo: state.head) }
      guard position < state.head else { return state.hasEnded ? .ended : .nothingYet }
      let start = Int(position - state.recordsAfter)
      let records = Array(state.records[start...].prefix(limit))
      return .page(RecordPage(records: records, upTo: records.last?.position ?? state.head))
    }
  }

  /// All records after a position up to the end; nil where they are not in memory.
  func recordsKept(after position: LogPosition) -> [EventRecord]? {
    state.withLock { state in
      guard position >= state.recordsAfter, position <= state.head else { return nil }
      return Array(state.records[Int(position - state.recordsAfter)...])
    }
  }

  /// Outcomes after a position, if they are in memory.
  func outcomes(after position: LogPosition, limit: Int) -> Found<OutcomePage> {
    state.withLock { state in
      if position > state.head { return .ahead }
      if position < state.outcomesAfter { return .inLog(upTo: state.head) }
      let outcomes = Array(state.outcomes.drop { $0.position <= position }.prefix(limit))
      if outcomes.isEmpty, state.head - position < Self.checkpointEvery {
        return state.hasEnded ? .ended : .nothingYet
      }
      let upTo = outcomes.count == limit ? outcomes[limit - 1].position : state.head
      return .page(OutcomePage(outcomes: outcomes, upTo: upTo))
    }
  }

  /// Waits for records after `position`, or for an outcome; also returns when the task is
  /// cancelled or the engine stops.
  func wait(after position: LogPosition, forOutcome: Bool) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let mustWait = state.withLock { state in
          let hasCome =
            forOutcome
            ? (state.outcomes.last.map { $0.position > position } ?? false)
              || state.head - min(position, state.head) >= Self.checkpointEvery
            : state.head > position
          if state.hasEnded || hasCome || Task.isCancelled { return false }
          state.waiters[id] = Waiter(
            wakesAt: position + (forOutcome ? Self.checkpointEvery : 1),
            wantsOutcome: forOutcome, continuation: continuation)
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
    }
  }
}

extension EventFeed.State {
  fileprivate mutating func takeWaiters(
    where isWoken: (EventFeed.Waiter) -> Bool
  ) -> [EventFeed.Waiter] {
    var woken: [EventFeed.Waiter] = []
    for (id, waiter) in waiters where isWoken(waiter) {
      woken.append(waiter)
      waiters[id] = nil
    }
    return woken
  }
}
