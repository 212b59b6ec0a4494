public import ProtobufC

/// A stream that is opened again by itself when the connection is lost or the daemon restarts.
///
/// The first opening is not repeated: where there is no daemon, reading the first message fails.
public struct ResumingStream<Message: WireMessage>: AsyncSequence, Sendable {
  /// A message.
  public typealias Element = Message
  /// Why the stream cannot go on.
  public typealias Failure = CallbackError

  /// Opens the stream after the last message that was read, nil at the beginning.
  typealias Opening =
    @Sendable (_ last: Message?) async throws(CallbackError) -> MessageStream<Message>

  private let policy: RetryPolicy
  private let interruption: (@Sendable (CallbackError) -> Void)?
  private let open: Opening

  init(
    policy: RetryPolicy, interruption: (@Sendable (CallbackError) -> Void)?,
    open: @escaping Opening
  ) {
    self.policy = policy
    self.interruption = interruption
    self.open = open
  }

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator {
    Iterator(policy: policy, interruption: interruption, open: open)
  }

  /// Reads one message after another, over interruptions.
  public struct Iterator: AsyncIteratorProtocol {
    let policy: RetryPolicy
    let interruption: (@Sendable (CallbackError) -> Void)?
    let open: Opening
    private var messages: MessageStream<Message>.Iterator?
    private var last: Message?
    private var wasOpen = false
    private var failures = 0

    init(
      policy: RetryPolicy, interruption: (@Sendable (CallbackError) -> Void)?,
      open: @escaping Opening
    ) {
      self.policy = policy
      self.interruption = interruption
      self.open = open
    }

    /// The next message; nil where the daemon ended the stream for good.
    public mutating func next(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(CallbackError) -> Message? {
      while true {
        do throws(CallbackError) {
          let message = try await read(isolation: actor)
          if let message {
            (last, failures) = (message, 0)
            wasOpen = true
          }
          return message
        } catch {
          try await pause(after: error, isolation: actor)
        }
      }
    }

    private mutating func read(
      isolation actor: isolated (any Actor)?
    ) async throws(CallbackError) -> Message? {
      if messages == nil { messages = try await open(last).makeAsyncIterator() }
      return try await messages?.next(isolation: actor)
    }

    /// Waits before the next opening, or throws where opening again would not help.
    private mutating func pause(
      after error: CallbackError, isolation actor: isolated (any Actor)?
    ) async throws(CallbackError) {
      messages = nil
      guard wasOpen, error.isTransient || error.reason == .slowReader, !Task.isCancelled else {
        throw error
      }
      if failures == 0 { interruption?(error) }
      failures += 1
      var chance = SystemRandomNumberGenerator()
      let delay = policy.pause(beforeAttempt: failures + 1, asked: error.retryDelay, &chance)
      do { try await Task.sleep(for: delay) } catch { throw .cancelled }
    }
  }
}

extension CallbackError {
  static let cancelled = CallbackError(.cancelled, "cancelled", cause: .cancelled)
}
