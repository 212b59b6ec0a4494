import NIOCore

/// The messages that a server's handler sends.
public struct RPCResponseWriter: Sendable {
  let sink: MessageSink
  let post: @Sendable (CallSignal) -> Void

  /// Sends a message, and suspends while the reader is behind.
  /// - Throws: the call's end, where it is over.
  public func write(_ message: ByteBuffer) async throws(RPCError) {
    try await sink.write(message)
  }

  /// Sends a message if the reader keeps up; never suspends.
  ///
  /// After ``RPCOffer/full(backlog:)`` a stream that may not skip messages is ended with
  /// ``finish(_:discardingBacklog:)``.
  @discardableResult
  public func offer(_ message: ByteBuffer) -> RPCOffer {
    sink.offer(message)
  }

  /// Bytes accepted and not yet sent.
  public var backlog: Int { sink.backlog }

  /// Sends the initial metadata now, without waiting for the first message.
  public func sendInitialMetadata() {
    post(.sendHead)
  }

  /// Ends the stream; only the first end counts. Async handlers end it by returning or throwing.
  /// - Parameters:
  ///   - error: the status; OK without.
  ///   - discardingBacklog: drops the messages that were not begun, so that a slow reader is ended
  ///     now and its memory is free.
  public func finish(_ error: RPCError? = nil, discardingBacklog: Bool = false) {
    sink.finish(error, discardingBacklog: discardingBacklog)
  }
}

/// The messages that a server's handler receives; one reader.
public struct RPCRequestStream: AsyncSequence, Sendable {
  /// A message without its prefix.
  public typealias Element = ByteBuffer
  /// How the call ended, where it ended early.
  public typealias Failure = RPCError

  let source: MessageSource

  /// Reads the messages in order.
  public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

  /// The reader's position.
  public struct Iterator: AsyncIteratorProtocol {
    let source: MessageSource

    /// The next message; nil once the caller has half-closed.
    public mutating func next() async throws(RPCError) -> ByteBuffer? {
      try await source.next()
    }

    /// The next message; nil once the caller has half-closed.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> ByteBuffer? {
      try await source.next()
    }
  }
}
