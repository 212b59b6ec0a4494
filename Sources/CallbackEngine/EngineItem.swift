import CallbackCore
import EventLog
import Synchronization

/// What waits for the engine's thread.
enum EngineItem: Sendable {
  case submit(Submission, @Sendable (Result<Answer, EngineError>) -> Void)
  case link(HistoryLink, @Sendable (Result<LogPosition, EngineError>) -> Void)
  case forget(Forget)
  case erase(Erasure)
  case look(
    @Sendable (borrowing CallCenter, ReadPoint) -> Void, mayBeStale: Bool,
    fail: @Sendable (EngineError) -> Void)
  case observe(any EngineObserver)
  case stopObserving(any EngineObserver)
}

/// A number of which it is to be decided that it is forgotten.
struct Forget: Sendable {
  let e164: String
  let submission: Submission
  let request: Fingerprint
  let completion: @Sendable (Result<ForgetAnswer, EngineError>) -> Void
}

/// What was decided and is to be done.
struct Erasure: Sendable {
  let id: UInt64
  let completion: @Sendable (Result<ForgettingEntry, EngineError>) -> Void
}

/// What the engine's thread hands out when the log is open and replayed.
struct OpenedEngine: Sendable {
  let inbox: Inbox<EngineItem>
  let timer: EngineTimer
  let feed: EventFeed
  let reading: ReadingThread
  let board: StatisticsBoard
  let ending: Ending
  let lineage: Lineage
  let hostBoard: HostBoard
  let news: LogNews
}

/// Lets others wait for the end of the engine's thread.
final class Ending: Sendable {
  private struct State {
    var hasEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func wait() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiters.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  func end() {
    let waiters = state.withLock { state in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}

/// The engine's counts, written by its thread and read by any.
final class StatisticsBoard: Sendable {
  private let state = Mutex(EngineStatistics())

  var statistics: EngineStatistics { state.withLock { $0 } }

  func update(_ change: (inout EngineStatistics) -> Void) { state.withLock { change(&$0) } }
}
