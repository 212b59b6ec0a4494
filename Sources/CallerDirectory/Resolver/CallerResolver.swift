import CallbackCore
public import Logging
import Synchronization

/// Asks directories who is calling, and never holds up a callback for longer than its budget.
///
/// Around each directory: a cache with age limits, one look-up in flight for a number, a bound on
/// look-ups at once, a circuit breaker, and records from before, marked as stale, when it fails. A
/// look-up that fails or overruns is a failure, never "nobody known"; an answer that comes late
/// goes to the callback that asked.
///
/// Several directories are asked at the same time, so that a slow one does not use up the others'
/// time; their order says whose answer counts. Ids of records then name their directory:
/// `crm:1042`.
public final class CallerResolver: Sendable {
  let sources: [GuardedDirectory]
  let names: [String]
  let settings: ResolverSettings
  let clock: any ResolverClock
  let ledger: ChangeLedger?
  let state: Mutex<RequestState>
  /// Changes of records that this resolver knows of.
  let changes = Atomic<UInt64>(0)
  /// Answers that others gave out of what they kept.
  let repeated = Atomic<UInt64>(0)
  private let combination: DirectoryCombination

  /// Puts a resolver around directories.
  ///
  /// - Parameters:
  ///   - directories: in their order; at least one, no two of a name.
  ///   - combination: what becomes of several answers.
  ///   - ledger: remembers changes by their request ids; without one the directories do.
  ///   - logger: told why look-ups fail.
  public init(
    directories: [any CallerDirectory], combination: DirectoryCombination = .first,
    settings: ResolverSettings = ResolverSettings(), ledger: ChangeLedger? = nil,
    logger: Logger? = nil, clock: any ResolverClock = SystemResolverClock()
  ) {
    precondition(!directories.isEmpty, "there is no directory to ask")
    sources = directories.map {
      GuardedDirectory($0, settings: settings, clock: clock, logger: logger)
    }
    names = directories.map(\.name)
    self.combination = combination
    self.settings = settings
    self.ledger = ledger
    self.clock = clock
    state = Mutex(RequestState())
  }

  /// Puts a resolver around one directory.
  public convenience init(
    directory: any CallerDirectory, settings: ResolverSettings = ResolverSettings(),
    clock: any ResolverClock = SystemResolverClock()
  ) {
    self.init(directories: [directory], settings: settings, clock: clock)
  }

  /// Changes whenever answers may have changed other than by age. Whoever keeps an answer reads this
  /// before asking for it.
  public var version: UInt64 {
    var version = changes.load(ordering: .acquiring)
    for source in sources { version &+= source.directory.generation }
    return version
  }

  /// The time by which answers age.
  public var now: Duration { clock.now }

  /// Counts a request that was answered with what its caller had kept; see `ResolvedCaller.goodFor`.
  public func countRepeated() { repeated.wrappingAdd(1, ordering: .relaxed) }

  /// The answer where it takes no waiting: out of the caches, or of directories that answer at
  /// once; nil where `resolve` must be awaited.
  ///
  /// - Parameters:
  ///   - lines: the callback number first, then the caller's; the first that is known counts. None
  ///     at all: nobody is looked up.
  ///   - explains: whether to tell what each directory answered.
  public func resolveNow(
    _ lines: [PhoneNumber.Line], explains: Bool = false
  ) -> ResolvedCaller? {
    let start = clock.now
    var choice = choice(explains)
    var goodFor = Duration.seconds(1 << 32)
    for line in lines {
      for index in sources.indices {
        let begin = explains ? clock.now : start
        guard let answer = sources[index].answerNow(line, at: start) else { return nil }
        goodFor = min(goodFor, answer.goodFor(settings))
        let took = explains ? clock.now - begin : .zero
        if choice.settles(with: answer, of: index, about: line, took: took) { break }
      }
      if choice.isFound { break }
    }
    return counted(choice, took: clock.now - start, goodFor: goodFor)
  }

  /// The answer within the budget.
  ///
  /// - Parameters:
  ///   - lines: see `resolveNow`.
  ///   - explains: whether to tell what each directory answered.
  ///   - onLate: told the directories' answer when it comes after the budget and says something
  ///     else than what was returned; at most once, and never a failure.
  public func resolve(
    _ lines: [PhoneNumber.Line], explains: Bool = false,
    onLate: (@Sendable (ResolvedCaller) -> Void)? = nil
  ) async -> ResolvedCaller {
    if let resolved = resolveNow(lines, explains: explains) { return resolved }
    let start = clock.now
    let arrived = ArrivedAnswers(lines: lines.count, sources: sources.count)
    let resolved: ResolvedCaller = await withCheckedContinuation { continuation in
      let race = Race(continuation)
      // Both outlive the request: the look-ups to bring their late answer, the timer to be
      // cancelled.
      let timer = Task {
        guard await clock.sleep(until: start + settings.budget) else { return }
        _ = race.answer(withoutWaiting(lines, arrived, explains, from: start))
      }
      Task {
        let resolved = await withoutBudget(lines, arrived, explains, from: start)
        let given = race.answer(resolved)
        timer.cancel()
        if let given { late(resolved, given: given, onLate) }
      }
    }
    state.withLock { $0.counters.count(resolved) }
    return resolved
  }

