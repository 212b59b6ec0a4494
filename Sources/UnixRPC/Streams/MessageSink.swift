import NIOCore
import Synchronization

/// The messages of one direction of a call on their way out: written by any thread, taken by the
/// connection's loop as fast as the peer's window allows.
///
/// The backlog counts from a message's acceptance until its bytes are in a DATA frame.
final class MessageSink: Sendable {
  /// How much may wait.
  struct Limits: Sendable {
    /// Above this, `write` suspends.
    var highWaterBytes: Int
    /// At this, suspended writers go on.
    var lowWaterBytes: Int
    /// Above this, `offer` refuses.
    var maximumBytes: Int
  }

  /// How the stream of messages ends.
  enum End: Sendable {
    case open
    /// Everything accepted is sent, then the end.
    case finished(RPCError?)
    /// Whole messages that were not begun are dropped, then the end.
    case cut(RPCError?)
    /// The call is over; nothing more is sent.
    case closed(RPCError)
  }

  private struct State {
    var buffer = ByteBuffer()
    var backlog = 0
    var end = End.open
    /// Whether the loop has been told of what is in `buffer`.
    var isSignalled = false
    var waiting: [(id: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var nextWaiter = 0
  }

  private let state = Mutex(State())
  private let limits: Limits
  private let mailbox: LoopMailbox
  private let recipient: any MailboxRecipient

  init(limits: Limits, mailbox: LoopMailbox, recipient: any MailboxRecipient) {
    self.limits = limits
    self.mailbox = mailbox
    self.recipient = recipient
  }

  // MARK: - Any thread

  /// Bytes accepted and not yet in a DATA frame.
  var backlog: Int { state.withLock { $0.backlog } }

  /// Whether something waits to be sent: messages, or the end.
  var hasOutput: Bool {
    state.withLock { state in
      if case .open = state.end { state.backlog > 0 } else { true }
    }
  }

  /// Queues a message.
  /// - Parameter flag: 1 where the message is compressed.
  /// - Returns: whether the writer has to ``waitForRoom()`` before the next.
  func write(_ message: ByteBuffer, flag: UInt8 = 0) throws(RPCError) -> Bool {
    try write { buffer in buffer.writeMessage(message, flag: flag) }
  }

  /// Queues a message that `encode` writes where it is sent from, at most `capacity` bytes of it.
  /// - Parameter encode: gives the number of bytes that it has written.
  /// - Returns: whether the writer has to ``waitForRoom()`` before the next.
  func write(
    upTo capacity: Int, _ encode: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(RPCError) -> Bool {
    try write { buffer in buffer.writeMessage(upTo: capacity, encode) }
  }

  private func write(_ append: (inout ByteBuffer) -> Void) throws(RPCError) -> Bool {
    let (error, signal, isFull) = state.withLock { state -> (RPCError?, Bool, Bool) in
      if let error = Self.refusal(state.end) { return (error, false, false) }
      let signal = queue(&state, append)
      return (nil, signal, state.backlog > limits.highWaterBytes)
    }
    if let error { throw error }
    if signal { mailbox.post(recipient, .outboundReady) }
    return isFull
  }

  /// Queues a message if the backlog leaves room.
  func offer(_ message: ByteBuffer, flag: UInt8 = 0) -> RPCOffer {
    let (result, signal) = state.withLock { state -> (RPCOffer, Bool) in
      guard case .open = state.end else { return (.closed, false) }
      let size = MessagePrefix.bytes + message.readableBytes
      // An empty queue takes a message of any size, or it could never be sent.
      if state.backlog > 0, state.backlog + size > limits.maximumBytes {
        return (.full(backlog: state.backlog), false)
      }
      let signal = queue(&state) { $0.writeMessage(message, flag: flag) }
      return (.accepted(backlog: state.backlog), signal)
    }
    if signal { mailbox.post(recipient, .outboundReady) }
    return result
  }

  /// Ends the stream; of several ends the first counts, but a backlog can still be cut.
  func finish(_ error: RPCError?, discardingBacklog: Bool) {
    let (waiting, signal) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Bool) in
      switch state.end {
      case .open: break
      case .finished: if !discardingBacklog { return ([], false) }
      case .cut, .closed: return ([], false)
      }
      state.end = discardingBacklog ? .cut(error) : .finished(error)
      if discardingBacklog {
        state.backlog -= state.buffer.readableBytes
        state.buffer.clear()
      }
      let signal = !state.isSignalled || discardingBacklog
      state.isSignalled = true
      return (Self.takeWaiting(&state), signal)
    }
    for continuation in waiting { continuation.resume() }
    if signal { mailbox.post(recipient, .outboundReady) }
  }

