import NIOCore
import Synchronization

/// The messages of one direction of a call on their way in: put by the connection's loop, read by
/// one consumer, with the peer held back while too much waits.
final class MessageSource: Sendable {
  private enum End {
    case open
    case finished
    case failed(RPCError)
  }

  private typealias Reader = CheckedContinuation<Result<ReceivedMessage?, RPCError>, Never>

  private struct State {
    var messages = CircularBuffer<ReceivedMessage>()
    /// What the messages cost.
    var bytes = 0
    /// The part of it that came since ``admit(_:)`` was asked last.
    var arrived = 0
    var withheld = Withheld()
    var end = End.open
    var reader: Reader?
  }

  /// What came beyond the high-water mark.
  struct Withheld {
    /// Bytes of the stream's window that the peer has not been given back.
    var window = 0
    /// What the messages in them cost.
    var cost = 0
  }

  private let state = Mutex(State())
  private let highWaterBytes: Int
  private let mailbox: LoopMailbox
  private let recipient: any MailboxRecipient

  /// What an unread message costs: its place in the queue too, or empty ones would be for nothing.
  private static func cost(_ message: ReceivedMessage) -> Int {
    message.bytes.readableBytes + 64
  }

  init(highWaterBytes: Int, mailbox: LoopMailbox, recipient: any MailboxRecipient) {
    self.highWaterBytes = highWaterBytes
    self.mailbox = mailbox
    self.recipient = recipient
  }

  // MARK: - The loop

  /// Hands a message to the reader.
  func put(_ message: ReceivedMessage) {
    let reader = state.withLock { state -> Reader? in
      guard case .open = state.end else { return nil }
      if let reader = state.reader {
        state.reader = nil
        return reader
      }
      state.messages.append(message)
      state.bytes += Self.cost(message)
      state.arrived += Self.cost(message)
      return nil
    }
    reader?.resume(returning: .success(message))
  }

  /// Tells of `count` bytes that arrived: the peer may send as many again at once, or once the
  /// reader has caught up.
  /// - Returns: what is withheld of them now.
  func admit(_ count: Int) -> Withheld {
    state.withLock { state in
      defer { state.arrived = 0 }
      guard state.bytes > highWaterBytes else { return Withheld() }
      state.withheld.window += count
      state.withheld.cost += state.arrived
      return Withheld(window: count, cost: state.arrived)
    }
  }

  /// All that is withheld so far, to be given back now.
  func takeWithheld() -> Withheld {
    state.withLock { state in
      defer { state.withheld = Withheld() }
      return state.withheld
    }
  }

  /// Ends the stream; what has arrived can still be read.
  func finish(_ error: RPCError? = nil) {
    let reader = state.withLock { state -> Reader? in
      guard case .open = state.end else { return nil }
      state.end = error.map(End.failed) ?? .finished
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: error.map(Result.failure) ?? .success(nil))
  }

  // MARK: - The reader

  /// The next message; nil at the end.
  func next() async throws(RPCError) -> ReceivedMessage? {
    let (ready, giveBack) = state.withLock { state in takeReady(&state) }
    if giveBack { mailbox.post(recipient, .inboundConsumed) }
    if let ready { return try ready.get() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (ready, giveBack) = state.withLock {
          state -> (Result<ReceivedMessage?, RPCError>?, Bool) in
          let (ready, giveBack) = takeReady(&state)
          if let ready { return (ready, giveBack) }
          if Task.isCancelled { return (.failure(Self.cancelled), false) }
          guard state.reader == nil else {
            return (.failure(RPCError(.internal, "A stream of messages has one reader.")), false)
          }
          state.reader = continuation
          return (nil, false)
        }
        if giveBack { mailbox.post(recipient, .inboundConsumed) }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(returning: .failure(Self.cancelled))
    }
    return try result.get()
  }

  private static let cancelled = RPCError(
    .cancelled, "The reading task was cancelled.", cause: .cancelled)

  /// What can be returned without waiting, and whether the peer is to be given room again.
  private func takeReady(_ state: inout State) -> (Result<ReceivedMessage?, RPCError>?, Bool) {
    if let message = state.messages.popFirst() {
      state.bytes -= Self.cost(message)
      return (.success(message), state.withheld.window > 0 && state.bytes <= highWaterBytes / 2)
    }
    switch state.end {
    case .open: return (nil, false)
    case .finished: return (.success(nil), false)
    case .failed(let error): return (.failure(error), false)
    }
  }
}
