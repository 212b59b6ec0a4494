import CallbackCore
import Synchronization

/// Names the streams of this process, so that the late close of an old one is told from a newer.
final class StreamCounter: Sendable {
  private let last = Atomic<UInt32>(0)
  private let host: @Sendable () -> HostID

  /// - Parameter host: which host of the log this process is at the time.
  init(host: @escaping @Sendable () -> HostID) { self.host = host }

  /// A name that no other stream of any host has.
  func next() -> StreamID {
    StreamID(host: host(), count: last.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
