/// One simulated run from a seed, and what to say of it when it fails.
public struct Simulation: Sendable {
  /// Which run.
  public var seed: UInt64
  /// How many actions it has.
  public var length: Int

  /// The run of a seed.
  public init(seed: UInt64, length: Int = 160) { (self.seed, self.length) = (seed, length) }

  /// A run that broke a rule.
  public struct Failure: Sendable {
    /// The run.
    public var seed: UInt64
    /// The rule, and what broke it.
    public var problem: String
    /// The actions that are left when all that do not matter are dropped.
    public var actions: [Action]
    /// What happened in the shortened run, a line each.
    public var trace: [String]
    /// How many actions the run had.
    public var length: Int

    /// The failure for people.
    public var text: String {
      let kinds = actions.map(\.kind.rawValue).joined(separator: ", ")
      let head =
        "seed \(seed): \(problem)\n\(length) actions shortened to \(actions.count): \(kinds)"
      let gap = trace.count > 120 ? ["…"] : []
      let shown = trace.prefix(60) + gap + trace.dropFirst(60).suffix(60)
      return ([head] + shown.map { "  " + $0.prefix(600) }).joined(separator: "\n")
    }
  }

  /// Plays the run.
  ///
  /// - Parameter shortens: whether a failing run is played again and again to find the few actions
  ///   that matter.
  /// - Returns: nil when every rule held.
  public func run(shortens: Bool = true) -> Failure? {
    let actions = Profile(seed: seed).actions(seed: seed, count: length)
    guard let problem = play(actions) else { return nil }
    let left = shortens ? shorten(actions, problem) : actions
    var world = World(seed: seed, isTraced: true)
    world.run(left)
    return Failure(
      seed: seed, problem: world.failure ?? problem, actions: left, trace: world.trace ?? [],
      length: length)
  }

  private func play(_ actions: [Action]) -> String? {
    var world = World(seed: seed)
    world.run(actions)
    return world.failure
  }

  /// Drops ever smaller runs of actions while the same rule is broken.
  private func shorten(_ actions: [Action], _ problem: String) -> [Action] {
    func isSame(_ other: String?) -> Bool {
      other.map { rule(of: $0) == rule(of: problem) } ?? false
    }
    var left = actions
    var size = max(1, left.count / 2)
    var budget = 600
    while budget > 0 {
      var start = 0
      var hasDropped = false
      while start < left.count, budget > 0 {
        var fewer = left
        fewer.removeSubrange(start..<min(start + size, left.count))
        budget -= 1
        if isSame(play(fewer)) {
          left = fewer
          hasDropped = true
        } else {
          start += size
        }
      }
      if size == 1, !hasDropped { break }
      size = max(1, size / 2)
    }
    return left
  }

  /// The rule that a problem names: what stands before its first colon.
  private func rule(of problem: String) -> String { String(problem.prefix { $0 != ":" }) }
}
