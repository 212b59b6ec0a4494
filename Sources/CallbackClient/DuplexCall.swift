public import CallbackMessages
import NIOCore
public import ProtobufC
import UnixRPC

/// A call on which both sides send messages.
public struct DuplexCall<Request: WireMessage, Response: WireMessage>: Sendable {
  /// What the daemon sends.
  public let responses: MessageStream<Response>
  private let requests: RPCRequestWriter

  init(requests: RPCRequestWriter, responses: MessageStream<Response>) {
    self.requests = requests
    self.responses = responses
  }

  /// Sends a message; waits while the daemon is behind.
  public func send(_ request: Request) async throws(CallbackError) {
    do throws(RPCError) {
      try await requests.write(ByteBuffer(packing: request))
    } catch {
      throw CallbackError(error)
    }
  }

  /// Says that nothing more will be sent.
  public func finish() {
    requests.finish()
  }

  /// Ends the call at once.
  public func cancel() {
    responses.cancel()
  }
}

extension CallbackClient {
  /// Opens a bidirectional stream.
  ///
  /// - Parameter method: from the generated tables.
  public func duplex<Request, Response>(
    _ method: RPCMethod<Request, Response>
  ) async throws(CallbackError) -> DuplexCall<Request, Response> {
    precondition(method.kind == .bidirectional, "\(method.path) is not bidirectional")
    do throws(RPCError) {
      let call = try await rpc.bidirectional(method.path, options: RPCCallOptions())
      return DuplexCall(
        requests: call.requests, responses: MessageStream(call.responses, method: method.name))
    } catch {
      throw CallbackError(error)
    }
  }

  /// Attaches a telephony connector; the first message to send is hello.
  public func dial() async throws(CallbackError) -> DuplexCall<V1.DialRequest, V1.DialResponse> {
    try await duplex(DialerServiceMethods.dial)
  }
}
