import InteropMessages
import NIOCore
import TestService
import UnixRPC

/// The cases of gRPC's interop test descriptions, by name.
enum InteropCases {
  typealias Case = @Sendable (InteropPeer) async throws -> Void

  static let all: [String: Case] = [
    "empty_unary": emptyUnary,
    "large_unary": largeUnary,
    "client_compressed_unary": clientCompressedUnary,
    "server_compressed_unary": serverCompressedUnary,
    "client_streaming": clientStreaming,
    "client_compressed_streaming": clientCompressedStreaming,
    "server_streaming": serverStreaming,
    "server_compressed_streaming": serverCompressedStreaming,
    "ping_pong": pingPong,
    "empty_stream": emptyStream,
    "cancel_after_begin": cancelAfterBegin,
    "cancel_after_first_response": cancelAfterFirstResponse,
    "timeout_on_sleeping_server": timeoutOnSleepingServer,
    "custom_metadata": customMetadata,
    "status_code_and_message": statusCodeAndMessage,
    "special_status_message": specialStatusMessage,
    "unimplemented_method": unimplementedMethod,
    "unimplemented_service": unimplementedService,
  ]

  /// The sizes that the unary cases send and get.
  static let largeRequest = 271_828
  static let largeResponse = 314_159
  /// The sizes that the streaming cases send and get.
  static let requestSizes = [27_182, 8, 1_828, 45_904]
  static let responseSizes = [31_415, 9, 2_653, 58_979]

  // MARK: - One message each way

  @Sendable
  private static func emptyUnary(_ peer: InteropPeer) async throws {
    let request = GRPCTesting.Empty().buffer
    let response = try await peer.client.unary(TestService.emptyCall, request)
    try expect(response.message.readableBytes, is: 0, "the empty message's size")
  }

  @Sendable
  private static func largeUnary(_ peer: InteropPeer) async throws {
    let (response, _) = try await peer.unaryCall(largeCall())
    try expect(response.payload?.body.count, is: largeResponse, "the payload's size")
  }

  /// The request that most unary cases send.
  static func largeCall() -> GRPCTesting.SimpleRequest {
    GRPCTesting.SimpleRequest(
      responseSize: Int32(largeResponse), payload: .zeros(largeRequest))
  }

  // MARK: - Streams

  @Sendable
  private static func clientStreaming(_ peer: InteropPeer) async throws {
    let response = try await peer.client.clientStream(TestService.streamingInputCall) { requests in
      for size in requestSizes {
        let request = GRPCTesting.StreamingInputCallRequest(payload: .zeros(size))
        try await requests.write(request.buffer)
      }
    }
    let counted = try GRPCTesting.StreamingInputCallResponse(response.message)
    try expect(counted.aggregatedPayloadSize, is: 74_922, "the sum of the payloads")
  }

  @Sendable
  private static func serverStreaming(_ peer: InteropPeer) async throws {
    let request = InteropPeer.Request(
      responseParameters: responseSizes.map { .init(size: Int32($0)) })
    let stream = try await peer.client.serverStream(
      TestService.streamingOutputCall, request.buffer)
    var responses = stream.makeAsyncIterator()
    for size in responseSizes {
      try expect(await responses.nextPayload(), is: size, "the payload's size")
    }
    try await responses.expectEnd()
  }

  @Sendable
  private static func pingPong(_ peer: InteropPeer) async throws {
    let call = try await peer.fullDuplexCall()
    var responses = call.responses.makeAsyncIterator()
    for (requestSize, responseSize) in zip(requestSizes, responseSizes) {
      let request = InteropPeer.Request(
        responseParameters: [.init(size: Int32(responseSize))], payload: .zeros(requestSize))
      try await call.requests.write(request.buffer)
      try expect(await responses.nextPayload(), is: responseSize, "the payload's size")
    }
    call.requests.finish()
    try await responses.expectEnd()
  }

  @Sendable
  private static func emptyStream(_ peer: InteropPeer) async throws {
    let call = try await peer.fullDuplexCall()
    call.requests.finish()
    var responses = call.responses.makeAsyncIterator()
    try await responses.expectEnd()
  }

  // MARK: - Calls that end early

  @Sendable
  private static func cancelAfterBegin(_ peer: InteropPeer) async throws {
    let call = try await peer.client.bidirectional(TestService.streamingInputCall)
    call.cancel()
    var responses = call.responses.makeAsyncIterator()
    try await expect(.cancelled) { try await responses.expectEnd() }
  }

  @Sendable
  private static func cancelAfterFirstResponse(_ peer: InteropPeer) async throws {
    let call = try await peer.fullDuplexCall()
    let request = InteropPeer.Request(
      responseParameters: [.init(size: Int32(responseSizes[0]))], payload: .zeros(requestSizes[0]))
    try await call.requests.write(request.buffer)
    var responses = call.responses.makeAsyncIterator()
    try expect(await responses.nextPayload(), is: responseSizes[0], "the payload's size")
    call.cancel()
    try await expect(.cancelled) { try await responses.expectEnd() }
  }

  @Sendable
  private static func timeoutOnSleepingServer(_ peer: InteropPeer) async throws {
    try await expect(.deadlineExceeded) {
      let call = try await peer.fullDuplexCall(options: .init(timeout: .milliseconds(1)))
      let request = InteropPeer.Request(payload: .zeros(requestSizes[0]))
      try await call.requests.write(request.buffer)
      var responses = call.responses.makeAsyncIterator()
      try await responses.expectEnd()
    }
  }
}
