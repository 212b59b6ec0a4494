public import CallbackCore
public import EventLog

/// What was decided of a wish to forget a number.
public struct ForgetAnswer: Sendable {
  /// What the rules said.
  public var answer: Answer
  /// Which forgetting it is, to be finished; nil where the rules refused.
  public var id: UInt64?

  /// Puts an answer together.
  public init(answer: Answer, id: UInt64?) {
    self.answer = answer
    self.id = id
  }
}

extension Engine {
  /// Decides to forget a number: cancels its live callbacks and removes it from the state. What is
  /// then to be done is kept as due until it is finished, over restarts.
  ///
  /// - Parameters:
  ///   - e164: the number, whatever the extension.
  ///   - actor: who asks.
  ///   - key: under which the answer is remembered: repeated, it is the same forgetting.
  ///   - fingerprint: what is asked for.
  ///   - request: tells the key from others without being it: it stays with the entry.
  /// - Throws: why nobody knows whether it was decided; ask again then.
  public func decideForgetting(
    _ e164: String, actor: Actor, key: RequestKey?, fingerprint: Fingerprint, request: Fingerprint
  ) async throws(EngineError) -> ForgetAnswer {
    let submission = Submission(
      .forgetCaller(e164: e164), actor: actor, requestKey: key, fingerprint: fingerprint,
      receivedAt: now().now)
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<ForgetAnswer, EngineError>, Never>) in
      let forget = Forget(e164: e164, submission: submission, request: request) {
        continuation.resume(returning: $0)
      }
      put(.forget(forget)) { continuation.resume(returning: .failure($0)) }
    }
    return try result.get()
  }

  /// Removes a number of which that is decided from the history and the log. Everybody else waits
  /// meanwhile, for a log of a million events some seconds.
  ///
  /// This is to be the last that is done for it: from then on it is not due any more.
  /// - Returns: what left the history; of one that is done what it was.
  /// - Throws: why it could not be finished; it stays due.
  public func finishForgetting(_ id: UInt64) async throws(EngineError) -> ForgettingEntry {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<ForgettingEntry, EngineError>, Never>) in
      let erasure = Erasure(id: id) { continuation.resume(returning: $0) }
      put(.erase(erasure)) { continuation.resume(returning: .failure($0)) }
    }
    return try result.get()
  }

  /// What was decided to be forgotten and is not finished, the oldest first.
  public func unfinishedForgettings() async throws(EngineError) -> [UnfinishedForgetting] {
    try await reading.read { reader throws(EventLogError) in
      try reader.unfinishedForgettings()
    }
  }

  /// How often a page is read again because a number was forgotten meanwhile.
  private static let forgettingsTries = 8

  /// When numbers were forgotten, the oldest first, as it is at a position.
  ///
  /// - Parameters:
  ///   - id: the entry after which to begin; 0 for the first.
  ///   - limit: entries at most.
  public func forgettings(
    after id: UInt64, limit: Int
  ) async throws(EngineError) -> (entries: [ForgettingEntry], position: LogPosition) {
    var entries = try await page(after: id, limit)
    for _ in 0..<Self.forgettingsTries {
      // While a number is erased this waits; what is the same before and after was so in between.
      let position = try await look { _, point in point.position }
      let again = try await page(after: id, limit)
      if again == entries { return (entries, position) }
      entries = again
    }
    throw .overloaded
  }

  private func page(
    after id: UInt64, _ limit: Int
  ) async throws(EngineError) -> [ForgettingEntry] {
    try await reading.read { reader throws(EventLogError) in
      try reader.forgettings(after: id, limit: limit)
    }
  }
}
