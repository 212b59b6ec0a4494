import CallbackCore
import Glibc
import Synchronization

/// The clocks of the machine, as the engine reads them.
public protocol EngineClock: Sendable {
  /// Milliseconds on a clock that no one can set and that counts on while the machine sleeps.
  func uptime() -> Int64
  /// The wall clock.
  func wall() -> WallTime
  /// Keeps `wake`, to be called when time jumps other than by passing; for clocks of tests.
  func onJump(_ wake: @escaping @Sendable () -> Void)
}

/// The system's clocks: CLOCK_BOOTTIME and CLOCK_REALTIME.
public struct SystemEngineClock: EngineClock {
  /// The system's clocks.
  public init() {}

  /// CLOCK_BOOTTIME in milliseconds.
  public func uptime() -> Int64 { Self.milliseconds(CLOCK_BOOTTIME) }

  /// CLOCK_REALTIME.
  public func wall() -> WallTime { WallTime(Self.milliseconds(CLOCK_REALTIME)) }

  /// The system's clocks jump without telling; the engine looks at them once a second.
  public func onJump(_ wake: @escaping @Sendable () -> Void) {}

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// Clocks that stand still until a test moves them.
public final class ManualEngineClock: EngineClock {
  private struct Times {
    var uptime: Int64
    var wall: WallTime
    var wakes: [@Sendable () -> Void] = []
  }

  private let times: Mutex<Times>

  /// Clocks that stand at the given times.
  public init(uptime: Int64 = 0, wall: WallTime = WallTime(1_700_000_000_000)) {
    times = Mutex(Times(uptime: uptime, wall: wall))
  }

  /// The time since the clock was made, and what it began with.
  public func uptime() -> Int64 { times.withLock { $0.uptime } }

  /// Where the wall clock stands.
  public func wall() -> WallTime { times.withLock { $0.wall } }

  /// Keeps `wake`.
  public func onJump(_ wake: @escaping @Sendable () -> Void) {
    times.withLock { $0.wakes.append(wake) }
  }

  /// Lets time pass on both clocks.
  public func advance(by span: Span) {
    let wakes = times.withLock { times in
      times.uptime += span.milliseconds
      times.wall = times.wall + span
      return times.wakes
    }
    for wake in wakes { wake() }
  }

  /// Sets the wall clock alone, as somebody might.
  public func setWall(_ wall: WallTime) {
    let wakes = times.withLock { times in
      times.wall = wall
      return times.wakes
    }
    for wake in wakes { wake() }
  }
}
