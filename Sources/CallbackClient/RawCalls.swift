public import CallbackMessages
import NIOCore
import UnixRPC

/// Calls with packed messages, for programs that know a method by its descriptors only.
extension CallbackClient {
  /// Calls a unary method with a packed request.
  ///
  /// The call is repeated as the policy says where the method is idempotent and changes nothing:
  /// whether a packed request has an id is not known here.
  ///
  /// - Returns: the packed response.
  public func call(
    _ method: any AnyRPCMethod, packed request: [UInt8]
  ) async throws(CallbackError) -> [UInt8] {
    let client = method.isIdempotent && !method.mutates ? self : callingOnce
    let answer = try await client.unary(method.path, ByteBuffer(bytes: request))
    return Array(answer.readableBytesView)
  }

  /// Opens a stream of any kind with packed messages.
  public func open(_ method: any AnyRPCMethod) async throws(CallbackError) -> PackedCall {
    do throws(RPCError) {
      return PackedCall(try await rpc.bidirectional(method.path, options: RPCCallOptions()))
    } catch {
      throw CallbackError(error)
    }
  }
}

/// A call that carries packed messages both ways.
public struct PackedCall: Sendable {
  private let call: RPCBidirectionalCall

  init(_ call: RPCBidirectionalCall) {
    self.call = call
  }

  /// Sends a packed request.
  public func send(_ request: [UInt8]) async throws(CallbackError) {
    do throws(RPCError) {
      try await call.requests.write(ByteBuffer(bytes: request))
    } catch {
      throw CallbackError(error)
    }
  }

  /// Says that nothing more will be sent.
  public func finish() {
    call.requests.finish()
  }

  /// Hands over the packed responses one after another, until the daemon ends the stream.
  public func receive(_ take: ([UInt8]) throws -> Void) async throws {
    do {
      for try await response in call.responses { try take(Array(response.readableBytesView)) }
    } catch let error as RPCError {
      throw CallbackError(error)
    }
  }
}
