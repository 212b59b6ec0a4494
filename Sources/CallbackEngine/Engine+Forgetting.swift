public import CallbackCore
public import EventLog

/// What became of a wish to forget a number.
public struct ForgetAnswer: Sendable {
  /// What the rules said.
  public var answer: Answer
  /// What left the history; nil where the rules refused.
  public var entry: ForgettingEntry?

  /// Puts an answer together.
  public init(answer: Answer, entry: ForgettingEntry?) {
    self.answer = answer
    self.entry = entry
  }
}

extension Engine {
  /// Forgets a number: cancels its live callbacks, and removes it from the state, the history and
  /// the log. Everybody else waits meanwhile, for a log of a million events some seconds.
  ///
  /// - Parameters:
  ///   - e164: the number, whatever the extension.
  ///   - actor: who asks.
  ///   - key: under which the answer is remembered: repeated, nothing more is removed.
  ///   - fingerprint: what is asked for.
  ///   - request: tells the key from others without being it: it stays with the entry.
  /// - Throws: why it could not be finished; ask again then.
  public func forget(
    _ e164: String, actor: Actor, key: RequestKey?, fingerprint: Fingerprint,
    request: Fingerprint?
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
