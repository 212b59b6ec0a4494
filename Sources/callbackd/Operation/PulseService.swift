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

  /// The pause between two looks, and how long each waits for the engine: from one notification to
  /// the next both can pass, and half of the watchdog's time is what systemd recommends.
  static func rhythm(_ watchdog: Duration?) -> (interval: Duration, limit: Duration) {
    guard let watchdog else { return (interval, limit) }
    return (min(interval, watchdog / 4), min(limit, watchdog / 4))
  }

  /// Runs until the daemon is to stop.
  func run() async throws {
    let watchdog = Systemd.watchdogInterval
    let (interval, limit) = Self.rhythm(watchdog)
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
