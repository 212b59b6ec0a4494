import CallbackCore

extension CallerResolver {
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
        perform(
          state.withLock {
            $0.ended(flight, result, took: end - start, generation: generation, at: end)
          })
      }
      group.addTask { [self] in
        guard await clock.sleep(until: start + settings.lookupTimeout) else { return }
        let now = clock.now
        perform(state.withLock { $0.abandon(flight, at: now) })
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func look(_ line: PhoneNumber.Line) async -> Result<[CallerMatch], DirectoryError> {
    do {
      return .success(Array(try await directory.lookup(line).prefix(DirectoryLimits.matches)))
    } catch {
      return .failure(error)
    }
  }
}
