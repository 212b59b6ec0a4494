import Synchronization

/// What a script saw, to be looked at afterwards.
public final class Recorded<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  /// Nothing recorded yet.
  public init() {}

  /// Keeps a value.
  ///
  /// - Returns: how many there are now.
  @discardableResult
  public func add(_ value: Value) -> Int {
    values.withLock {
      $0.append(value)
      return $0.count
    }
  }

  /// All that was kept, in order.
  public var all: [Value] { values.withLock { $0 } }
}
