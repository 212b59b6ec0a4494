import CallerDirectory
import Synchronization

/// A clock that moves when the test says so, and tells when somebody sleeps by it.
final class ManualClock: ResolverClock {
  private struct State {
    var now: Duration = .zero
    var nextID = 0
    var sleepers: [Int: (deadline: Duration, wake: CheckedContinuation<Bool, Never>)] = [:]
    var cancelled: Set<Int> = []
    var watchers: [(count: Int, tell: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var now: Duration { state.withLock { $0.now } }

  func sleep(until deadline: Duration) async -> Bool {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let outcome: Bool? = state.withLock { state in
          if state.cancelled.contains(id) { return false }
          if state.now >= deadline { return true }
          state.sleepers[id] = (deadline, continuation)
          return nil
        }
        if let outcome { continuation.resume(returning: outcome) } else { tellWatchers() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.cancelled.insert(id)
        return state.sleepers.removeValue(forKey: id)
      }
      sleeper?.wake.resume(returning: false)
    }
  }

  /// Moves on, and wakes those whose time has come, the earliest first.
  func advance(by time: Duration) {
    let due = state.withLock { state in
      state.now += time
      let now = state.now
      let due = state.sleepers.filter { $0.value.deadline <= now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in due { sleeper.wake.resume(returning: true) }
  }

  /// Waits until so many sleep, or more.
  func sleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      state.withLock { $0.watchers.append((count, continuation)) }
      tellWatchers()
    }
  }

  private func tellWatchers() {
    let told = state.withLock { state in
      let asleep = state.sleepers.count
      let told = state.watchers.filter { $0.count <= asleep }
      state.watchers.removeAll { $0.count <= asleep }
      return told
    }
    for watcher in told { watcher.tell.resume() }
  }
}
