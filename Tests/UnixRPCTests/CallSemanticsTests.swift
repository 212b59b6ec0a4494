import NIOCore
import Testing
import UnixRPC

@Suite("A call's status, metadata and time")
struct CallSemanticsTests {
  @Test(
    "gives its status, message and details to the caller",
    arguments: [
      "plain", "", " spaces at the ends ", "tab\tand\r\nlines", "100%", "%41 stays", "ü ☺ 😈",
      "\u{0}\u{7f}",
    ])
  func status(text: String) async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Fail") { _, call in
        call.addTrailingMetadata("by the call", for: "x-a")
        throw RPCError(
          .aborted, text, details: [0, 255, 7], trailers: ["x-b": "by the error"])
      }
    } _: { test in
      let error = await rpcError { _ = try await test.client.unary("/t.T/Fail", message("")) }
      #expect(error?.code == .aborted)
      #expect(error?.message == text)
      #expect(error?.details == [0, 255, 7])
      #expect(error?.trailers["x-a"] == "by the call")
      #expect(error?.trailers["x-b"] == "by the error")
      #expect(error?.cause == nil)
    }
  }

  @Test("shows a handler's own error type as UNKNOWN and nothing of its text")
  func unknownError() async throws {
    struct Secret: Error {}
    try await TestServer.run {
      $0.unary("/t.T/Fail") { _, _ in throw Secret() }
    } _: { test in
      let error = await rpcError { _ = try await test.client.unary("/t.T/Fail", message("")) }
      #expect(error?.code == .unknown)
      #expect(error?.message.contains("Secret") == false)
    }
  }

  @Test("of an unknown method is UNIMPLEMENTED")
  func unimplemented() async throws {
    try await TestServer.run { _ in
    } _: { test in
      let error = await rpcError { _ = try await test.client.unary("/t.T/Nope", message("")) }
      #expect(error?.code == .unimplemented)
      #expect(test.server.metrics.calls[""]?[.unimplemented] == 1)
    }
  }

  @Test("keeps metadata in order, with duplicates and bytes, both ways")
  func metadata() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Mirror") { _, call in
        for value in call.metadata.values(for: "x-text") {
          call.addInitialMetadata(value, for: "x-text")
        }
        for value in call.metadata.binaries(for: "x-data-bin") {
          call.addTrailingMetadata(binary: value, for: "x-data-bin")
        }
        return message(call.userAgent)
      }
    } _: { test in
      let binaries: [[UInt8]] = [[], [0], [1, 2], [3, 4, 5], Array(0...255)]
      var metadata = RPCMetadata()
      metadata.add("first", for: "X-Text")
      metadata.add("second, with a comma", for: "x-text")
      for binary in binaries { metadata.add(binary: binary, for: "x-data-bin") }
      metadata.add("left out", for: "grpc-own")
      metadata.add("left\nout", for: "x-malformed")
      let response = try await test.client.unary(
        "/t.T/Mirror", message(""), options: .init(metadata: metadata))
      #expect(response.metadata.values(for: "x-text") == ["first", "second, with a comma"])
      #expect(response.trailers.binaries(for: "x-data-bin") == binaries)
      #expect(text(response.message).contains("unix-rpc-swift"))
    }
  }

  @Test("gives a stream's metadata before its first message and after its last")
  func streamMetadata() async throws {
    let go = Signal<Void>()
    try await TestServer.run {
      $0.serverStream("/t.T/S") { _, call, responses in
        call.addInitialMetadata("early", for: "x-a")
        responses.sendInitialMetadata()
        await go.wait()
        try await responses.write(message("one"))
        call.addTrailingMetadata("late", for: "x-b")
      }
    } _: { test in
      let stream = try await test.client.serverStream("/t.T/S", message(""))
      #expect(try await stream.metadata()["x-a"] == "early")
      go.send(())
      var count = 0
      for try await _ in stream { count += 1 }
      #expect(count == 1)
      #expect(stream.trailers["x-b"] == "late")
    }
  }

  @Test("fails after the messages that were written before the failure")
  func failureAfterMessages() async throws {
    try await TestServer.run {
      $0.serverStream("/t.T/S") { _, _, responses in
        for number in 0..<3 { try await responses.write(message("\(number)")) }
        throw RPCError(.dataLoss, "gone")
      }
    } _: { test in
      var received: [String] = []
      let error = await rpcError {
        for try await response in try await test.client.serverStream("/t.T/S", message("")) {
          received.append(text(response))
        }
      }
      #expect(received == ["0", "1", "2"])
      #expect(error?.code == .dataLoss)
    }
  }

  @Test("ends with DEADLINE_EXCEEDED when its time is over")
  func deadline() async throws {
    try await TestServer.run {
      $0.deferred("/t.T/Never") { _, call, reply in
        call.onCancel { _ in reply.fail(RPCError(.internal, "Nobody hears this.")) }
      }
    } _: { test in
      let error = await rpcError {
        _ = try await test.client.unary(
          "/t.T/Never", message(""), options: .init(timeout: .milliseconds(30)))
      }
      #expect(error?.code == .deadlineExceeded)
    }
  }

  @Test("tells its handler what time is left")
  func timeRemaining() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Left") { _, call in
        message(call.timeRemaining.map { $0 > .seconds(50) ? "much" : "little" } ?? "all")
      }
    } _: { test in
      let timed = try await test.client.call(
        "/t.T/Left", "", options: .init(timeout: .seconds(60)))
      let untimed = try await test.client.call("/t.T/Left", "")
      #expect(timed == "much")
      #expect(untimed == "all")
    }
  }

  @Test("is cancelled at the server when the calling task is")
  func cancellation() async throws {
    let started = Signal<Void>()
    let cancelled = Signal<RPCError>()
    let taskCancelled = Signal<Bool>()
    try await TestServer.run {
      $0.unary("/t.T/Wait") { request, call in
        call.onCancel { cancelled.send($0) }
        started.send(())
        try? await Task.sleep(for: .seconds(3_600))
        taskCancelled.send(Task.isCancelled && call.isCancelled)
        return request
      }
    } _: { test in
      let task = Task {
        await rpcError { _ = try await test.client.unary("/t.T/Wait", message("")) }
      }
      await started.wait()
      task.cancel()
      let error = await task.value
      let reason = await cancelled.wait()
      let handlerSawIt = await taskCancelled.wait()
      #expect(error?.code == .cancelled)
      #expect(error?.cause == .cancelled)
      #expect(reason.code == .cancelled)
      #expect(handlerSawIt)
    }
  }

  @Test("that is cancelled while it is answered ends once, either way")
  func cancellationRace() async throws {
    let (begun, ended) = (Counter(), Counter())
    try await TestServer.run {
      $0.deferred("/t.T/Soon") { request, call, reply in
        _ = begun.next()
        call.onEnd { _ = ended.next() }
        Task { reply.succeed(request) }
      }
    } _: { test in
      let count = 2_000
      await withTaskGroup(of: Void.self) { group in
        for turn in 0..<count {
          group.addTask {
            let call = Task { try await test.client.call("/t.T/Soon", "\(turn)") }
            for _ in 0..<turn % 20 { await Task.yield() }
            call.cancel()
            switch await call.result {
            case .success(let answer): #expect(answer == "\(turn)")
            case .failure(let error): #expect((error as? RPCError)?.code == .cancelled)
            }
          }
        }
      }
      // What was sent before it has arrived when this is answered.
      let last = try await test.client.call("/t.T/Soon", "x")
      #expect(last == "x")
      while test.server.metrics.openCalls > 0 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(begun.count == ended.count)
    }
  }

  @Test("is cancelled at the server when its stream of responses is dropped")
  func droppedStream() async throws {
    let ended = Signal<Void>()
    try await TestServer.run {
      $0.push("/t.T/Subscribe") { _, call, responses in
        call.onEnd { ended.send(()) }
        responses.offer(message("one"))
      }
    } _: { test in
      for try await _ in try await test.client.serverStream("/t.T/Subscribe", message("")) {
        break
      }
      await ended.wait()
    }
  }

  @Test("to a message over the limit gets RESOURCE_EXHAUSTED")
  func oversized() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Echo") { request, _ in request }
      $0.clientStream("/t.T/Collect") { requests, _ in
        for try await _ in requests {}
        return message("all")
      }
    } _: { test in
      let large = ByteBuffer(repeating: 1, count: 65_537)
      let unary = await rpcError { _ = try await test.client.unary("/t.T/Echo", large) }
      let streamed = await rpcError {
        _ = try await test.client.clientStream("/t.T/Collect") { try await $0.write(large) }
      }
      let answer = await rpcError {
        _ = try await test.client.unary(
          "/t.T/Echo", message("123456"), options: .init(maximumMessageBytes: 5))
      }
      #expect(unary?.code == .resourceExhausted)
      #expect(streamed?.code == .resourceExhausted)
      #expect(answer?.code == .resourceExhausted)
    }
  }

  @Test("finds no server behind a path without one, and says so")
  func unreachable() async throws {
    try await TestServer.withDirectory { directory in
      let client = RPCClient(path: directory + "/s")
      let error = await rpcError { _ = try await client.unary("/t.T/Echo", message("")) }
      #expect(error?.code == .unavailable)
      #expect(error?.isUnreachable == true)
      let timed = await rpcError {
        _ = try await client.unary(
          "/t.T/Echo", message(""), options: .init(timeout: .milliseconds(80), waitForReady: true))
      }
      #expect(timed?.code == .deadlineExceeded)
      await client.shutdown()
    }
  }

  @Test("waits for a server that is started later, when told to")
  func waitForReady() async throws {
    try await TestServer.withDirectory { directory in
      let client = RPCClient(path: directory + "/s")
      async let answer = client.call("/t.T/Echo", "x", options: .init(waitForReady: true))
      // One call that fails at once shows that the other has found nobody either.
      _ = await rpcError { _ = try await client.unary("/t.T/Echo", message("")) }
      var router = RPCRouter()
      router.immediate("/t.T/Echo") { request, _ in request }
      let server = RPCServer(
        configuration: .init(path: directory + "/s"), router: router, logger: TestServer.quiet)
      try await server.start()
      let answered = try await answer
      #expect(answered == "x")
      await client.shutdown()
      await server.shutdown()
    }
  }

  @Test("is repeated when marked idempotent and the server is unavailable")
  func retries() async throws {
    let attempts = Counter()
    try await TestServer.run {
      $0.immediate("/t.T/Third") { request, _ in
        if attempts.next() < 3 { throw RPCError(.unavailable, "not yet") }
        return request
      }
    } _: { test in
      let once = await rpcError { _ = try await test.client.unary("/t.T/Third", message("")) }
      #expect(once?.code == .unavailable)
      let answer = try await test.client.call(
        "/t.T/Third", "x", options: .init(isIdempotent: true))
      #expect(answer == "x")
      #expect(attempts.count == 3)
    }
  }

  @Test("fails as lost when its server dies, and the next finds the new server")
  func reconnect() async throws {
    let started = Signal<Void>()
    try await TestServer.withDirectory { directory in
      var router = RPCRouter()
      router.deferred("/t.T/Never") { _, call, reply in
        call.onEnd { _ = reply }
        started.send(())
      }
      router.immediate("/t.T/Echo") { request, _ in request }
      let client = RPCClient(path: directory + "/s")
      for _ in 0..<3 {
        let server = RPCServer(
          configuration: .init(path: directory + "/s"), router: router, logger: TestServer.quiet)
        try await server.start()
        #expect(try await client.call("/t.T/Echo", "x") == "x")
        async let failure = rpcError { _ = try await client.unary("/t.T/Never", message("")) }
        await started.wait()
        await server.shutdown(drainLimit: .zero)
        #expect(await failure?.code == .unavailable)
      }
      await client.shutdown()
    }
  }
}
