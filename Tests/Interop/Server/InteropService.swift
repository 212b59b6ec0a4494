import InteropMessages
import NIOCore
import TestService
import UnixRPC

/// The TestService of gRPC's interop programs, on UnixRPC.
enum InteropService {
  /// Every method but the two that a server must not have.
  static func router() -> RPCRouter {
    var router = RPCRouter()
    router.immediate(TestService.emptyCall) { request, call in
      _ = try GRPCTesting.Empty(request)
      echoMetadata(call)
      return GRPCTesting.Empty().buffer
    }
    router.immediate(TestService.unaryCall, unaryCall)
    router.serverStream(TestService.streamingOutputCall, streamingOutputCall)
    router.clientStream(TestService.streamingInputCall, streamingInputCall)
    router.bidirectional(TestService.fullDuplexCall, fullDuplexCall)
    router.bidirectional(TestService.halfDuplexCall, halfDuplexCall)
    return router
  }

  // MARK: - Methods

  @Sendable
  private static func unaryCall(request: ByteBuffer, call: RPCCall) throws -> ByteBuffer {
    let request = try GRPCTesting.SimpleRequest(request)
    try require(request.expectCompressed, is: call.isRequestCompressed)
    if request.responseCompressed?.value == true { call.compressResponses() }
    echoMetadata(call)
    try requireStatus(request.responseStatus)
    return GRPCTesting.SimpleResponse(payload: try payload(request.responseSize)).buffer
  }

  @Sendable
  private static func streamingOutputCall(
    request: ByteBuffer, call: RPCCall, responses: RPCResponseWriter
  ) async throws {
    echoMetadata(call)
    try await answer(GRPCTesting.StreamingOutputCallRequest(request), call, responses)
  }

  @Sendable
  private static func streamingInputCall(
    requests: RPCRequestStream, call: RPCCall
  ) async throws -> ByteBuffer {
    echoMetadata(call)
    var bytes = 0
    var messages = requests.makeAsyncIterator()
    while let message = try await messages.next() {
      let request = try GRPCTesting.StreamingInputCallRequest(message)
      try require(request.expectCompressed, is: messages.wasCompressed)
      bytes += request.payload?.body.count ?? 0
    }
    return GRPCTesting.StreamingInputCallResponse(
      aggregatedPayloadSize: Int32(clamping: bytes)
    ).buffer
  }

  @Sendable
  private static func fullDuplexCall(
    requests: RPCRequestStream, call: RPCCall, responses: RPCResponseWriter
  ) async throws {
    echoMetadata(call)
    for try await request in requests {
      try await answer(GRPCTesting.StreamingOutputCallRequest(request), call, responses)
    }
  }

  @Sendable
  private static func halfDuplexCall(
    requests: RPCRequestStream, call: RPCCall, responses: RPCResponseWriter
  ) async throws {
    echoMetadata(call)
    var waiting: [GRPCTesting.StreamingOutputCallRequest] = []
    for try await request in requests {
      guard waiting.count < 1_000 else { throw RPCError(.resourceExhausted) }
      waiting.append(try GRPCTesting.StreamingOutputCallRequest(request))
    }
    for request in waiting { try await answer(request, call, responses) }
  }

  // MARK: - Parts of them

  /// Sends the payloads that a request asks for, each after its pause, then its status.
  private static func answer(
    _ request: GRPCTesting.StreamingOutputCallRequest, _ call: RPCCall,
    _ responses: RPCResponseWriter
  ) async throws {
    try requireStatus(request.responseStatus)
    if request.responseParameters.contains(where: { $0.compressed?.value == true }) {
      call.compressResponses()
    }
    // Most requests ask for many payloads of one size.
    var size: Int32 = -1
    var message = ByteBuffer()
    for wanted in request.responseParameters {
      if wanted.intervalUs > 0 { try await Task.sleep(for: .microseconds(wanted.intervalUs)) }
      if wanted.size != size {
        size = wanted.size
        message = GRPCTesting.StreamingOutputCallResponse(payload: try payload(size)).buffer
      }
      try await responses.write(message, compressed: wanted.compressed?.value ?? false)
    }
  }

  /// Sends back what the caller asks to have sent back.
  private static func echoMetadata(_ call: RPCCall) {
    for value in call.metadata.values(for: TestService.echoInitialKey) {
      call.addInitialMetadata(value, for: TestService.echoInitialKey)
    }
    for value in call.metadata.binaries(for: TestService.echoTrailingKey) {
      call.addTrailingMetadata(binary: value, for: TestService.echoTrailingKey)
    }
  }

  /// Refuses a message that was not sent as it says it was.
  private static func require(_ expected: GRPCTesting.BoolValue?, is compressed: Bool) throws {
    guard let expected, expected.value != compressed else { return }
    let found = compressed ? "is compressed" : "is not compressed"
    throw RPCError(.invalidArgument, "The message \(found).")
  }

  /// Ends the call with the status asked for, where it is not OK.
  private static func requireStatus(_ status: GRPCTesting.EchoStatus?) throws {
    guard let status, status.code != 0 else { return }
    throw RPCError(RPCCode(rawValue: Int(status.code)) ?? .unknown, status.message)
  }

  private static func payload(_ count: Int32) throws -> GRPCTesting.Payload {
    guard count >= 0, count < TestService.maximumMessageBytes else {
      throw RPCError(.invalidArgument, "No payload has \(count) bytes.")
    }
    return .zeros(Int(count))
  }
}
