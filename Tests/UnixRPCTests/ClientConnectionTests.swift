import NIOCore
import NIOPosix
import Testing

@testable import UnixRPC

@Suite("A client's connection")
struct ClientConnectionTests {
  /// Runs `body` with a client of a server that the test plays itself.
  private func with(
    _ serve: @escaping @Sendable (RawPeer, Int) -> Void,
    configure: (inout RPCClientConfiguration) -> Void = { _ in },
    _ body: (RPCClient, RawServer, String) async throws -> Void
  ) async throws {
    try await TestServer.withDirectory { directory in
      var configuration = RPCClientConfiguration()
      configuration.initialBackoff = .milliseconds(1)
      configure(&configuration)
      let server = RawServer(path: directory + "/s", serve)
      let client = RPCClient(path: directory + "/s", configuration: configuration)
      do { try await body(client, server, directory + "/s") } catch {
        server.stop()
        await client.shutdown(cancellingCalls: true)
        throw error
      }
      server.stop()
      await client.shutdown(cancellingCalls: true)
    }
  }

  @Test("is tried again after pauses that grow to a limit, each with jitter of its own")
  func backoff() {
    var pauses: Set<Duration> = []
    for _ in 0..<200 {
      var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))
      var expected = 0.1
      for _ in 0..<12 {
        let pause = backoff.next()
        #expect(pause >= .seconds(expected * 0.799) && pause <= .seconds(expected * 1.201))
        pauses.insert(pause)
        expected = min(expected * 1.6, 2)
      }
      backoff.reset()
      #expect(backoff.next() <= .milliseconds(121))
    }
    #expect(pauses.count > 1_000)
  }

  @Test("that is closed before the server speaks is no connection: a call that waits goes on to")
  func closedAtOnce() async throws {
    let refused = Signal<Int>()
    try await with { _, count in
      refused.send(count)
    } _: { client, server, path in
      async let answer = client.call("/t.T/Echo", "x", options: .init(waitForReady: true))
      var count = 0
      while count < 5 { count = await refused.wait() }
      server.stop()
      var router = RPCRouter()
      router.immediate("/t.T/Echo") { request, _ in request }
      let real = RPCServer(
        configuration: .init(path: path), router: router, logger: TestServer.quiet)
      try await real.start()
      let answered = try await answer
      #expect(answered == "x")
      await client.shutdown()
      await real.shutdown()
    }
  }

  @Test("that is closed, refused or left in silence fails a call that does not wait")
  func notThere() async throws {
    let servers: [@Sendable (RawPeer, Int) -> Void] = [
      { _, _ in },
      { peer, _ in peer.send([.settings(), .goAway(last: 0, 11)]) },
      { peer, _ in _ = peer.next { _ in false } },
    ]
    for serve in servers {
      try await with(serve) {
        $0.connectTimeout = .milliseconds(20)
      } _: { client, _, _ in
        let error = await rpcError { _ = try await client.unary("/t.T/Echo", message("")) }
        #expect(error?.code == .unavailable)
        #expect(error?.isUnreachable == true)
      }
    }
  }

  @Test("tells the server of a deadline, and gives the call up when the server does not care")
  func deadline() async throws {
    let timeout = Signal<String>()
    let reset = Signal<UInt32>()
    try await with { peer, _ in
      timeout.send(peer.greet()?.fields["grpc-timeout"] ?? "none")
      reset.send(peer.next { $0.type == 3 }?.errorCode ?? 0)
    } _: { client, _, _ in
      let error = await rpcError {
        _ = try await client.unary(
          "/t.T/Never", message(""), options: .init(timeout: .seconds(1)))
      }
      #expect(error?.code == .deadlineExceeded)
      #expect(error?.cause == .deadline)
      let told = await timeout.wait()
      #expect(told.hasSuffix("n") || told.hasSuffix("u") || told.hasSuffix("m"), "\(told)")
      let code = await reset.wait()
      #expect(code == HTTP2ErrorCode.cancel.rawValue)
    }
  }

  @Test("tells the server at once that a call was cancelled")
  func cancellation() async throws {
    let begun = Signal<Void>()
    let reset = Signal<UInt32>()
    try await with { peer, _ in
      _ = peer.greet()
      begun.send(())
      reset.send(peer.next { $0.type == 3 }?.errorCode ?? 0)
    } _: { client, _, _ in
      let task = Task { await rpcError { _ = try await client.unary("/t.T/Never", message("")) } }
      await begun.wait()
      task.cancel()
      let code = await reset.wait()
      #expect(code == HTTP2ErrorCode.cancel.rawValue)
      let error = await task.value
      #expect(error?.code == .cancelled)
    }
  }

  @Test("repeats what the server has surely not looked at, whatever the method is")
  func unprocessed() async throws {
    let heads = Counter()
    try await with { peer, count in
      guard var call = peer.greet() else { return }
      _ = heads.next()
      if count == 1 {
        // Refused on its stream first; then the whole connection is ended before the call.
        peer.send([.reset(call.stream, HTTP2ErrorCode.refusedStream.rawValue)])
        guard let again = peer.nextCall() else { return }
        _ = heads.next()
        peer.send([.goAway(last: again.stream - 2, 0)])
        return _ = peer.next { _ in false }
      }
      peer.send([.answer(call.stream), .data(call.stream, framed("x")), .status(call.stream, 0)])
      while let next = peer.nextCall() { call = next }
    } _: { client, _, _ in
      let answer = try await client.call("/t.T/Echo", "x")
      #expect(answer == "x")
      #expect(heads.count == 3)
    }
  }

  @Test("that ends before the server had room for a call leaves the call to the next")
  func queued() {
    let configuration = RPCClientConfiguration()
    let connector = Connector(
      path: "/nowhere", configuration: configuration,
      eventLoop: MultiThreadedEventLoopGroup.singleton.next())
    let session = ClientSession(configuration: configuration, memory: FrameMemory(), now: 1)
    var left: [ClientCall] = []
    session.onUnprocessed = { left.append($0) }
    func receive(_ frames: [RawFrame]) -> [RawFrame] {
      frames.flatMap(\.bytes).withUnsafeBytes { session.receive($0, at: 1) }
      var sent = ByteBuffer()
      session.pull(into: &sent, limit: .max)
      return RawFrame.parse(Array(sent.readableBytesView)).frames
    }
    // Room for one call at a time.
    _ = receive([.settings([(3, 1)]), .settingsAck])
    let calls = (0..<3).map { _ in
      ClientCall(
        path: "/t.T/Echo", options: .init(), kind: .single, request: message("x"),
        connector: connector, configuration: configuration)
    }
    for call in calls { session.begin(call, now: 1) }
    let begun = receive([]).filter { $0.type == 1 }
    #expect(begun.map(\.stream) == [1])
    _ = receive([.goAway(last: 1, 0)])
    #expect(left.count == 2 && left[0] === calls[1] && left[1] === calls[2])
    let rest = receive([.answer(1), .data(1, framed("x")), .status(1, 0)])
    #expect(calls[0].hasResult)
    #expect(!rest.contains { $0.type == 1 })
    #expect(session.calls.isEmpty && left.count == 2)
    for call in calls { call.complete(.failure(RPCError(.cancelled))) }
  }

  @Test("tells a call whose metadata is too large to be sent so")
  func largeMetadata() async throws {
    let greeted = Counter()
    try await with { peer, _ in
      _ = greeted.next()
      while let call = greeted.count == 1 ? peer.greet() : peer.nextCall() {
        _ = greeted.next()
        peer.send([.answer(call.stream), .data(call.stream, framed("x")), .status(call.stream, 0)])
      }
    } _: { client, _, _ in
      let large = String(repeating: "x", count: 70_000)
      let error = await rpcError {
        _ = try await client.unary(
          "/t.T/Echo", message("x"), options: .init(metadata: ["x-large": large]))
      }
      #expect(error?.code == .resourceExhausted)
      // The connection goes on.
      let answer = try await client.call("/t.T/Echo", "x")
      #expect(answer == "x")
      #expect(client.connectionCount == 1)
    }
  }

  @Test("may be shut down by several, of whom one does not wait for its calls")
  func shutdown() async throws {
    let begun = Signal<Void>()
    try await with { peer, _ in
      _ = peer.greet()
      begun.send(())
      _ = peer.next { _ in false }
    } _: { client, _, _ in
      async let error = rpcError { _ = try await client.unary("/t.T/Never", message("")) }
      await begun.wait()
      async let first: Void = client.shutdown()
      // Until the first has begun, to wait for a call without an end.
      let soon = RPCCallOptions(timeout: .milliseconds(10))
      while await rpcError({ _ = try await client.unary("/t.T/Echo", message(""), options: soon) })?
        .code != .unavailable
      {}
      await client.shutdown(cancellingCalls: true)
      await first
      let code = await error?.code
      #expect(code == .cancelled)
    }
  }

  @Test("does not repeat what the server may have looked at, unless the call is idempotent")
  func processed() async throws {
    let calls = Counter()
    try await with { peer, count in
      guard peer.greet() != nil else { return }
      _ = calls.next()
    } _: { client, _, _ in
      let once = await rpcError { _ = try await client.unary("/t.T/Change", message("")) }
      #expect(once?.code == .unavailable)
      #expect(once?.cause == .connectionLost)
      #expect(calls.count == 1)
      let often = await rpcError {
        _ = try await client.unary("/t.T/Read", message(""), options: .init(isIdempotent: true))
      }
      #expect(often?.code == .unavailable)
      #expect(calls.count == 5)
    }
  }
}
