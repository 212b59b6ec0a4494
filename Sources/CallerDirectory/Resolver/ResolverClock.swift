/// The time by which answers age and budgets run out; one that nobody can set.
public protocol ResolverClock: Sendable {
  /// The time since some fixed moment.
  var now: Duration { get }
  /// Waits until `deadline`; false when the task was cancelled before.
  func sleep(until deadline: Duration) async -> Bool
}

/// The clock of the machine, counted from the clock's making.
public struct SystemResolverClock: ResolverClock {
  private let start = ContinuousClock.now

  /// Starts at zero.
  public init() {}

  /// The time since the clock was made.
  public var now: Duration { start.duration(to: .now) }

  /// Waits until `deadline`; false when the task was cancelled before.
  public func sleep(until deadline: Duration) async -> Bool {
    do {
      try await Task.sleep(until: start + deadline, clock: .continuous)
      return true
    } catch {
      return false
    }
  }
}
