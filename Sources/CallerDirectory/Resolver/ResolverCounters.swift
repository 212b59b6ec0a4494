import CallbackCore

/// What a resolver has done since it was made, and what it is doing; for the metrics.
public struct ResolverCounters: Hashable, Sendable {
  /// Answers out of the cache.
  public var cached: UInt64 = 0
  /// Answers of the directory within the budget, records or not.
  public var answered: UInt64 = 0
  /// Old answers given because the directory failed.
  public var stale: UInt64 = 0
  /// Requests that got no answer.
  public var failed: UInt64 = 0
  /// Requests whose budget ran out, with a stale answer or without.
  public var overBudget: UInt64 = 0
  /// Answers that came after their request's budget.
  public var late: UInt64 = 0
  /// Look-ups started in the directory.
  public var started: UInt64 = 0
  /// Requests that waited for a look-up which another had started.
  public var joined: UInt64 = 0
  /// Look-ups that the directory failed.
  public var directoryFailures: UInt64 = 0
  /// Look-ups that were given up.
  public var abandoned: UInt64 = 0
  /// Look-ups that the open circuit kept back.
  public var keptBack: UInt64 = 0
  /// Look-ups refused because too many were waiting.
  public var overloaded: UInt64 = 0
  /// Changes that became pending.
  public var pendingChanges: UInt64 = 0
  /// How long the directory took for a look-up, failures included.
  public var latency = LatencyHistogram()

  /// Look-ups under way now.
  public var running = 0
  /// Look-ups that wait for one of those to end.
  public var waiting = 0
  /// Numbers whose answers are kept.
  public var cachedNumbers = 0
  /// Whether the circuit is open or half open.
  public var isCircuitOpen = false

  /// All zero.
  public init() {}

  /// Adds what another has counted.
  mutating func add(_ other: ResolverCounters) {
    cached += other.cached
    answered += other.answered
    stale += other.stale
    failed += other.failed
    overBudget += other.overBudget
    late += other.late
    started += other.started
    joined += other.joined
    directoryFailures += other.directoryFailures
    abandoned += other.abandoned
    keptBack += other.keptBack
    overloaded += other.overloaded
    pendingChanges += other.pendingChanges
    latency.add(other.latency)
    running += other.running
    waiting += other.waiting
    cachedNumbers += other.cachedNumbers
    isCircuitOpen = isCircuitOpen || other.isCircuitOpen
  }

  /// Counts what a request was answered.
  mutating func count(_ resolved: ResolvedCaller) {
    switch resolved.origin {
    case .directory: answered += 1
    case .cache: cached += 1
    case .staleCache: stale += 1
    case .none: if resolved.lookup.status == .failed { failed += 1 }
    }
  }
}

/// What has become of one directory's look-ups; the name is one of the configuration's, so that
/// labels of metrics are bounded.
public struct DirectoryCounters: Hashable, Sendable {
  /// The directory's name.
  public var directory: String
  /// Its look-ups, cache, circuit and latency; what concerns whole requests is zero here.
  public var counters: ResolverCounters
}

extension CallerResolver {
  /// What was done so far, and what is under way: requests, and the sum over all directories. Taken
  /// in microseconds and without waiting, so that metrics may ask whenever they are asked.
  public var counters: ResolverCounters {
    var sum = state.withLock { $0.counters }
    sum.cached += repeated.load(ordering: .relaxed)
    for source in sources { sum.add(source.state.withLock { $0.currentCounters }) }
    return sum
  }

  /// The same for each directory, in their order: its cache, look-ups, circuit and latency. Metrics
  /// label them with `directory`, a name of the configuration, so that there are few.
  public var countersByDirectory: [DirectoryCounters] {
    zip(names, sources).map { name, source in
      DirectoryCounters(
        directory: name, counters: source.state.withLock { $0.currentCounters })
    }
  }
}
