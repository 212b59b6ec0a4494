import CallbackCore

/// How far a change in a directory came.
public enum DirectoryChange<Value: Sendable>: Sendable {
  /// It is done.
  case done(Value)
  /// The directory has taken longer than five seconds; the change goes on.
  case pending
}

/// What makes a change repeatable.
public struct ChangeRequest: Hashable, Sendable {
  /// The id, scoped to the peer's user; repeated, it gives the same answer.
  public var id: String
  /// What was asked for; the same id with something else is refused.
  public var fingerprint: String
  /// When it was asked for.
  public var at: WallTime

  /// Names a change.
  public init(id: String, fingerprint: String = "", at: WallTime) {
    self.id = id
    self.fingerprint = fingerprint
    self.at = at
  }
}

/// A change under way.
struct RunningChange: Sendable {
  let fingerprint: String
  let task: Task<Result<RecordChange, DirectoryError>, Never>
}

extension CallerResolver {
  /// Told how a change ended that was pending.
  public typealias OnEnd = @Sendable (Result<RecordChange, DirectoryError>) -> Void

  /// Starts a Lead (DOMAIN, row I) in the first directory that takes new ones.
  public func createLead(
    _ lead: NewLead, _ request: ChangeRequest, onEnd: OnEnd? = nil
  ) async throws(DirectoryError) -> DirectoryChange<RecordChange> {
    guard let index = sources.firstIndex(where: { $0.directory.capabilities.canCreateLead })
    else { throw .readOnly(reason(sources)) }
    return try await change(lead.number, index, request, onEnd) {
      (directory) throws(DirectoryError) in
      try await directory.createLead(lead, requestID: request.id, at: request.at)
    }
  }

  /// Matches a number to a record (DOMAIN, row I).
  public func linkNumber(
    _ line: PhoneNumber.Line, to recordID: String, _ request: ChangeRequest, onEnd: OnEnd? = nil
  ) async throws(DirectoryError) -> DirectoryChange<RecordChange> {
    let (index, id) = try await linkable(recordID)
    return try await change(line, index, request, onEnd) { (directory) throws(DirectoryError) in
      let record = try await directory.linkNumber(
        line, to: id, requestID: request.id, at: request.at)
      return RecordChange(record: record, hasChanged: true)
    }
  }

  /// Takes a number off a record.
  public func unlinkNumber(
    _ line: PhoneNumber.Line, from recordID: String, _ request: ChangeRequest,
    onEnd: OnEnd? = nil
  ) async throws(DirectoryError) -> DirectoryChange<RecordChange> {
    let (index, id) = try await linkable(recordID)
    return try await change(line, index, request, onEnd) { (directory) throws(DirectoryError) in
      try await directory.unlinkNumber(line, from: id, requestID: request.id, at: request.at)
    }
  }

  private func linkable(
    _ recordID: String
  ) async throws(DirectoryError) -> (index: Int, id: String) {
    // Where nothing can be changed anyway, the directory need not be asked for the record.
    guard sources.contains(where: { $0.directory.capabilities.canLinkNumbers }) else {
      throw .readOnly(reason(sources))
    }
    let (index, id) = try await place(of: recordID)
    guard sources[index].directory.capabilities.canLinkNumbers else {
      throw .readOnly(reason([sources[index]]))
    }
    return (index, id)
  }

  private func reason(_ sources: [GuardedDirectory]) -> String {
    sources.map(\.directory.capabilities.reason).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// Makes a change, waits for it as long as the settings say, and forgets what was known of the
  /// number it is about. A request that is under way already is joined.
  private func change(
    _ line: PhoneNumber.Line, _ index: Int, _ request: ChangeRequest, _ onEnd: OnEnd?,
    _ body: @escaping @Sendable (any CallerDirectory) async throws(DirectoryError) -> RecordChange
  ) async throws(DirectoryError) -> DirectoryChange<RecordChange> {
    let admitted = state.withLock { state -> Result<RunningChange, DirectoryError> in
      if let running = state.changes[request.id] {
        return running.fingerprint == request.fingerprint
          ? .success(running) : .failure(.requestReused(request.id))
      }
      guard state.runningChanges < settings.runningChanges else {
        return .failure(.unavailable("too many changes are under way"))
      }
      state.runningChanges += 1
      let change = RunningChange(
        fingerprint: request.fingerprint,
        task: Task { await carryOut(line, index, request, body) })
      state.changes[request.id] = change
      return .success(change)
    }
    let running = try admitted.get()
    let start = clock.now
    let answer: Result<DirectoryChange<RecordChange>, DirectoryError> =
      await withCheckedContinuation { continuation in
        let race = Race(continuation)
        let timer = Task {
          guard await clock.sleep(until: start + settings.changePatience) else { return }
          if race.answer(.success(.pending)) == nil {
            state.withLock { $0.counters.pendingChanges += 1 }
          }
        }
        Task {
          let result = await running.task.value
          let wasPending = race.answer(result.map { .done($0) }) != nil
          timer.cancel()
          if wasPending { onEnd?(result) }
        }
      }
    return try answer.get()
  }

  private func carryOut(
    _ line: PhoneNumber.Line, _ index: Int, _ request: ChangeRequest,
    _ body: @Sendable (any CallerDirectory) async throws(DirectoryError) -> RecordChange
  ) async -> Result<RecordChange, DirectoryError> {
    let result: Result<RecordChange, DirectoryError>
    do throws(DirectoryError) {
      result = .success(
        try await remembered(request) { () throws(DirectoryError) in
          let done = try await body(sources[index].directory)
          return RecordChange(record: qualified(done.record, index), hasChanged: done.hasChanged)
        })
    } catch {
      result = .failure(error)
    }
    for source in sources { source.forget(line.e164) }
    changes.wrappingAdd(1, ordering: .releasing)
    state.withLock { state in
      state.runningChanges -= 1
      state.changes[request.id] = nil
    }
    return result
  }

  /// Carries a change out unless its request id was answered before: then with the record where
  /// it is, whichever directory would take the change today.
  private func remembered(
    _ request: ChangeRequest,
    _ body: () async throws(DirectoryError) -> RecordChange
  ) async throws(DirectoryError) -> RecordChange {
    guard let ledger else { return try await body() }
    if let earlier = try ledger.begin(request) {
      guard let record = try await record(earlier.recordID) else {
        throw .recordNotFound(earlier.recordID)
      }
      return RecordChange(
        record: record, hasChanged: earlier.hasChanged, answeredBefore: earlier.madeAt)
    }
    do throws(DirectoryError) {
      let done = try await body()
      try ledger.finish(request, recordID: done.record.id, hasChanged: done.hasChanged)
      return done
    } catch {
      // A refusal is not remembered; whether something unavailable did it nobody knows.
      if case .unavailable = error { throw error }
      try? ledger.forget(request)
      throw error
    }
  }
}
