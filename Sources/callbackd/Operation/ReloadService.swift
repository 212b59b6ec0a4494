import ServiceLifecycle
import UnixRPC
import UnixSignals

/// Reads the configuration again on SIGHUP.
struct ReloadService: Service {
  let signals: UnixSignalsSequence
  let reload: @Sendable () async -> Void

  /// Runs until the daemon is to stop.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in signals { await reload() }
    }
  }
}
