import NIOCore

/// The messages that a server's handler sends.
public struct RPCResponseWriter: Sendable {
  let sink: MessageSink
  let call: RPCCall
  let mailbox: LoopMailbox

  /// Sends a message, and suspends while the reader is behind.
  /// - Parameter compressed: false sends this message as it is where the call's responses are
  ///   compressed; see ``RPCCall/compressResponses()``.
  /// - Throws: the call's end, where it is over.
  public nonisolated(nonsending) func write(
    _ message: ByteBuffer, compressed: Bool = true
  ) async throws(RPCError) {
    let isFull: Bool
    if compressed, call.isCompressing, let packed = message.gzipped() {
      isFull = try sink.write(packed, flag: 1)
    } else {
      isFull = try sink.write(message)
    }
    if isFull { try await sink.waitForRoom() }
  }

  /// Sends a message that `encode` writes into the memory that it is sent from, and suspends while
  /// the reader is behind. What is written so is never compressed.
  /// - Parameters:
  ///   - capacity: the most bytes that the message can have.
  ///   - encode: writes the message at the start of the room that it is given, which holds
  ///     `capacity` bytes, and gives its length. It runs under the stream's lock: it must not
  ///     call anything of the stream.
  /// - Throws: the call's end, where it is over.
  public nonisolated(nonsending) func write(
    upTo capacity: Int, _ encode: (UnsafeMutableRawBufferPointer) -> Int
  ) async throws(RPCError) {
    if try sink.write(upTo: capacity, encode) { try await sink.waitForRoom() }
  }

  /// Sends a message if the reader keeps up; never suspends.
  ///
  /// After ``RPCOffer/full(backlog:)`` a stream that may not skip messages is ended with
  /// ``finish(_:discardingBacklog:)``.
  @discardableResult
  public func offer(_ message: ByteBuffer) -> RPCOffer {
    if call.isCompressing, let packed = message.gzipped() {
      return sink.offer(packed, flag: 1)
    }
    return sink.offer(message)
  }

  /// Bytes accepted and not yet sent.
  public var backlog: Int { sink.backlog }

  /// Sends the initial metadata now, without waiting for the first message.
  public func sendInitialMetadata() {
    mailbox.post(call, .sendHead)
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
    /// Whether the message last returned was compressed on the wire.
    public private(set) var wasCompressed = false

    init(source: MessageSource) {
      self.source = source
    }

    /// The next message; nil once the caller has half-closed.
    public mutating func next() async throws(RPCError) -> ByteBuffer? {
      let message = try await source.next()
      wasCompressed = message?.wasCompressed ?? false
      return message?.bytes
    }

    /// The next message; nil once the caller has half-closed.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> ByteBuffer? {
      let message = try await source.next()
      wasCompressed = message?.wasCompressed ?? false
      return message?.bytes
    }
  }
}
