/// Many runs, a few at once.
public struct Campaign: Sendable {
  /// The seeds of the runs.
  public var seeds: Range<UInt64>
  /// How many runs are played at once.
  public var jobs: Int

  /// Runs of the given seeds.
  public init(seeds: Range<UInt64>, jobs: Int = 2) { (self.seeds, self.jobs) = (seeds, jobs) }

  /// How a campaign went.
  public struct Summary: Sendable {
    /// Runs that were played.
    public var runs = 0
    /// Runs that broke a rule.
    public var failures = 0
    /// How long it took.
    public var duration = Duration.zero

    /// The summary in one line.
    public var text: String {
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
      let rate = Int(Double(runs) / max(seconds, 0.001))
      return "simulation: \(runs) seeds, \(failures) failed, \(rate) seeds per second"
    }
  }

  /// Plays all runs; stops after ten failures.
  ///
  /// - Parameter failed: is told of each failure, in the order of seeds within a chunk.
  public func run(_ failed: @Sendable (Simulation.Failure) -> Void) async -> Summary {
    let start = ContinuousClock.now
    var summary = Summary()
    await withTaskGroup(of: (Int, [Simulation.Failure]).self) { group in
      let step: UInt64 = 25
      var next = seeds.lowerBound
      func add() {
        guard next < seeds.upperBound, summary.failures < 10 else { return }
        let chunk = next..<min(next + step, seeds.upperBound)
        next = chunk.upperBound
        group.addTask { (chunk.count, chunk.compactMap { Simulation(seed: $0).run() }) }
      }
      for _ in 0..<jobs { add() }
      for await (count, failures) in group {
        summary.runs += count
        summary.failures += failures.count
        for failure in failures { failed(failure) }
        add()
      }
    }
    summary.duration = ContinuousClock.now - start
    return summary
  }
}
