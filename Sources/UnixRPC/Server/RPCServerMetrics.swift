import Synchronization

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
  /// How long the calls that ended took, from the head of the request to the end of the answer, by
  /// path as in ``calls``.
  public var handlingTimes: [String: Times] = [:]
  /// Payload received, in bytes.
  public var receivedBytes = 0
  /// Bytes sent, frames and headers included.
  public var sentBytes = 0

  /// Nothing counted.
  public init() {}

  /// How many calls took how long.
  public struct Times: Sendable, Equatable {
    /// The upper bounds of the buckets: from 66 µs, each four times the one before, to 17 s; the last
    /// bucket has none.
    public static let boundsNanoseconds = (0..<10).map { 1 << (16 + 2 * $0) }

    /// How many fell into each bucket alone; one more than there are bounds.
    public var counts = [Int](repeating: 0, count: boundsNanoseconds.count + 1)
    /// The sum of all.
    public var totalNanoseconds = 0

    /// None.
    public init() {}

    static func bucket(of nanoseconds: UInt64) -> Int {
      // The bits beyond the first bound's, two a bucket.
      let bits = UInt64.bitWidth - ((max(nanoseconds, 1) - 1) >> 16).leadingZeroBitCount
      return min((bits + 1) / 2, boundsNanoseconds.count)
    }
  }
}

/// What a server counts, from several loops at once.
final class ServerCounters: Sendable {
  let openConnections = Counter()
  let acceptedConnections = Counter()
  let refusedConnections = Counter()
  let violations = Counter()
  let receivedBytes = Counter()
  let sentBytes = Counter()
  private let tallies = Mutex<[CallTally]>([])

  /// The counts of one more event loop.
  func makeTally(_ table: RouteTable) -> CallTally {
    let tally = CallTally(routes: table.routes.count + 1)
    tallies.withLock { $0.append(tally) }
    return tally
  }

  func snapshot(_ table: RouteTable) -> RPCServerMetrics {
    var metrics = RPCServerMetrics()
    metrics.openConnections = openConnections.value
    metrics.acceptedConnections = acceptedConnections.value
    metrics.refusedConnections = refusedConnections.value
    metrics.violations = violations.value
    metrics.receivedBytes = receivedBytes.value
    metrics.sentBytes = sentBytes.value
    let tallies = tallies.withLock { $0 }
    metrics.openCalls = tallies.reduce(0) { $0 + $1.openCalls }
    for route in table.routes + [table.unknown] {
      var (counts, times) = ([RPCCode: Int](), RPCServerMetrics.Times())
      for tally in tallies { tally.add(route.index, &counts, &times) }
      if counts.isEmpty { continue }
      metrics.calls[route.path] = counts
      metrics.handlingTimes[route.path] = times
    }
    return metrics
  }
}
