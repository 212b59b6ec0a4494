import CallbackWire
import NIOCore
import ProtobufC
import RPCServices
import UnixRPC

/// Writes messages of one type to a stream.
struct MessageWriter<Message: WireMessage>: Sendable {
  private let responses: RPCResponseWriter

  init(_ responses: RPCResponseWriter) { self.responses = responses }

  /// Writes a message; waits while the reader is slow.
  func write(_ message: Message) async throws(RPCError) {
    try await responses.write(ByteBuffer(packing: message))
  }

  /// Writes a message or tells at once that there is no room, or no reader any more.
  @discardableResult
  func offer(_ message: Message) -> RPCOffer { responses.offer(ByteBuffer(packing: message)) }

  /// Writes bytes that were packed before, for messages that go to several streams.
  @discardableResult
  func offer(packed: ByteBuffer) -> RPCOffer { responses.offer(packed) }

  /// Ends the stream.
  func finish() { responses.finish() }

  /// Ends the stream with a refusal.
  ///
  /// - Parameter discarding: what waits for the reader is dropped, so that the end comes now.
  func finish(_ refusal: Refusal, discarding: Bool = false) {
    responses.finish(RPCError(refusal), discardingBacklog: discarding)
  }
}

/// The messages of one type that a client streams, each checked before it is decoded.
struct MessageStream<Message: WireMessage>: AsyncSequence, Sendable {
  typealias Element = Message
  let requests: RPCRequestStream
  let limits: WireLimits

  struct Iterator: AsyncIteratorProtocol {
    var base: RPCRequestStream.Iterator
    let limits: WireLimits

    mutating func next() async throws -> Message? {
      guard let buffer = try await base.next() else { return nil }
      return try buffer.message(limits: limits)
    }
  }

  func makeAsyncIterator() -> Iterator {
    Iterator(base: requests.makeAsyncIterator(), limits: limits)
  }
}
