import InteropMessages
import NIOCore
import ProtobufC
import TestService
import UnixRPC

/// The server as the cases call it: by messages instead of bytes.
struct InteropPeer: Sendable {
  typealias Request = GRPCTesting.StreamingOutputCallRequest

  let client: RPCClient

  /// A unary call with its metadata.
  func unaryCall(
    _ request: GRPCTesting.SimpleRequest, options: RPCCallOptions = .init()
  ) async throws -> (response: GRPCTesting.SimpleResponse, call: RPCResponse) {
    let call = try await client.unary(TestService.unaryCall, request.buffer, options: options)
    return (try GRPCTesting.SimpleResponse(call.message), call)
  }

  /// A call with requests and responses one after the other.
  func fullDuplexCall(options: RPCCallOptions = .init()) async throws -> RPCBidirectionalCall {
    try await client.bidirectional(TestService.fullDuplexCall, options: options)
  }
}

/// What a case expected and did not find.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
}

/// Fails the case where `found` is not what it has to be.
func expect<Value: Equatable>(_ found: Value, is expected: Value, _ what: String) throws {
  if found != expected {
    throw Unexpected(description: "\(what) is \(found), not \(expected)")
  }
}

/// Runs a call that has to fail with `code`, and gives its status.
@discardableResult
func expect(_ code: RPCCode, _ call: () async throws -> Void) async throws -> RPCError {
  do {
    try await call()
  } catch let error as RPCError {
    try expect(error.code, is: code, "the status (\(error))")
    return error
  }
  throw Unexpected(description: "the call ended well instead of with \(code)")
}

extension RPCResponseStream.Iterator {
  /// The size of the next payload; nil at the end.
  mutating func nextPayload() async throws -> Int? {
    guard let message = try await next() else { return nil }
    return try GRPCTesting.StreamingOutputCallResponse(message).payload?.body.count ?? 0
  }

  /// Reads what is left, and fails where that is not nothing.
  mutating func expectEnd() async throws {
    try expect(await nextPayload(), is: nil, "the payload after the last")
  }
}
