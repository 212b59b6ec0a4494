/// The counters of a server at one moment.
public struct RPCServerMetrics: Sendable, Equatable {
  /// Connections open now.
  public var openConnections = 0
  /// Connections accepted since the start.
  public var acceptedConnections = 0
  /// Connections whose peer may not call, or that were over the limit.
  public var refusedConnections = 0
  /// Connections ended because a peer broke the protocol or a limit.
  public var violations = 0
  /// Calls running now.
  public var openCalls = 0
  /// Calls that ended, by path and status. Calls of paths that do not exist are under "".
  public var calls: [String: [RPCCode: Int]] = [:]
  /// Payload received, in bytes.
  public var receivedBytes = 0
  /// Bytes sent, frames and headers included.
  public var sentBytes = 0
}

/// What a server counts, from several loops at once.
final class ServerCounters: Sendable {
  let openConnections = Counter()
  let acceptedConnections = Counter()
  let refusedConnections = Counter()
  let violations = Counter()
  let openCalls = Counter()
  let receivedBytes = Counter()
  let sentBytes = Counter()

  func snapshot(_ table: RouteTable) -> RPCServerMetrics {
    var metrics = RPCServerMetrics()
    metrics.openConnections = openConnections.value
    metrics.acceptedConnections = acceptedConnections.value
    metrics.refusedConnections = refusedConnections.value
    metrics.violations = violations.value
    metrics.openCalls = openCalls.value
    metrics.receivedBytes = receivedBytes.value
    metrics.sentBytes = sentBytes.value
    for route in table.routes + [table.unknown] {
      let counts = route.snapshot
      if !counts.isEmpty { metrics.calls[route.path] = counts }
    }
    return metrics
  }
}
