import CallbackCore

/// What callers are told about their wait, held to how long they waited: of those who had to wait,
/// eight in ten are to wait as long as the interval says.
public struct WaitCheck: Sendable {
  /// A line whose waits are foretold.
  public struct Line: Hashable, Sendable {
    /// Mean load in agents, and how many agents there are.
    public var queue: ErlangQueue
    /// How long calls take.
    public var service: TheoryRun.Service
    /// Of a hundred calls so many do not connect at once.
    public var failing = 0
  }

  /// Lines with one agent and with many, quiet and busy, with calls alike and unlike.
  public static let lines = [
    Line(queue: ErlangQueue(load: 0.8, servers: 1), service: .exponential),
    Line(queue: ErlangQueue(load: 3.5, servers: 5), service: .exponential),
    Line(queue: ErlangQueue(load: 4.5, servers: 5), service: .exponential),
    Line(queue: ErlangQueue(load: 18, servers: 20), service: .exponential),
    Line(queue: ErlangQueue(load: 0.8, servers: 1), service: .fixed),
    Line(queue: ErlangQueue(load: 2.7, servers: 3), service: .fixed),
    Line(queue: ErlangQueue(load: 4.5, servers: 5), service: .steady),
    Line(queue: ErlangQueue(load: 0.8, servers: 1), service: .mixed),
    Line(queue: ErlangQueue(load: 4.5, servers: 5), service: .mixed),
    Line(queue: ErlangQueue(load: 3.5, servers: 5), service: .exponential, failing: 20),
    Line(queue: ErlangQueue(load: 2.1, servers: 3), service: .mixed, failing: 25),
  ]

  /// Which of a hundred waits an interval of eight in ten is to hold, chance included.
  public static let wanted = 0.75...0.90

  /// Of those who waited, how many waited as long as they were told.
  public private(set) var held = 0
  /// Of those who waited, how many waited less.
  public private(set) var early = 0
  /// Of those who waited, how many waited longer.
  public private(set) var late = 0
  /// Who was told that an agent is free, and had to wait nevertheless.
  public private(set) var surprised = 0
  /// Who was told nothing.
  public private(set) var untold = 0

  /// Plays a line; the first tenth of the callers comes before anything is known.
  public init(_ line: Line, arrivals: Int, seed: UInt64) {
    var run = TheoryRun(line.queue, line.service, arrivals: arrivals, seed: seed)
    run.failing = line.failing
    let told = run.told()
    untold = arrivals - told.count
    for caller in told.dropFirst(arrivals / 10) {
      guard case .interval(let interval) = caller.estimate else {
        untold += 1
        continue
      }
      if interval.latest == .zero {
        if caller.wait > .zero { surprised += 1 }
      } else if caller.wait < interval.earliest {
        early += 1
      } else if caller.wait > interval.latest {
        late += 1
      } else {
        held += 1
      }
    }
  }

  /// The share of those who waited as long as they were told.
  public var share: Double { Double(held) / Double(max(1, held + early + late)) }

  /// A line of the outcome, for `simulate`.
  public static func text(_ line: Line, arrivals: Int, seed: UInt64) -> String {
    let check = WaitCheck(line, arrivals: arrivals, seed: seed)
    let waited = check.held + check.early + check.late
    func percent(_ count: Int) -> String { "\((count * 100 + waited / 2) / max(1, waited)) %" }
    return "waits: \(line.service), A = \(line.queue.load), n = \(line.queue.servers), "
      + "\(line.failing) % fail: of \(waited) who waited \(percent(check.held)) as told, "
      + "\(percent(check.early)) less, \(percent(check.late)) more"
  }

  /// Puts two plays of a line together.
  public mutating func add(_ other: WaitCheck) {
    held += other.held
    early += other.early
    late += other.late
    surprised += other.surprised
    untold += other.untold
  }
}
