import CallbackCore
import EventLog
import Synchronization

/// The engine's time: that of the last event when it started, counted on by the machine's uptime.
///
/// Hosts that share a log share its time: whoever learns of a later one goes on from there.
final class EngineTimer: Sendable {
  private let clock: any EngineClock
  /// What is added to the uptime.
  private let offset: Atomic<Int64>
  /// What is added to the machine's wall clock: the log's server may show another.
  private let wallOffset = Atomic<Int64>(0)

  init(_ clock: any EngineClock, from start: Instant) {
    self.clock = clock
    offset = Atomic(start.milliseconds - clock.uptime())
  }

  func now() -> EngineTime {
    EngineTime(
      now: Instant(clock.uptime() + offset.load(ordering: .relaxed)),
      wall: clock.wall() + Span(wallOffset.load(ordering: .relaxed)))
  }

  /// Goes on from `time` if that is later.
  func advance(to time: Instant) {
    offset.max(time.milliseconds - clock.uptime(), ordering: .relaxed)
  }

  /// Shows the wall clock of the log's server from here on.
  func setWall(_ wall: WallTime) {
    wallOffset.store((wall - clock.wall()).milliseconds, ordering: .relaxed)
  }
}
