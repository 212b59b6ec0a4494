import CallbackCore
import CallbackEngine
import CallbackWire
import CallerDirectory
import RPCServices
import UnixRPC

/// What `GET /metrics` says. Labels are what operators configured, or words of ours: their number
/// is bounded.
struct MetricsPage: Sendable {
  /// Queues that have lines of their own; what further ones hold is summed up under `(others)`.
  static let queueLimit = 200

  let figures: ServiceFigures

  /// Makes the page.
  func page() async -> RPCPage {
    var text = MetricsText()
    addDaemon(&text)
    if let center = await figures.center() {
      addCenter(center, &text)
      addQueues(center.queues, at: center.point.wall, &text)
    }
    addTally(figures.tally.counts, &text)
    addLog(figures.engine.statistics, &text)
    addDirectories(figures.resolver.countersByDirectory, &text)
    text.add(figures.transport)
    return text.page
  }

  private func addDaemon(_ text: inout MetricsText) {
    text.family("callbackd_build_info", .gauge, "The daemon's version.")
    text.sample("callbackd_build_info", [("version", figures.facts.version)], 1)
    text.family(
      "process_start_time_seconds", .gauge, "When the daemon started, in seconds of Unix time.")
    text.sample(
      "process_start_time_seconds", [], Double(figures.facts.startedAt.milliseconds) / 1_000)
  }

  private func addCenter(_ center: CenterFigures, _ text: inout MetricsText) {
    text.family("callbackd_agents", .gauge, "Agents by what they do.")
    for kind in CenterFigures.AgentKind.allCases {
      text.sample("callbackd_agents", [("state", kind.rawValue)], center.agents[kind] ?? 0)
    }
    text.single(
      "callbackd_agents_connected", .gauge, "Agents with an open offers stream.",
      center.connectedAgents)
    text.single("callbackd_dialers", .gauge, "Connectors attached.", center.dialers)
    text.single("callbackd_callbacks_live", .gauge, "Live callbacks.", center.liveCallbacks)
    text.single("callbackd_offers_pending", .gauge, "Pending offers.", center.pendingOffers)
    text.family(
      "callbackd_callbacks_total", .counter, "What became of callbacks since the log began.")
    let counters = center.counters
    for (event, count) in [
      ("taken", counters.taken), ("merged", counters.merged), ("requeued", counters.requeued),
      ("completed", counters.completed), ("failed", counters.failed),
      ("cancelled", counters.cancelled), ("expired", counters.expired),
    ] {
      text.sample("callbackd_callbacks_total", [("event", event)], count)
    }
  }

  private func addQueues(
    _ all: [CenterFigures.QueueFigures], at now: WallTime, _ text: inout MetricsText
  ) {
    let (shown, others) = (all.prefix(Self.queueLimit), all.dropFirst(Self.queueLimit))
    func gauge(
      _ name: String, _ help: String, _ value: (CenterFigures.QueueFigures) -> Int
    ) {
      text.family(name, .gauge, help)
      for queue in shown { text.sample(name, [("queue", queue.id.rawValue)], value(queue)) }
      if !others.isEmpty {
        text.sample(name, [("queue", "(others)")], others.reduce(0) { $0 + value($1) })
      }
    }
    gauge("callbackd_queue_line", "Callbacks queued or offered.", \.inLine)
    gauge(
      "callbackd_queue_waiting",
      "Callbacks not done: in line, scheduled, in a gap, being dialled, uncertain.", \.waiting)
    gauge("callbackd_queue_offers_pending", "Pending offers.", \.pendingOffers)
    gauge("callbackd_queue_agents", "Agents who belong to the queue.", \.agents)
    gauge("callbackd_queue_agents_idle", "Agents who wait for an offer.", \.idleAgents)
    let name = "callbackd_queue_next_wait_seconds"
    text.family(name, .gauge, "How long ago the callback next in line was requested.")
    for queue in shown {
      guard let requested = queue.nextRequestedAt else { continue }
      let waited = Double((now - requested).milliseconds) / 1_000
      text.sample(name, [("queue", queue.id.rawValue)], waited)
    }
  }

  private func addTally(_ counts: ServiceTally.Counts, _ text: inout MetricsText) {
    text.single("callbackd_offers_made_total", .counter, "Offers made.", counts.offersMade)
    text.family("callbackd_offers_ended_total", .counter, "Offers that ended, by how.")
    for (how, count) in [
      ("accepted", counts.offersAccepted), ("rejected", counts.offersRejected),
      ("timed_out", counts.offersTimedOut), ("withdrawn", counts.offersWithdrawn),
    ] {
      text.sample("callbackd_offers_ended_total", [("how", how)], count)
    }
    text.family("callbackd_outcomes_total", .counter, "Attempts that ended, by outcome.")
    for outcome in AttemptOutcome.allCases {
      text.sample(
        "callbackd_outcomes_total", [("outcome", outcome.metricName)],
        counts.outcomes[outcome] ?? 0)
    }
  }

