import Synchronization

/// Answers somebody once, with whichever value comes first.
final class Race<Value: Sendable>: Sendable {
  private enum State {
    case waiting(CheckedContinuation<Value, Never>)
    case answered(Value)
  }

  private let state: Mutex<State>

  init(_ continuation: CheckedContinuation<Value, Never>) {
    state = Mutex(.waiting(continuation))
  }

  /// Gives the answer; where one was given before, that one is returned and nothing happens.
  func answer(_ value: Value) -> Value? {
    let (continuation, earlier) = state.withLock { state in
      switch state {
      case .waiting(let continuation):
        state = .answered(value)
        return (continuation as CheckedContinuation<Value, Never>?, nil as Value?)
      case .answered(let earlier):
        return (nil, earlier)
      }
    }
    continuation?.resume(returning: value)
    return earlier
  }
}
