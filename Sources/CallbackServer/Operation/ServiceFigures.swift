import CallbackCore
import CallbackEngine
import CallerDirectory
import Synchronization
import UnixRPC

/// Where figures about the daemon come from, for the metrics and for GetStats.
final class ServiceFigures: Sendable {
  /// How long a page of metrics waits for the engine; then it says what it knows without it.
  static let readLimit = Duration.seconds(2)

  let tally = ServiceTally()
  let engine: Engine
  let resolver: CallerResolver
  let facts: ServerFacts
  private let transportSource = Mutex<(@Sendable () -> RPCServerMetrics)?>(nil)

  init(engine: Engine, resolver: CallerResolver, facts: ServerFacts) {
    self.engine = engine
    self.resolver = resolver
    self.facts = facts
  }

  /// Where the socket's figures come from.
  func observe(transport: @escaping @Sendable () -> RPCServerMetrics) {
    transportSource.withLock { $0 = transport }
  }

  /// What the socket has counted; all zero before there is one.
  var transport: RPCServerMetrics {
    transportSource.withLock { $0 }?() ?? RPCServerMetrics()
  }

  /// How queues, agents and callbacks are, as far as this host has read the log; nil where the
  /// engine does not say in time.
  func center() async -> CenterFigures? {
    await firstWithin(Self.readLimit) { answer in
      engine.read(mayBeStale: true) { result in
        switch result {
        case .success((let state, let point)): answer(CenterFigures(state, at: point))
        case .failure: answer(nil)
        }
      }
    } ?? nil
  }
}
