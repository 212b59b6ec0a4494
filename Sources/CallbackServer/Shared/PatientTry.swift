import CallbackEngine
import CallerDirectory

/// Tries for some minutes what a directory or the log does not take now.
enum PatientTry {
  /// The pauses between tries; after the last one there is one more.
  private static let pauses: [Duration] = [
    .seconds(1), .seconds(5), .seconds(15), .seconds(60), .seconds(120),
  ]

  /// Does `body`, again after a pause where the same may go well later.
  ///
  /// - Throws: why it did not at last; CancellationError where the task ends during a pause.
  static func run<Value>(_ body: () async throws -> Value) async throws -> Value {
    for pause in pauses {
      do {
        return try await body()
      } catch {
        guard mayPass(error) else { throw error }
      }
      try await Task.sleep(for: pause)
    }
    return try await body()
  }

  /// Whether the same may go well later.
  static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case DirectoryError.unavailable, DirectoryError.full: true
    case EngineError.unavailable, EngineError.overloaded, EngineError.full: true
    default: false
    }
  }
}
