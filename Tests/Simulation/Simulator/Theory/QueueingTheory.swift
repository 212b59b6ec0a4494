/// A waiting line with Poisson arrivals, exponential service and `servers` agents, as Erlang
/// computed it (DOMAIN, "Queueing theory").
public struct ErlangQueue: Hashable, Sendable {
  /// Arrivals in a mean time of service: the load offered.
  public var load: Double
  /// How many agents serve.
  public var servers: Int

  /// A line of a load and a number of agents; the load is below the number.
  public init(load: Double, servers: Int) { (self.load, self.servers) = (load, servers) }

  /// The rows of DOMAIN's table.
  public static let table = [
    ErlangQueue(load: 1, servers: 2), ErlangQueue(load: 2, servers: 3),
    ErlangQueue(load: 4, servers: 5), ErlangQueue(load: 10, servers: 12),
    ErlangQueue(load: 20, servers: 24), ErlangQueue(load: 48, servers: 55),
  ]

  /// The share of callers who have to wait (Erlang C).
  public var shareWaiting: Double {
    var blocked = 1.0
    for server in 1...servers { blocked = load * blocked / (Double(server) + load * blocked) }
    return blocked / (1 - load / Double(servers) * (1 - blocked))
  }

  /// The mean wait of all callers, in mean times of service.
  public var meanWait: Double { shareWaiting / (Double(servers) - load) }
}
