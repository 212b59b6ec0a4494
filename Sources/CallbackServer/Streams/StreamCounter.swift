import Synchronization

/// Numbers the streams of this process, so that the late close of an old one is told from a newer.
final class StreamCounter: Sendable {
  private let last = Atomic<UInt64>(0)

  /// A number that no other stream of this process has.
  func next() -> UInt64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
