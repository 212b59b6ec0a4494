import CallbackCore
import Logging
import Synchronization

/// One directory with what protects it and those who ask it: a cache, one look-up in flight for a
/// number, a bound on look-ups at once, and a circuit breaker.
final class GuardedDirectory: Sendable {
  let directory: any CallerDirectory
  let state: Mutex<ResolverState>
  private let settings: ResolverSettings
  private let clock: any ResolverClock
  private let logger: Logger?
  private let quiet = Mutex<(until: Duration?, hidden: Int)>((nil, 0))

  /// How long failures are only counted after one was logged.
  private static let quietTime = Duration.seconds(10)

  init(
    _ directory: any CallerDirectory, settings: ResolverSettings, clock: any ResolverClock,
    logger: Logger?
  ) {
    self.logger = logger
    self.directory = directory
    self.settings = settings
    self.clock = clock
    state = Mutex(ResolverState(settings))
  }

  /// The answer about one line where it takes no waiting.
  func answerNow(_ line: PhoneNumber.Line, at now: Duration) -> LineAnswer? {
    // Read before the look-up: an answer that a change overtakes is then not taken for fresh.
    let generation = directory.generation
    let cached = state.withLock { $0.cached(line, at: now, generation: generation) }
    if let cached { return cached }
    let result: Result<[CallerMatch], DirectoryError>
    do {
      guard let matches = try directory.lookupNow(line) else { return nil }
      result = .success(matches)
    } catch {
      result = .failure(error)
    }
    let end = clock.now
    return state.withLock {
      $0.note(result, line, took: end - now, generation: generation, at: end)
    }
  }

  /// The answer about one line, with everybody else who asks about it.
  func answer(_ line: PhoneNumber.Line) async -> LineAnswer {
    let now = clock.now
    if let answer = answerNow(line, at: now) { return answer }
    return await withCheckedContinuation { waiter in
      perform(state.withLock { $0.ask(line, waiter, at: now) })
    }
  }

  /// Drops what is kept of answers about a number, and what look-ups under way will bring.
  func forget(_ e164: String) { state.withLock { $0.changed(e164: e164) } }

  /// What is known of one line when there is no time left.
  func answerWithoutAsking(_ line: PhoneNumber.Line, at now: Duration) -> LineAnswer {
    let generation = directory.generation
    return state.withLock {
      $0.cached(line, at: now, generation: generation) ?? $0.failure(.timedOut, line, at: now)
    }
  }

  private func perform(_ actions: ResolverState.Actions) {
    for (waiter, answer) in actions.answers { waiter.resume(returning: answer) }
    if let flight = actions.start { Task { await fly(flight) } }
  }

  /// Asks the directory, and gives up on it in time; ends when the directory has let go, which a
  /// cancelled look-up should do soon.
  private func fly(_ flight: LookupFlights.Flight) async {
    await withTaskGroup(of: Void.self) { group in
      let start = clock.now
      group.addTask { [self] in
        let generation = directory.generation
        let result = await look(flight.line)
        let end = clock.now
        if case .failure(let error) = result { log("\(error)", at: end) }
        perform(
          state.withLock {
            $0.ended(flight, result, took: end - start, generation: generation, at: end)
          })
      }
      group.addTask { [self] in
        guard await clock.sleep(until: start + settings.lookupTimeout) else { return }
        let now = clock.now
        log("a look-up took longer than \(settings.lookupTimeout)", at: now)
        perform(state.withLock { $0.abandon(flight, at: now) })
      }
      await group.next()
      group.cancelAll()
    }
  }

  /// Says why look-ups fail, now and then: when all of them do, one line tells as much as all.
  private func log(_ error: String, at now: Duration) {
    guard let logger, !Task.isCancelled else { return }
    let hidden = quiet.withLock { quiet -> Int? in
      if let until = quiet.until, now < until {
        quiet.hidden += 1
        return nil
      }
      defer { quiet = (now + Self.quietTime, 0) }
      return quiet.hidden
    }
    guard let hidden else { return }
    logger.warning(
      "look-up failed",
      metadata: [
        "directory": "\(directory.name)", "error": "\(Self.withoutNumbers(error))",
        "more": "\(hidden)",
      ])
  }

  /// A text whose long runs of digits are left out: what a database says of a failure may repeat
  /// the number that it was asked about.
  static func withoutNumbers(_ text: String) -> String {
    var result = ""
    var digits = ""
    for character in text + "\0" {
      if character.isWholeNumber {
        digits.append(character)
        continue
      }
      result += digits.count >= 7 ? "…" : digits
      digits = ""
      result.append(character)
    }
    return String(result.dropLast())
  }

  private func look(_ line: PhoneNumber.Line) async -> Result<[CallerMatch], DirectoryError> {
    do {
      return .success(Array(try await directory.lookup(line).prefix(DirectoryLimits.matches)))
    } catch {
      return .failure(error)
    }
  }
}
