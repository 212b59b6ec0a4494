import CallbackCore
import Synchronization

/// Asks a directory who is calling, and never holds up a callback for longer than its budget.
///
/// Around the directory: a cache with age limits, one look-up in flight for a number, a bound on
/// look-ups at once, a circuit breaker, and records from before, marked as stale, when it fails. A
/// look-up that fails or overruns is a failure, never "nobody known"; an answer that comes late
/// goes to the callback that asked.
public final class CallerResolver: Sendable {
  let directory: any CallerDirectory
  let settings: ResolverSettings
  let clock: any ResolverClock
  let state: Mutex<ResolverState>

  /// Puts a resolver around a directory.
  public init(
    directory: any CallerDirectory, settings: ResolverSettings = ResolverSettings(),
    clock: any ResolverClock = SystemResolverClock()
  ) {
    self.directory = directory
    self.settings = settings
    self.clock = clock
    state = Mutex(ResolverState(settings))
  }

  /// What was done so far, and what is under way.
  public var counters: ResolverCounters { state.withLock { $0.currentCounters } }

  /// The answer where it takes no waiting: out of the cache, or of a directory that answers at
  /// once; nil where `resolve` must be awaited.
  ///
  /// - Parameter lines: the callback number first, then the caller's; the first that the directory
  ///   knows counts. None at all: nobody is looked up.
  public func resolveNow(_ lines: [PhoneNumber.Line]) -> ResolvedCaller? {
    let start = clock.now
    var choice = LineChoice(source: directory.name)
    for line in lines {
      guard let answer = answerNow(line, at: start) else { return nil }
      if choice.settles(with: answer) { break }
    }
    let resolved = choice.resolved(took: clock.now - start)
    state.withLock { $0.counters.count(resolved) }
    return resolved
  }

  /// The answer within the budget.
  ///
  /// - Parameters:
  ///   - lines: see `resolveNow`.
  ///   - onLate: told the directory's answer when it comes after the budget and says something else
  ///     than what was returned; at most once, and never a failure.
  public func resolve(
    _ lines: [PhoneNumber.Line], onLate: (@Sendable (ResolvedCaller) -> Void)? = nil
  ) async -> ResolvedCaller {
    if let resolved = resolveNow(lines) { return resolved }
    let start = clock.now
    let resolved: ResolvedCaller = await withCheckedContinuation { continuation in
      let race = Race(continuation)
      // Both outlive the request: the look-up to bring its late answer, the timer to be cancelled.
      let timer = Task {
        guard await clock.sleep(until: start + settings.budget) else { return }
        _ = race.answer(withoutWaiting(lines, from: start))
      }
      Task {
        let resolved = await withoutBudget(lines, from: start)
        let given = race.answer(resolved)
        timer.cancel()
        if let given { late(resolved, given: given, onLate) }
      }
    }
    state.withLock { $0.counters.count(resolved) }
    return resolved
  }

  /// The answer when the directory has ended all its look-ups, however long that takes.
  private func withoutBudget(
    _ lines: [PhoneNumber.Line], from start: Duration
  ) async -> ResolvedCaller {
    // The other lines are asked about at the same time; the first is waited for first.
    let answers = lines.map { line in Task { await answer(line) } }
    var choice = LineChoice(source: directory.name)
    for answer in answers where choice.settles(with: await answer.value) { break }
    return choice.resolved(took: clock.now - start)
  }

  /// What is known at the end of the budget.
  private func withoutWaiting(
    _ lines: [PhoneNumber.Line], from start: Duration
  ) -> ResolvedCaller {
    let now = clock.now
    let generation = directory.generation
    return state.withLock { state in
      state.counters.overBudget += 1
      var choice = LineChoice(source: directory.name)
      for line in lines {
        let answer =
          state.cached(line, at: now, generation: generation)
          ?? state.failure(.timedOut, line, at: now)
        if choice.settles(with: answer) { break }
      }
      return choice.resolved(took: now - start)
    }
  }

  private func late(
    _ resolved: ResolvedCaller, given: ResolvedCaller,
    _ onLate: (@Sendable (ResolvedCaller) -> Void)?
  ) {
    guard resolved.lookup.status == .resolved, resolved.origin != .staleCache else { return }
    state.withLock { $0.counters.late += 1 }
    let saysTheSame =
      given.lookup.status == .resolved && given.lookup.matches == resolved.lookup.matches
    if !saysTheSame { onLate?(resolved) }
  }
}

extension ResolverCounters {
  /// Counts what a request was answered.
  fileprivate mutating func count(_ resolved: ResolvedCaller) {
    switch resolved.origin {
    case .directory: answered += 1
    case .cache: cached += 1
    case .staleCache: stale += 1
    case .none: if resolved.lookup.status == .failed { failed += 1 }
    }
  }
}
