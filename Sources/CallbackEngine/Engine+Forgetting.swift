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
  ///   - key: under which the answer of the rules is remembered; what is removed is removed again.
  /// - Throws: why it could not be finished; ask again then.
  public func forget(
    _ e164: String, actor: Actor, key: RequestKey?, fingerprint: Fingerprint
  ) async throws(EngineError) -> ForgetAnswer {
    let submission = Submission(
      .forgetCaller(e164: e164), actor: actor, requestKey: key, fingerprint: fingerprint,
      receivedAt: now().now)
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<ForgetAnswer, EngineError>, Never>) in
      let forget = Forget(e164: e164, submission: submission) {
        continuation.resume(returning: $0)
      }
      put(.forget(forget)) { continuation.resume(returning: .failure($0)) }
    }
    return try result.get()
  }
}
