import SQLite
import Synchronization

/// A few reading connections, each behind a lock that is held for some microseconds.
final class ReaderPool: Sendable {
  private final class Slot: Sendable {
    let reader: Mutex<DirectoryReader>

    init(path: String, cacheKibibytes: Int) throws(SQLiteError) {
      reader = Mutex(try DirectoryReader(path: path, cacheKibibytes: cacheKibibytes))
    }
  }

  private let slots: [Slot]

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
      if let result = slot.reader.withLockIfAvailable({ Self.outcome(of: body, $0) }) {
        return try Self.unwrap(result)
      }
    }
    return try Self.unwrap(slots[0].reader.withLock { Self.outcome(of: body, $0) })
  }

  private static func outcome<Value: Sendable>(
    of body: @Sendable (DirectoryReader) throws(SQLiteError) -> Value, _ reader: DirectoryReader
  ) -> Result<Value, SQLiteError> {
    do {
      return .success(try body(reader))
    } catch {
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
