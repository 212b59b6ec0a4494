public import CallbackMessages
import NIOCore
public import ProtobufC
import UnixRPC

/// The messages of a stream in the order in which the daemon sent them. One task may read it.
///
/// Ending the loop, or cancelling its task, ends the call.
public struct MessageStream<Message: WireMessage>: AsyncSequence, Sendable {
  /// A message.
  public typealias Element = Message
  /// How the stream ended, where not by itself.
  public typealias Failure = CallbackError

  private let responses: RPCResponseStream
  private let method: String

  init(_ responses: RPCResponseStream, method: String) {
    self.responses = responses
    self.method = method
  }

  /// Ends the call.
  public func cancel() {
    responses.cancel()
  }

  /// Begins to read.
  public func makeAsyncIterator() -> Iterator {
    Iterator(responses: responses.makeAsyncIterator(), method: method)
  }

  /// Reads one message after another.
  public struct Iterator: AsyncIteratorProtocol {
    var responses: RPCResponseStream.AsyncIterator
    let method: String

    /// The next message, or nil where the daemon ended the stream.
    public mutating func next(
      isolation actor: isolated (any Actor)? = #isolation
    ) async throws(CallbackError) -> Message? {
      let bytes: ByteBuffer?
      do throws(RPCError) {
        bytes = try await responses.next(isolation: actor)
      } catch {
        throw CallbackError(error)
      }
      return try bytes?.unpacked(as: Message.self, method: method)
    }
  }
}

extension CallbackClient {
  /// Opens a server stream.
  ///
  /// - Parameters:
  ///   - method: from the generated tables.
  ///   - request: what to stream.
  public func stream<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async throws(CallbackError) -> MessageStream<Response> {
    precondition(method.kind == .serverStream, "\(method.path) is no server stream")
    do throws(RPCError) {
      let responses = try await rpc.serverStream(
        method.path, ByteBuffer(packing: request), options: RPCCallOptions())
      return MessageStream(responses, method: method.name)
    } catch {
      throw CallbackError(error)
    }
  }
}
