/// Simulated lines held to theory, row by row.
public struct TheoryCheck: Sendable {
  /// What was compared, in a line.
  public var text: String
  /// What does not agree; empty when all does.
  public var problems: [String]

  /// All rows of DOMAIN's table and the fixed service, each with `arrivals` callers.
  public static func all(arrivals: Int) -> [TheoryCheck] {
    let exponential = ErlangQueue.table.enumerated().map { row, queue in
      TheoryCheck(queue, arrivals: arrivals, seed: UInt64(row + 1))
    }
    return exponential + [fixedService(arrivals: arrivals, seed: 7)]
  }

  /// A row of the table.
  public init(_ queue: ErlangQueue, arrivals: Int, seed: UInt64) {
    let result = TheoryRun(queue, .exponential, arrivals: arrivals, seed: seed).run()
    self.init(
      name: "A = \(Int(queue.load)), n = \(queue.servers)", result,
      share: queue.shareWaiting, wait: queue.meanWait)
  }

  /// One agent, fixed service, a load of 0.8: the mean wait is twice the service.
  public static func fixedService(arrivals: Int, seed: UInt64) -> TheoryCheck {
    let queue = ErlangQueue(load: 0.8, servers: 1)
    let result = TheoryRun(queue, .fixed, arrivals: arrivals, seed: seed).run()
    return TheoryCheck(name: "fixed, ρ = 0.8", result, share: 0.8, wait: 2)
  }

  private init(name: String, _ result: TheoryRun.Result, share: Double, wait: Double) {
    func words(_ estimate: TheoryRun.Estimate, _ theory: Double) -> String {
      "\(rounded(estimate.mean)) ± \(rounded(estimate.error)) (theory \(rounded(theory)))"
    }
    text =
      "theory: \(name): waiting \(words(result.shareWaiting, share)), "
      + "mean wait / S \(words(result.meanWait, wait))"
    var problems: [String] = result.violations
    if !result.shareWaiting.agrees(with: share) { problems.append("\(name): share waiting") }
    if !result.meanWait.agrees(with: wait) { problems.append("\(name): mean wait") }
    if result.waitsOfCallers != result.lengthOverTime { problems.append("\(name): Little's law") }
    if result.taken != result.completed { problems.append("\(name): conservation") }
    self.problems = problems
  }
}

/// A number with four decimals.
private func rounded(_ x: Double) -> String {
  let whole = Int((x * 10_000).rounded())
  let decimals = String(whole % 10_000)
  return "\(whole / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
}
