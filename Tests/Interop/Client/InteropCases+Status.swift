import InteropMessages
import NIOCore
import TestService
import UnixRPC

/// The cases about metadata and statuses.
extension InteropCases {
  // MARK: - Metadata

  private static let initialValue = "test_initial_metadata_value"
  private static let trailingValue: [UInt8] = [0xAB, 0xAB, 0xAB]

  @Sendable
  static func customMetadata(_ peer: InteropPeer) async throws {
    var metadata: RPCMetadata = [TestService.echoInitialKey: initialValue]
    metadata.add(binary: trailingValue, for: TestService.echoTrailingKey)
    let options = RPCCallOptions(metadata: metadata)

    let (_, unary) = try await peer.unaryCall(largeCall(), options: options)
    try expectEchoes(unary.metadata, unary.trailers)

    let call = try await peer.fullDuplexCall(options: options)
    let request = InteropPeer.Request(
      responseParameters: [.init(size: Int32(largeResponse))], payload: .zeros(largeRequest))
    try await call.requests.write(request.buffer)
    call.requests.finish()
    var responses = call.responses.makeAsyncIterator()
    try expect(await responses.nextPayload(), is: largeResponse, "the payload's size")
    try await responses.expectEnd()
    try expectEchoes(await call.responses.metadata(), call.responses.trailers)
  }

  private static func expectEchoes(_ initial: RPCMetadata, _ trailing: RPCMetadata) throws {
    try expect(
      initial.values(for: TestService.echoInitialKey), is: [initialValue], "the initial metadata")
    try expect(
      trailing.binaries(for: TestService.echoTrailingKey), is: [trailingValue],
      "the trailing metadata")
  }

  // MARK: - Statuses

  @Sendable
  static func statusCodeAndMessage(_ peer: InteropPeer) async throws {
    let message = "test status message"
    let status = GRPCTesting.EchoStatus(code: 2, message: message)
    let unary = try await expect(.unknown) {
      _ = try await peer.unaryCall(.init(responseStatus: status))
    }
    try expect(unary.message, is: message, "the unary call's message")
    let duplex = try await expect(.unknown) {
      let call = try await peer.fullDuplexCall()
      try await call.requests.write(InteropPeer.Request(responseStatus: status).buffer)
      call.requests.finish()
      var responses = call.responses.makeAsyncIterator()
      try await responses.expectEnd()
    }
    try expect(duplex.message, is: message, "the streaming call's message")
  }

  @Sendable
  static func specialStatusMessage(_ peer: InteropPeer) async throws {
    let message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    let status = GRPCTesting.EchoStatus(code: 2, message: message)
    let error = try await expect(.unknown) {
      _ = try await peer.unaryCall(.init(responseStatus: status))
    }
    try expect(error.message, is: message, "the message")
  }

  @Sendable
  static func unimplementedMethod(_ peer: InteropPeer) async throws {
    try await expectUnimplemented(TestService.unimplementedCall, peer)
  }

  @Sendable
  static func unimplementedService(_ peer: InteropPeer) async throws {
    try await expectUnimplemented(TestService.unimplementedService, peer)
  }

  private static func expectUnimplemented(_ path: String, _ peer: InteropPeer) async throws {
    try await expect(.unimplemented) {
      _ = try await peer.client.unary(path, GRPCTesting.Empty().buffer)
    }
  }
}
