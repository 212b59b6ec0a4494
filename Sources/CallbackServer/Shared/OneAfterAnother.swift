import Synchronization

/// Does what it is given one after the other, in the order in which it was given.
final class OneAfterAnother: Sendable {
  private let last = Mutex<Task<Void, Never>?>(nil)

  /// Does `body` when everything that was given before is done.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = last.withLock { last in
      let task = Task { [last] in
        await last?.value
        return try await body()
      }
      last = Task { _ = await task.result }
      return task
    }
    return try await task.value
  }
}