  /// - Returns: whether the loop has to be told.
  @inline(__always)
  private func queue(_ state: inout State, _ append: (inout ByteBuffer) -> Void) -> Bool {
    let before = state.buffer.readableBytes
    append(&state.buffer)
    state.backlog += state.buffer.readableBytes - before
    if state.isSignalled { return false }
    state.isSignalled = true
    return true
  }

  private static func refusal(_ end: End) -> RPCError? {
    switch end {
    case .open: nil
    case .finished, .cut: RPCError(.internal, "The stream was finished before this message.")
    case .closed(let error): error
    }
  }

  private static func takeWaiting(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    defer { state.waiting = [] }
    return state.waiting.map(\.continuation)
  }

  /// Suspends until the backlog is at the low-water mark, or the stream or the task has ended.
  nonisolated(nonsending) func waitForRoom() async throws(RPCError) {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          guard case .open = state.end, state.backlog > limits.lowWaterBytes, !Task.isCancelled
          else { return true }
          state.waiting.append((id, continuation))
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
        guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiting.remove(at: index).continuation
      }
      continuation?.resume()
    }
    if case .closed(let error) = state.withLock({ $0.end }) { throw error }
    if Task.isCancelled {
      throw RPCError(.cancelled, "The writing task was cancelled.", cause: .cancelled)
    }
  }

  // MARK: - The loop

  /// Swaps the queued messages into an empty `buffer` and tells how the stream goes on.
  ///
  /// Where it gives nothing and the stream is open, the next message signals the loop again.
  func take(into buffer: inout ByteBuffer) -> End {
    state.withLock { state in
      buffer.clear()
      if state.buffer.readableBytes > 0 {
        swap(&state.buffer, &buffer)
      } else {
        state.isSignalled = false
      }
      return state.end
    }
  }

  /// The error that ended the stream, where no message waits before it.
  var errorWithoutMessages: RPCError? {
    state.withLock { state in
      guard state.buffer.readableBytes == 0 else { return nil }
      switch state.end {
      case .finished(let error), .cut(let error): return error
      case .open, .closed: return nil
      }
    }
  }

  /// Whether everything was to be dropped.
  var isCut: Bool {
    state.withLock { if case .cut = $0.end { true } else { false } }
  }

  /// Reports bytes that have gone into frames, or were dropped.
  func sent(_ count: Int) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.backlog -= count
      guard state.backlog <= limits.lowWaterBytes, !state.waiting.isEmpty else { return [] }
      return Self.takeWaiting(&state)
    }
    for continuation in waiting { continuation.resume() }
  }

  /// The call is over: writers learn it, nothing more is accepted.
  func close(_ error: RPCError) {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.end = .closed(error)
      state.buffer = ByteBuffer()
      state.backlog = 0
      return Self.takeWaiting(&state)
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// What became of a message that was offered to a stream.
public enum RPCOffer: Sendable, Equatable {
  /// It will be sent; so many bytes wait now.
  case accepted(backlog: Int)
  /// It was not queued: the reader is too slow; so many bytes wait.
  case full(backlog: Int)
  /// It was not queued: the call is over or its stream was finished.
  case closed
}
