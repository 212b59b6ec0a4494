import ServiceLifecycle
import UnixRPC
import UnixSignals

/// Reads the configuration again on SIGHUP.
struct ReloadService: Service {
  let reload: @Sendable () async -> Void

  /// Runs until the daemon is to stop.
  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    await cancelWhenGracefulShutdown {
      for await _ in signals { await reload() }
    }
  }
}
