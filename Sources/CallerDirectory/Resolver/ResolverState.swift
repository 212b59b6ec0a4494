import CallbackCore

/// Everything that is decided around a directory; its guard does what it is told here, outside its lock.
struct ResolverState {
  typealias Waiter = LookupFlights.Waiter
  typealias Flight = LookupFlights.Flight

  /// What is to be done after a step.
  struct Actions {
    /// Whom to give which answer.
    var answers: [(Waiter, LineAnswer)] = []
    /// Which look-up to start.
    var start: Flight?
  }

  var cache: AnswerCache
  private var breaker: CircuitBreaker
  private var flights: LookupFlights
  var counters = ResolverCounters()

  init(_ settings: ResolverSettings) {
    cache = AnswerCache(settings)
    breaker = CircuitBreaker(settings)
    flights = LookupFlights(settings)
  }

  /// The counters with what is under way now.
  var currentCounters: ResolverCounters {
    var counters = counters
    counters.running = flights.running
    counters.waiting = flights.waiting
    counters.cachedNumbers = cache.count
    if case .closed = breaker.state {
      counters.isCircuitOpen = false
    } else {
      counters.isCircuitOpen = true
    }
    return counters
  }

  /// The answer about a line, where the cache has one that is fresh.
  mutating func cached(
    _ line: PhoneNumber.Line, at now: Duration, generation: UInt64
  ) -> LineAnswer? {
    cache.fresh(line, at: now, generation: generation).map {
      .matches($0.matches, origin: .cache, age: now - $0.answeredAt)
    }
  }

  /// Somebody asks about a line that the cache does not know.
  mutating func ask(_ line: PhoneNumber.Line, _ waiter: Waiter, at now: Duration) -> Actions {
    var actions = Actions()
    if !flights.has(line), breaker.isOpen(at: now) {
      counters.keptBack += 1
      actions.answers = [(waiter, failure(.circuitOpen, line, at: now))]
      return actions
    }
    switch flights.join(line, waiter) {
    case .shared: counters.joined += 1
    case .queued: break
    case .refused(let waiter):
      counters.overloaded += 1
      actions.answers = [(waiter, failure(.overloaded, line, at: now))]
    case .start(let flight): begin(flight, &actions, at: now)
    }
    return actions
  }

  /// The directory has answered, or failed to.
  mutating func ended(
    _ flight: Flight, _ result: Result<[CallerMatch], DirectoryError>, took: Duration,
    generation: UInt64, at now: Duration
  ) -> Actions {
    var actions = Actions()
    counters.latency.record(took)
    let waiters = flights.waiters(of: flight)
    switch result {
    case .success(let matches):
      // An answer after the look-up was given up is an answer, but no sign of health.
      if waiters != nil { breaker.succeeded() }
      if !flights.isOutdated(flight) {
        cache.store(
          AnswerCache.Entry(matches: matches, answeredAt: now, generation: generation),
          for: flight.line)
      }
      let answer = LineAnswer.matches(matches, origin: .directory, age: .zero)
      actions.answers = (waiters ?? []).map { ($0, answer) }
    case .failure(let error):
      counters.directoryFailures += 1
      if waiters != nil { breaker.failed(flight.id, at: now) }
      let answer = failure(.directory(error), flight.line, at: now)
      actions.answers = (waiters ?? []).map { ($0, answer) }
    }
    if let next = flights.ended(flight) { begin(next, &actions, at: now) }
    return actions
  }

  /// A number's records have changed, or are to be forgotten: nothing that is known of it, whatever
  /// the extension, or that comes of a look-up under way, is given to those who ask from now on.
  mutating func changed(e164: String) {
    cache.remove(e164: e164)
    flights.outdate(e164: e164)
  }

  /// A look-up has taken so long that it is given up; its place stays taken until it ends.
  mutating func abandon(_ flight: Flight, at now: Duration) -> Actions {
    guard let waiters = flights.waiters(of: flight) else { return Actions() }
    counters.abandoned += 1
    breaker.failed(flight.id, at: now)
    let answer = failure(.timedOut, flight.line, at: now)
    return Actions(answers: waiters.map { ($0, answer) })
  }

  /// What a directory that answers at once has answered.
  mutating func note(
    _ result: Result<[CallerMatch], DirectoryError>, _ line: PhoneNumber.Line, took: Duration,
    generation: UInt64, at now: Duration
  ) -> LineAnswer {
    counters.started += 1
    counters.latency.record(took)
    switch result {
    case .success(let matches):
      cache.store(
        AnswerCache.Entry(matches: matches, answeredAt: now, generation: generation), for: line)
      return .matches(matches, origin: .directory, age: .zero)
    case .failure(let error):
      counters.directoryFailures += 1
      return failure(.directory(error), line, at: now)
    }
  }

  /// The answer when there is none: with the records from before, where there are any.
  mutating func failure(
    _ failure: LookupFailure, _ line: PhoneNumber.Line, at now: Duration
  ) -> LineAnswer {
    let entry = cache.stale(line, at: now)
    return .failed(
      failure, stale: entry?.matches ?? [], age: entry.map { now - $0.answeredAt } ?? .zero)
  }

  /// Starts a look-up whose turn it is, unless the circuit has opened meanwhile; then those behind
  /// it have their turn, and their answer, too.
  private mutating func begin(_ flight: Flight, _ actions: inout Actions, at now: Duration) {
    var next: Flight? = flight
    while let flight = next {
      if breaker.permit(flight.id, at: now) {
        counters.started += 1
        actions.start = flight
        return
      }
      let answer = failure(.circuitOpen, flight.line, at: now)
      for waiter in flights.waiters(of: flight) ?? [] {
        counters.keptBack += 1
        actions.answers.append((waiter, answer))
      }
      next = flights.ended(flight)
    }
  }
}
