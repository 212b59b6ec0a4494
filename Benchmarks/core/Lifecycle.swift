import CallbackCore

/// The commands of a callback's life, each measured while everything else waits.
struct Lifecycle {
  /// The commands in the order in which they are shown, with the median of each in µs.
  private(set) var medians: [(name: String, microseconds: Double)] = []

  /// Plays `rounds` callbacks from request to end.
  init(in bench: inout BenchCenter, rounds: Int) throws {
    var samples: [String: Samples] = [:]
    func measure(_ name: String, _ command: Command?) throws {
      guard let command else { fatalError("nothing to measure for \(name)") }
      try samples[name, default: Samples()].measure { try bench.send(command) }
    }
    for round in 0..<rounds {
      let agent = bench.agents[round % bench.agents.count]
      try measure("request", bench.nextRequest())
      try measure("answered", bench.report(agent, .answered, 1))
      // The agent becomes free and is offered the next callback in the same step.
      try measure("ended, with the next offer", bench.report(agent, .ended, 2))
      if round % 4 == 3 {
        // The callback goes to the next agent; here all others are on calls.
        try measure(
          "reject", bench.offer(to: agent).map { .rejectOffer($0, agent: agent, session: nil) })
      }
      try measure(
        "accept", bench.offer(to: agent).map { .acceptOffer($0, agent: agent, session: nil) })
      let callback = try bench.request()
      try measure("cancel", callback.map { .cancelCallback($0, ifRevision: nil) })
      if round % 4 == 1 {
        try measure("status", .setAgentStatus(agent, wanted: .ready, endCooldown: false))
        samples["timers", default: Samples()].measure { bench.advance() }
      }
    }
    medians = Self.order.map { ($0, samples[$0]?.median ?? 0) }
  }

  private static let order = [
    "request", "accept", "answered", "ended, with the next offer", "reject", "cancel", "status",
    "timers",
  ]
}
