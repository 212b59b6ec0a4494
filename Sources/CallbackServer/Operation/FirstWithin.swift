import Synchronization

/// What comes first: the value that `start` is called back with, or nil when `limit` is over.
///
/// For asking somebody who may never answer; an answer that comes later goes nowhere.
func firstWithin<Value: Sendable>(
  _ limit: Duration, _ start: (@escaping @Sendable (Value) -> Void) -> Void
) async -> Value? {
  await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
    let once = Once(continuation)
    start { value in once.take()?.resume(returning: value) }
    Task {
      try? await Task.sleep(for: limit)
      once.take()?.resume(returning: nil)
    }
  }
}

/// Gives a continuation away once.
private final class Once<Value: Sendable>: Sendable {
  private let waiting: Mutex<CheckedContinuation<Value?, Never>?>

  init(_ continuation: CheckedContinuation<Value?, Never>) { waiting = Mutex(continuation) }

  func take() -> CheckedContinuation<Value?, Never>? {
    waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
  }
}