  private func addLog(_ log: EngineStatistics, _ text: inout MetricsText) {
    text.single(
      "callbackd_log_available", .gauge, "Whether the log takes appends.",
      log.isAvailable ? 1 : 0)
    text.single(
      "callbackd_log_hosts", .gauge, "Hosts that share the log, this one among them.",
      UInt64(log.hosts))
    text.single("callbackd_log_position", .gauge, "Where the log ends.", log.position)
    text.single(
      "callbackd_log_snapshot_position", .gauge, "Where the latest snapshot ends.",
      log.snapshotPosition)
    text.single("callbackd_log_records_total", .counter, "Records appended.", log.records)
    text.family("callbackd_log_appends_failed_total", .counter, "Appends that failed, by how.")
    for (how, count) in [
      ("conflict", log.conflicts), ("refused", log.refusals), ("unknown", log.unknowns),
    ] {
      text.sample("callbackd_log_appends_failed_total", [("how", how)], count)
    }
    text.family(
      "callbackd_log_append_seconds", .histogram, "How long an append took, its sync included.")
    text.histogram(
      "callbackd_log_append_seconds",
      bounds: LatencyHistogram.boundsMicroseconds.map { "\(Double($0) / 1e6)" },
      counts: log.appendTimes.counts, sum: log.appendTimes.total / .seconds(1))
    text.single(
      "callbackd_engine_commands_total", .counter, "Commands answered, refusals included.",
      log.submissions)
    text.single(
      "callbackd_engine_refusals_total", .counter, "Commands that the rules refused.",
      log.rejections)
    text.single(
      "callbackd_engine_waiting", .gauge, "Commands and reads that wait now.", log.waiting)
  }

  private func addDirectories(_ all: [DirectoryCounters], _ text: inout MetricsText) {
    func counter(_ name: String, _ help: String, _ value: (ResolverCounters) -> UInt64) {
      text.family(name, .counter, help)
      for each in all {
        text.sample(name, [("directory", each.directory)], value(each.counters))
      }
    }
    counter("callbackd_directory_lookups_total", "Look-ups started.", \.started)
    counter("callbackd_directory_failures_total", "Look-ups that failed.", \.directoryFailures)
    counter(
      "callbackd_directory_kept_back_total", "Look-ups that the open circuit kept back.",
      \.keptBack)
    counter(
      "callbackd_directory_overloaded_total", "Look-ups refused because too many waited.",
      \.overloaded)
    text.family("callbackd_directory_circuit_open", .gauge, "Whether it is not asked now.")
    for each in all {
      text.sample(
        "callbackd_directory_circuit_open", [("directory", each.directory)],
        each.counters.isCircuitOpen ? 1 : 0)
    }
    text.family("callbackd_directory_lookup_seconds", .histogram, "How long look-ups took.")
    for each in all {
      text.histogram(
        "callbackd_directory_lookup_seconds", [("directory", each.directory)],
        bounds: LatencyHistogram.boundsMicroseconds.map { "\(Double($0) / 1e6)" },
        counts: each.counters.latency.counts, sum: each.counters.latency.total / .seconds(1))
    }
    addRequests(figures.resolver.counters, &text)
  }

  private func addRequests(_ requests: ResolverCounters, _ text: inout MetricsText) {
    text.family(
      "callbackd_directory_answers_total", .counter, "Requests by where their answer came from.")
    for (source, count) in [
      ("directory", requests.answered), ("cache", requests.cached),
      ("stale_cache", requests.stale), ("none", requests.failed),
    ] {
      text.sample("callbackd_directory_answers_total", [("source", source)], count)
    }
    text.single(
      "callbackd_directory_over_budget_total", .counter,
      "Requests whose look-up took longer than its budget.", requests.overBudget)
    text.single(
      "callbackd_directory_cached_numbers", .gauge, "Numbers whose answers are kept.",
      requests.cachedNumbers)
  }
}

extension AttemptOutcome {
  /// As labels write it.
  fileprivate var metricName: String {
    switch self {
    case .answered: "answered"
    case .voicemail: "voicemail"
    case .busy: "busy"
    case .noAnswer: "no_answer"
    case .rejected: "rejected"
    case .invalidNumber: "invalid_number"
    case .congestion: "congestion"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .agentSide: "agent_side"
    case .notDialled: "not_dialled"
    case .notClaimed: "not_claimed"
    case .answeredEndUnknown: "answered_end_unknown"
    case .unknown: "unknown"
    }
  }
}
