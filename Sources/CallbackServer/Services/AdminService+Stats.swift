import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import CallerDirectory
import UnixRPC

extension V1.GetStatsRequest: PageRequest {}

extension AdminService {
  /// Counts what there is now and what the daemon has done.
  func getStats(_ request: V1.GetStatsRequest) throws -> ReadCall<V1.GetStatsResponse> {
    let (empty, after) = try request.page(of: V1.QueueStats.self)
    let figures = context.figures
    return { state, point in
      let center = CenterFigures(state, at: point)
      let last = after.map { QueueID(String(decoding: $0, as: UTF8.self)) }
      let first = center.queues.firstIndex(above: { queue in last.map { queue.id > $0 } ?? true })
      var page = empty
      page.fill(center.queues[first...], bytes: \.id.keyBytes) {
        V1.QueueStats($0)
      }
      var agents: [V1.AgentWorkState: UInt64] = [:]
      for (kind, count) in center.agents { agents[kind.message, default: 0] += UInt64(count) }
      return V1.GetStatsResponse(
        logPosition: point.position,
        startedAt: GoogleProtobuf.Timestamp(figures.facts.startedAt),
        queues: page.entries, nextPageToken: page.nextToken,
        agents: agents.sorted { $0.key.rawValue < $1.key.rawValue }
          .map { V1.AgentStats(workState: $0.key, agents: $0.value) },
        callbacks: V1.CallbackStats(center), offers: V1.OfferStats(figures.tally.counts),
        outcomes: V1.OutcomeStats.all(figures.tally.counts),
        log: V1.LogStats(figures.engine.statistics),
        transport: V1.TransportStats(figures.transport),
        directories: figures.resolver.countersByDirectory.map { V1.DirectoryStats($0) })
    }
  }
}

extension CenterFigures.AgentKind {
  /// As messages name it.
  fileprivate var message: V1.AgentWorkState {
    switch self {
    case .offline: .offline
    case .ready: .ready
    case .offered: .offered
    case .onCall, .onOtherCall: .onCall
    case .cooldown: .cooldown
    case .noAnswer: .noAnswer
    case .inactive: .inactive
    }
  }
}

extension V1.QueueStats {
  fileprivate init(_ queue: CenterFigures.QueueFigures) {
    self.init(
      queueID: queue.id.rawValue, inLine: UInt64(queue.inLine), waiting: UInt64(queue.waiting),
      pendingOffers: UInt64(queue.pendingOffers), agents: UInt64(queue.agents),
      idleAgents: UInt64(queue.idleAgents),
      nextRequestedAt: queue.nextRequestedAt.map { GoogleProtobuf.Timestamp($0) })
  }
}

extension V1.CallbackStats {
  fileprivate init(_ center: CenterFigures) {
    let counters = center.counters
    self.init(
      taken: counters.taken, merged: counters.merged, requeued: counters.requeued,
      completed: counters.completed, failed: counters.failed, cancelled: counters.cancelled,
      expired: counters.expired, live: UInt64(center.liveCallbacks))
  }
}

extension V1.OfferStats {
  fileprivate init(_ counts: ServiceTally.Counts) {
    self.init(
      made: counts.offersMade, accepted: counts.offersAccepted, rejected: counts.offersRejected,
      timedOut: counts.offersTimedOut, withdrawn: counts.offersWithdrawn)
  }
}

extension V1.OutcomeStats {
  /// All outcomes that came, in the order of their numbers.
  fileprivate static func all(_ counts: ServiceTally.Counts) -> [V1.OutcomeStats] {
    var sums: [V1.Outcome: UInt64] = [:]
    for (outcome, count) in counts.outcomes { sums[V1.Outcome(outcome), default: 0] += count }
    return sums.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { V1.OutcomeStats(outcome: $0.key, attempts: $0.value) }
  }
}

extension V1.LogStats {
  fileprivate init(_ statistics: EngineStatistics) {
    self.init(
      available: statistics.isAvailable, appends: statistics.batches, records: statistics.records,
      refused: statistics.refusals, unknown: statistics.unknowns,
      appendTime: GoogleProtobuf.Duration(exactly: statistics.appendTimes.total),
      waiting: UInt64(statistics.waiting))
  }
}

extension V1.TransportStats {
  fileprivate init(_ metrics: RPCServerMetrics) {
    let ended = metrics.calls.values.lazy.flatMap(\.self)
    self.init(
      connections: UInt64(metrics.openConnections), calls: UInt64(max(0, metrics.openCalls)),
      acceptedConnections: UInt64(metrics.acceptedConnections),
      refusedConnections: UInt64(metrics.refusedConnections),
      violations: UInt64(metrics.violations),
      endedCalls: UInt64(ended.reduce(0) { $0 + $1.value }),
      failedCalls: UInt64(ended.reduce(0) { $0 + ($1.key == .ok ? 0 : $1.value) }))
  }
}

extension V1.DirectoryStats {
  fileprivate init(_ directory: DirectoryCounters) {
    let counters = directory.counters
    self.init(
      directory: directory.directory, lookups: counters.started,
      failures: counters.directoryFailures, keptBack: counters.keptBack,
      running: UInt64(max(0, counters.running)),
      lookupTime: GoogleProtobuf.Duration(exactly: counters.latency.total),
      circuitOpen: counters.isCircuitOpen)
  }
}
