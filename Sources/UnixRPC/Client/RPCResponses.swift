import NIOCore

/// The answer to a call with one response.
public struct RPCResponse: Sendable {
  /// The message.
  public let message: ByteBuffer
  /// The metadata that came before it.
  public let metadata: RPCMetadata
  /// The metadata that came with the status.
  public let trailers: RPCMetadata
}

/// The messages of a server's stream; one reader.
///
/// Dropping it before the end, or cancelling the task that reads, cancels the call.
public final class RPCResponseStream: AsyncSequence, Sendable {
  /// A message without its prefix.
  public typealias Element = ByteBuffer
  /// The status of a call that failed.
  public typealias Failure = RPCError

  private let call: ClientCall
  private let source: MessageSource

  /// Kept so that the connection lives as long as its streams are read.
  private let client: RPCClient

  init(call: ClientCall, client: RPCClient) {
    self.call = call
    self.client = client
    source = call.source!
  }

  deinit {
    if !call.hasResult { call.cancel() }
  }

  /// The metadata that comes before the first message; waits for it.
  public func metadata() async throws(RPCError) -> RPCMetadata {
    try await call.metadata()
  }

  /// The metadata that came with the status; empty until the stream has ended.
  public var trailers: RPCMetadata { call.trailers }

  /// Ends the call from this side.
  public func cancel() {
    call.cancel()
  }

  /// The next message; nil at the end.
  func next() async throws(RPCError) -> ByteBuffer? {
    do throws(RPCError) {
      return try await source.next()?.bytes
    } catch {
      if error.cause == .cancelled { call.cancel() }
      throw error
    }
  }

  /// Reads the messages in order.
  public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

  /// The reader's position.
  public struct Iterator: AsyncIteratorProtocol {
    let stream: RPCResponseStream

    /// The next message; nil at the end.
    public mutating func next() async throws(RPCError) -> ByteBuffer? {
      try await stream.next()
    }

    /// The next message; nil at the end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RPCError) -> ByteBuffer? {
      try await stream.next()
    }
  }
}

/// The messages that a client sends.
public struct RPCRequestWriter: Sendable {
  let sink: MessageSink
  let compresses: Bool

  /// Sends a message, and suspends while the server is behind.
  /// - Parameter compressed: false sends this message as it is where the call's requests are
  ///   compressed; see ``RPCCallOptions/compressesRequests``.
  /// - Throws: the call's end, where it is over.
  public nonisolated(nonsending) func write(
    _ message: ByteBuffer, compressed: Bool = true
  ) async throws(RPCError) {
    let isFull: Bool
    if compressed, compresses, let packed = message.gzipped() {
      isFull = try sink.write(packed, flag: 1)
    } else {
      isFull = try sink.write(message)
    }
    if isFull { try await sink.waitForRoom() }
  }

  /// Half-closes: no further messages follow.
  public func finish() {
    sink.finish(nil, discardingBacklog: false)
  }
}

/// A call with a stream of messages each way.
public struct RPCBidirectionalCall: Sendable {
  /// The messages to send.
  public let requests: RPCRequestWriter
  /// The messages that arrive.
  public let responses: RPCResponseStream

  /// Ends the call from this side.
  public func cancel() {
    responses.cancel()
  }
}
