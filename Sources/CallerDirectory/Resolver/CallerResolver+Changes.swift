import CallbackCore

/// How far a change in a directory came.
public enum DirectoryChange<Value: Sendable>: Sendable {
  /// It is done.
  case done(Value)
  /// The directory has taken longer than five seconds; the change goes on.
  case pending
}

extension CallerResolver {
  /// Records by what somebody typed; see `CallerDirectory.search`.
  public func search(
    _ text: String, in region: PhoneRegion, limit: Int
  ) async throws(DirectoryError) -> DirectorySearchResult {
    try await directory.search(text, in: region, limit: limit)
  }

  /// One record; nil where there is none of the id.
  public func record(_ id: String) async throws(DirectoryError) -> DirectoryRecord? {
    try await directory.record(id)
  }

  /// Starts a Lead (DOMAIN, row I).
  ///
  /// - Parameter onEnd: told how a change ended that was pending.
  public func createLead(
    _ lead: NewLead, requestID: String, at now: WallTime,
    onEnd: (@Sendable (Result<LeadCreation, DirectoryError>) -> Void)? = nil
  ) async throws(DirectoryError) -> DirectoryChange<LeadCreation> {
    guard directory.capabilities.canCreateLead else {
      throw .readOnly(directory.capabilities.reason)
    }
    return try await change(lead.number, onEnd) { (directory) throws(DirectoryError) in
      try await directory.createLead(lead, requestID: requestID, at: now)
    }
  }

  /// Matches a number to a record (DOMAIN, row I).
  ///
  /// - Parameter onEnd: told how a change ended that was pending.
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, requestID: String, at now: WallTime,
    onEnd: (@Sendable (Result<DirectoryRecord, DirectoryError>) -> Void)? = nil
  ) async throws(DirectoryError) -> DirectoryChange<DirectoryRecord> {
    guard directory.capabilities.canLinkNumbers else {
      throw .readOnly(directory.capabilities.reason)
    }
    return try await change(line, onEnd) { (directory) throws(DirectoryError) in
      try await directory.linkNumber(line, to: recordID, requestID: requestID, at: now)
    }
  }

  /// Takes a number off a record.
  ///
  /// - Parameter onEnd: told how a change ended that was pending.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, requestID: String, at now: WallTime,
    onEnd: (@Sendable (Result<DirectoryRecord, DirectoryError>) -> Void)? = nil
  ) async throws(DirectoryError) -> DirectoryChange<DirectoryRecord> {
    guard directory.capabilities.canLinkNumbers else {
      throw .readOnly(directory.capabilities.reason)
    }
    return try await change(line, onEnd) { (directory) throws(DirectoryError) in
      try await directory.unlinkNumber(line, from: recordID, requestID: requestID, at: now)
    }
  }

  /// Makes a change, waits for it as long as the settings say, and forgets what was known of the
  /// number it is about.
  private func change<Value: Sendable>(
    _ line: PhoneNumber.Line, _ onEnd: (@Sendable (Result<Value, DirectoryError>) -> Void)?,
    _ body: @escaping @Sendable (any CallerDirectory) async throws(DirectoryError) -> Value
  ) async throws(DirectoryError) -> DirectoryChange<Value> {
    let mayStart = state.withLock { state in
      guard state.runningChanges < settings.runningChanges else { return false }
      state.runningChanges += 1
      return true
    }
    guard mayStart else { throw .unavailable("too many changes are under way") }
    let start = clock.now
    let answer: Result<DirectoryChange<Value>, DirectoryError> =
      await withCheckedContinuation { continuation in
        let race = Race(continuation)
        let timer = Task {
          guard await clock.sleep(until: start + settings.changePatience) else { return }
          if race.answer(.success(.pending)) == nil {
            state.withLock { $0.counters.pendingChanges += 1 }
          }
        }
        Task {
          let result: Result<Value, DirectoryError>
          do throws(DirectoryError) {
            result = .success(try await body(directory))
          } catch {
            result = .failure(error)
          }
          state.withLock { state in
            state.runningChanges -= 1
            state.cache.remove(line)
          }
          let wasPending = race.answer(result.map { .done($0) }) != nil
          timer.cancel()
          if wasPending { onEnd?(result) }
        }
      }
    return try answer.get()
  }
}