  /// Drops what is kept of answers about a number, whatever the extension, and of changes.
  ///
  /// - Throws: where the ledger of changes cannot be written.
  public func forget(_ number: PhoneNumber) throws(DirectoryError) {
    for source in sources { source.forget(number.e164) }
    let forms = [number.e164, number.display].map { $0.filter(\.isNumber) }
    try ledger?.forget(digits: Array(Set(forms)).sorted())
  }

  /// The directories that are asked, by name, but for `own`.
  public func directoryNames(but own: String) -> [String] { names.filter { $0 != own } }

  private func choice(_ explains: Bool) -> LineChoice {
    LineChoice(names: names, combination: combination, explains: explains)
  }

  private func counted(
    _ choice: LineChoice, took: Duration, goodFor: Duration
  ) -> ResolvedCaller {
    var resolved = choice.resolved(took: took)
    resolved.goodFor = goodFor
    if let steps = choice.steps { resolved.steps = steps }
    state.withLock { $0.counters.count(resolved) }
    return resolved
  }

  /// The answer when the directories have ended all their look-ups, however long that takes.
  private func withoutBudget(
    _ lines: [PhoneNumber.Line], _ arrived: ArrivedAnswers, _ explains: Bool, from start: Duration
  ) async -> ResolvedCaller {
    // All are asked at the same time; the first line's first directory is waited for first.
    let tasks = lines.enumerated().map { at, line in
      sources.enumerated().map { index, source in
        Task {
          let answer = await source.answer(line)
          arrived.add(answer, took: clock.now - start, line: at, source: index)
          return answer
        }
      }
    }
    var choice = choice(explains)
    for (at, line) in lines.enumerated() {
      for index in sources.indices {
        let answer = await tasks[at][index].value
        let took = arrived.answer(line: at, source: index)?.took ?? .zero
        if choice.settles(with: answer, of: index, about: line, took: took) { break }
      }
      if choice.isFound { break }
    }
    var resolved = choice.resolved(took: clock.now - start)
    resolved.steps = choice.steps ?? []
    return resolved
  }

  /// What is known at the end of the budget.
  private func withoutWaiting(
    _ lines: [PhoneNumber.Line], _ arrived: ArrivedAnswers, _ explains: Bool, from start: Duration
  ) -> ResolvedCaller {
    let now = clock.now
    state.withLock { $0.counters.overBudget += 1 }
    var choice = choice(explains)
    for (at, line) in lines.enumerated() {
      for index in sources.indices {
        let known = arrived.answer(line: at, source: index)
        let answer = known?.answer ?? sources[index].answerWithoutAsking(line, at: now)
        if choice.settles(
          with: answer, of: index, about: line, took: known?.took ?? (now - start))
        {
          break
        }
      }
      if choice.isFound { break }
    }
    var resolved = choice.resolved(took: now - start)
    resolved.steps = choice.steps ?? []
    return resolved
  }

  private func late(
    _ resolved: ResolvedCaller, given: ResolvedCaller,
    _ onLate: (@Sendable (ResolvedCaller) -> Void)?
  ) {
    guard resolved.lookup.status == .resolved, resolved.origin != .staleCache else { return }
    state.withLock { $0.counters.late += 1 }
    // What was marked as stale is said again, without the mark.
    let saysTheSame =
      given.lookup.status == .resolved && given.lookup.matches == resolved.lookup.matches
      && given.lookup.isStale == resolved.lookup.isStale
    if !saysTheSame { onLate?(resolved) }
  }
}

/// What a resolver keeps beside its directories.
struct RequestState {
  var counters = ResolverCounters()
  var runningChanges = 0
  /// Changes under way by their request ids.
  var changes: [String: RunningChange] = [:]
}

/// The answers of one request as they come in.
private final class ArrivedAnswers: Sendable {
  typealias Answer = (answer: LineAnswer, took: Duration)
  private let sources: Int
  private let answers: Mutex<[Answer?]>

  init(lines: Int, sources: Int) {
    self.sources = sources
    answers = Mutex(Array(repeating: nil, count: lines * sources))
  }

  func add(_ answer: LineAnswer, took: Duration, line: Int, source: Int) {
    answers.withLock { $0[line * sources + source] = (answer, took) }
  }

  func answer(line: Int, source: Int) -> Answer? {
    answers.withLock { $0[line * sources + source] }
  }
}
