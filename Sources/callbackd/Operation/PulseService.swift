import CallbackServer
import ServiceLifecycle
import UnixRPC

/// Asks the engine again and again how it is: tells the health service, and systemd's watchdog as
/// long as the engine answers, or is at work that takes long.
struct PulseService: Service {
  /// How often, where no watchdog wants it oftener.
  static let interval = Duration.seconds(1)
  /// An engine that takes longer to answer is not serving; one sync of a slow disk is shorter.
  static let limit = Duration.seconds(5)

  let server: CallbackServer

  /// Runs until the daemon is to stop.
  func run() async throws {
    let watchdog = Systemd.watchdogInterval
    // From one notification to the next both can pass: an answer that takes its time, and the wait.
    let interval = watchdog.map { min(Self.interval, $0 / 4) } ?? Self.interval
    let limit = watchdog.map { min(Self.limit, $0 / 4) } ?? Self.limit
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let pulse = await server.pulse(within: limit)
        server.health.set(serving: pulse.answers && pulse.logIsAvailable)
        if watchdog != nil, pulse.isAlive { Systemd.notify(.watchdog) }
        try? await Task.sleep(for: interval)
      }
    }
  }
}
