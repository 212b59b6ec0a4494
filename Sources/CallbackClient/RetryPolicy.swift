/// How often and how soon a client repeats a call that the daemon could not answer.
public struct RetryPolicy: Sendable, Hashable {
  /// Calls made in all, the first included; at least 1.
  public var attempts: Int
  /// The longest wait before the second call; doubled before each further one. Each wait is drawn
  /// between its half and itself, so that clients who lost a daemon together do not come back
  /// together.
  public var firstDelay: Duration
  /// No wait is longer, unless the daemon asks for it.
  public var longestDelay: Duration
  /// Whether to repeat also when there is no daemon behind the socket, or to give up at once.
  public var waitsForDaemon: Bool

  /// Makes a policy.
  public init(
    attempts: Int = 4, firstDelay: Duration = .milliseconds(100),
    longestDelay: Duration = .seconds(2), waitsForDaemon: Bool = false
  ) {
    self.attempts = max(1, attempts)
    self.firstDelay = firstDelay
    self.longestDelay = longestDelay
    self.waitsForDaemon = waitsForDaemon
  }

  /// Four calls within about a second; gives up at once where there is no daemon.
  public static let standard = RetryPolicy()
  /// One call.
  public static let never = RetryPolicy(attempts: 1)

  /// How long to wait before the next call, or nil to give up.
  ///
  /// - Parameters:
  ///   - error: how the call before ended.
  ///   - attempt: how many calls were made, from 1.
  ///   - chance: where the length of the wait comes from.
  func delay(
    after error: CallbackError, attempt: Int, _ chance: inout some RandomNumberGenerator
  ) -> Duration? {
    guard attempt < attempts, error.isTransient, waitsForDaemon || !error.isUnreachable else {
      return nil
    }
    return pause(beforeAttempt: attempt + 1, asked: error.retryDelay, &chance)
  }

  /// How long to wait before the given call, from the second on.
  ///
  /// What the daemon asks for is waited in full, and what chance adds to it is as long as a wait of
  /// the policy's own.
  func pause(
    beforeAttempt attempt: Int, asked: Duration?, _ chance: inout some RandomNumberGenerator
  ) -> Duration {
    let longest = min(firstDelay * (1 << min(max(attempt - 2, 0), 16)), longestDelay)
    let added = longest * (chance.next() >> 48) / (2 * UInt64(UInt16.max))
    guard let asked, asked > longest / 2 else { return longest / 2 + added }
    return asked + added
  }
}
