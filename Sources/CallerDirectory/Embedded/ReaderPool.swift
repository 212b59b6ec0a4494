import SQLite
import Synchronization

/// A few reading connections, each behind a lock that is held for some microseconds.
///
/// Between look-ups a connection keeps the state of the directory that it has seen, so whoever
/// changes the directory calls `suspend` before and `resume` after.
final class ReaderPool: Sendable {
  private final class Slot: Sendable {
    let reader: Mutex<DirectoryReader>

    init(path: String, cacheKibibytes: Int) throws(SQLiteError) {
      reader = Mutex(try DirectoryReader(path: path, cacheKibibytes: cacheKibibytes))
    }
  }

  private let slots: [Slot]
  /// How many changes are under way.
  private let suspensions = Atomic<Int>(0)

  init(path: String, count: Int, cacheKibibytes: Int) throws(SQLiteError) {
    var slots: [Slot] = []
    for _ in 0..<count { slots.append(try Slot(path: path, cacheKibibytes: cacheKibibytes)) }
    self.slots = slots
  }

  /// Runs `body` with a connection that nobody uses, or waits for the first.
  func read<Result: Sendable>(
    _ body: @Sendable (DirectoryReader) throws(SQLiteError) -> Result
  ) throws(DirectoryError) -> Result {
    for slot in slots {
      if let result = slot.reader.withLockIfAvailable({ outcome(of: body, $0) }) {
        return try Self.unwrap(result)
      }
    }
    return try Self.unwrap(slots[0].reader.withLock { outcome(of: body, $0) })
  }

  /// Lets no connection keep a state until `resume`.
  func suspend() {
    suspensions.wrappingAdd(1, ordering: .sequentiallyConsistent)
    // A look-up that takes its lock after this sees the suspension.
    for slot in slots { slot.reader.withLock { $0.release() } }
  }

  /// Ends what `suspend` began.
  func resume() { suspensions.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  private func outcome<Value: Sendable>(
    of body: @Sendable (DirectoryReader) throws(SQLiteError) -> Value, _ reader: DirectoryReader
  ) -> Result<Value, SQLiteError> {
    do {
      let value = try body(reader)
      if suspensions.load(ordering: .sequentiallyConsistent) > 0 { reader.release() }
      return .success(value)
    } catch {
      reader.release()
      return .failure(error)
    }
  }

  private static func unwrap<Value>(
    _ result: Result<Value, SQLiteError>
  ) throws(DirectoryError) -> Value {
    switch result {
    case .success(let value): return value
    case .failure(let error): throw DirectoryError(error)
    }
  }
}
