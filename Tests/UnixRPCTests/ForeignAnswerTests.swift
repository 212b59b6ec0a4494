import NIOCore
import Testing

@testable import UnixRPC

@Suite("An answer that is not as it should be")
struct ForeignAnswerTests {
  /// How a call ends whose answer consists of these frames, and the reset that follows, if any.
  private func outcome(
    _ options: RPCCallOptions = .init(), _ answer: @escaping @Sendable (UInt32) -> [RawFrame]
  ) async throws -> RPCError? {
    try await TestServer.withDirectory { directory in
      let server = RawServer(path: directory + "/s") { peer, _ in
        guard let call = peer.greet() else { return }
        peer.send(answer(call.stream))
        _ = peer.next { _ in false }
      }
      let client = RPCClient(path: directory + "/s")
      let error = await rpcError {
        _ = try await client.unary("/t.T/Echo", message("x"), options: options)
      }
      server.stop()
      await client.shutdown()
      return error
    }
  }

  @Test(
    "of plain HTTP has the status that gRPC gives to HTTP's",
    arguments: [
      (400, RPCCode.internal), (401, .unauthenticated), (403, .permissionDenied),
      (404, .unimplemented), (429, .unavailable), (502, .unavailable), (503, .unavailable),
      (504, .unavailable), (418, .unknown), (200, .unknown),
    ])
  func http(status: Int, code: RPCCode) async throws {
    let error = try await outcome { stream in
      [
        .headers(stream, [(":status", "\(status)"), ("content-type", "text/html")]),
        .data(stream, Array("<html>".utf8), end: true),
      ]
    }
    #expect(error?.code == code, "\(error?.description ?? "no error")")
  }

  @Test("without a status, or without a message, is INTERNAL")
  func incomplete() async throws {
    let answers: [@Sendable (UInt32) -> [RawFrame]] = [
      { [.answer($0), .data($0, framed("x"), end: true)] },
      { [.answer($0), .data($0, framed("x")), .headers($0, [("x-a", "b")], end: true)] },
      { [.answer($0), .status($0, 0)] },
      { [.answer($0), .data($0, [0, 0, 0, 0, 9, 1]), .status($0, 0)] },
      { [.answer($0), .data($0, framed("x") + framed("y")), .status($0, 0)] },
      { [.answer($0), .data($0, framed("x", flag: 1)), .status($0, 0)] },
      { [.answer($0, [("grpc-encoding", "snappy")]), .data($0, framed("x")), .status($0, 0)] },
    ]
    for (index, answer) in answers.enumerated() {
      let error = try await outcome(.init(), answer)
      #expect(error?.code == .internal, "answer \(index)")
    }
  }

  @Test("in the head alone gives status, message, details and metadata")
  func trailersOnly() async throws {
    let error = try await outcome { stream in
      [
        .answer(
          stream,
          [
            ("grpc-status", "9"), ("grpc-message", "50%25 of %E2%98%BA%0D%0A%09 %zz"),
            ("grpc-status-details-bin", "AQID"), ("x-more", "1"), ("x-more", "2"),
            ("x-raw-bin", "AP8"), ("x-raw-bin", "AP8="),
          ], end: true)
      ]
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "50% of ☺\r\n\t %zz")
    #expect(error?.details == [1, 2, 3])
    #expect(error?.trailers.values(for: "x-more") == ["1", "2"])
    #expect(error?.trailers.binaries(for: "x-raw-bin") == [[0, 255], [0, 255]])
  }

  @Test("with a status that nobody knows is UNKNOWN")
  func unknownStatus() async throws {
    for status in ["17", "-1", "1e3", ""] {
      let error = try await outcome { [.answer($0, [("grpc-status", status)], end: true)] }
      #expect(error?.code == .unknown, "status \(status)")
    }
  }

  @Test("that declares or inflates to more than is taken is RESOURCE_EXHAUSTED")
  func large() async throws {
    let declared = try await outcome { [.answer($0), .data($0, [0, 255, 255, 255, 255])] }
    #expect(declared?.code == .resourceExhausted)
    let bomb = try #require(ByteBuffer(repeating: 0, count: 8_000_000).gzipped())
    #expect(bomb.readableBytes < 16_000)
    let body = [1] + UInt32(bomb.readableBytes).bigEndianBytes + Array(buffer: bomb)
    let inflated = try await outcome { stream in
      [.answer(stream, [("grpc-encoding", "gzip")]), .data(stream, body), .status(stream, 0)]
    }
    #expect(inflated?.code == .resourceExhausted)
  }

  @Test("to a call that would send more ends the stream, though the server leaves it open")
  func early() async throws {
    let reset = Signal<UInt32?>()
    try await TestServer.withDirectory { directory in
      let server = RawServer(path: directory + "/s") { peer, _ in
        for status in [0, 5] {
          guard let call = status == 0 ? peer.greet() : peer.nextCall() else { break }
          peer.send([.answer(call.stream), .status(call.stream, status)])
          reset.send(peer.next { $0.type == 3 && $0.stream == call.stream }?.errorCode)
        }
        _ = peer.next { _ in false }
      }
      let client = RPCClient(path: directory + "/s")
      for expected in [nil, RPCCode.notFound] {
        let call = try await client.bidirectional("/t.T/Chat")
        let error = await rpcError { for try await _ in call.responses {} }
        #expect(error?.code == expected)
        let code = await reset.wait()
        #expect(code == HTTP2ErrorCode.noError.rawValue)
        // The writer is told, too.
        let late = await rpcError { try await call.requests.write(message("late")) }
        #expect(late != nil)
      }
      // Nothing runs any more that the end would have to wait for.
      await client.shutdown()
      server.stop()
    }
  }

  @Test("may not begin a call of the server's own")
  func push() async throws {
    let fields = [
      (":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", "/t.T/Echo"),
    ]
    let error = try await outcome { stream in
      let promised = UInt32(2).bigEndianBytes + fields.flatMap { HPACK.literal($0.0, $0.1) }
      return [
        RawFrame(type: 5, flags: RawFrame.endHeaders, stream: stream, payload: promised),
        .answer(2), .data(2, framed("pushed")), .status(2, 0),
      ]
    }
    #expect(error?.code == .unavailable)
    #expect(error?.cause == .connectionLost)
  }

  @Test("may be preceded by an interim one")
  func interim() async throws {
    let error = try await outcome { stream in
      [
        .headers(stream, [(":status", "103"), ("link", "</x>")]),
        .answer(stream), .data(stream, framed("x")), .status(stream, 0),
      ]
    }
    #expect(error == nil)
  }

  @Test(
    "by a reset has the status that gRPC gives to HTTP/2's code",
    arguments: [
      (UInt32(8), RPCCode.cancelled), (11, .resourceExhausted), (12, .permissionDenied),
      (1, .internal), (0, .internal),
    ])
  func reset(code: UInt32, expected: RPCCode) async throws {
    let error = try await outcome { [.answer($0), .reset($0, code)] }
    #expect(error?.code == expected)
  }
}
