import InteropMessages
import NIOCore
import TestService
import UnixRPC

/// The cases about compressed messages.
extension InteropCases {
  @Sendable
  static func clientCompressedUnary(_ peer: InteropPeer) async throws {
    // A server that does not look at the flag cannot be tested further.
    var request = largeCall()
    request.expectCompressed = .init(value: true)
    try await expect(.invalidArgument) { _ = try await peer.unaryCall(request) }
    for compressed in [true, false] {
      request.expectCompressed = .init(value: compressed)
      let (response, _) = try await peer.unaryCall(
        request, options: .init(compressesRequests: compressed))
      try expect(response.payload?.body.count, is: largeResponse, "the payload's size")
    }
  }

  @Sendable
  static func serverCompressedUnary(_ peer: InteropPeer) async throws {
    for compressed in [true, false] {
      var request = largeCall()
      request.responseCompressed = .init(value: compressed)
      let (response, _) = try await peer.unaryCall(request)
      try expect(response.payload?.body.count, is: largeResponse, "the payload's size")
    }
  }

  @Sendable
  static func clientCompressedStreaming(_ peer: InteropPeer) async throws {
    let first = GRPCTesting.StreamingInputCallRequest(
      payload: .zeros(27_182), expectCompressed: .init(value: true))
    try await expect(.invalidArgument) {
      _ = try await peer.client.clientStream(TestService.streamingInputCall) { requests in
        try await requests.write(first.buffer)
      }
    }
    let second = GRPCTesting.StreamingInputCallRequest(
      payload: .zeros(45_904), expectCompressed: .init(value: false))
    let response = try await peer.client.clientStream(
      TestService.streamingInputCall, options: .init(compressesRequests: true)
    ) { requests in
      try await requests.write(first.buffer)
      try await requests.write(second.buffer, compressed: false)
    }
    let counted = try GRPCTesting.StreamingInputCallResponse(response.message)
    try expect(counted.aggregatedPayloadSize, is: 73_086, "the sum of the payloads")
  }

  @Sendable
  static func serverCompressedStreaming(_ peer: InteropPeer) async throws {
    let request = InteropPeer.Request(responseParameters: [
      .init(size: 31_415, compressed: .init(value: true)),
      .init(size: 92_653, compressed: .init(value: false)),
    ])
    let stream = try await peer.client.serverStream(
      TestService.streamingOutputCall, request.buffer)
    var responses = stream.makeAsyncIterator()
    for size in [31_415, 92_653] {
      try expect(await responses.nextPayload(), is: size, "the payload's size")
    }
    try await responses.expectEnd()
  }
}
