import NIOCore
import NIOPosix
import Testing
import UnixRPC

@Suite("A call over a socket")
struct CallKindsTests {
  @Test("is answered at once by an immediate handler")
  func immediate() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Echo") { request, _ in request }
      $0.immediate("/t.T/Append") { request, _, reply in
        reply.writeString("<\(text(request))>")
      }
    } _: { test in
      #expect(try await test.client.call("/t.T/Echo", "hello") == "hello")
      for number in 0..<50 {
        let response = try await test.client.unary("/t.T/Append", message("\(number)"))
        #expect(text(response.message) == "<\(number)>")
      }
      #expect(try await test.client.unary("/t.T/Echo", message("")).message.readableBytes == 0)
    }
  }

  @Test("is answered later, from another thread, by a deferred handler")
  func deferred() async throws {
    let replies = Signal<RPCReply>()
    try await TestServer.run {
      $0.deferred("/t.T/Later") { _, _, reply in replies.send(reply) }
    } _: { test in
      async let first = test.client.unary("/t.T/Later", message("a"))
      let reply = await replies.wait()
      reply.succeed(message("now"))
      reply.fail(RPCError(.internal, "Only the first answer counts."))
      let answer = try await first
      #expect(text(answer.message) == "now")
    }
  }

  @Test("gets INTERNAL when a deferred handler drops its reply")
  func dropped() async throws {
    try await TestServer.run {
      $0.deferred("/t.T/Forget") { _, _, _ in }
    } _: { test in
      let error = await rpcError { _ = try await test.client.unary("/t.T/Forget", message("")) }
      #expect(error?.code == .internal)
    }
  }

  @Test("is answered by an async handler, whether it suspends or not")
  func unary() async throws {
    try await TestServer.run {
      $0.unary("/t.T/Straight") { request, _ in request }
      $0.unary("/t.T/Suspending") { request, _ in
        await Task.yield()
        return request
      }
    } _: { test in
      let straight = try await test.client.call("/t.T/Straight", "x")
      let suspending = try await test.client.call("/t.T/Suspending", "y")
      #expect(straight == "x")
      #expect(suspending == "y")
    }
  }

  @Test("changes no thread in a task that prefers the client's executor")
  func executor() async throws {
    try await TestServer.run {
      $0.unary("/t.T/Echo") { request, _ in
        await Task.yield()
        return request
      }
    } _: { test in
      let client = test.client
      try await withTaskExecutorPreference(client.executor) {
        let loop = MultiThreadedEventLoopGroup.currentEventLoop
        #expect(loop != nil)
        for number in 0..<20 {
          #expect(try await client.call("/t.T/Echo", "\(number)") == "\(number)")
          #expect(MultiThreadedEventLoopGroup.currentEventLoop === loop)
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
          for number in 0..<20 {
            group.addTask { try await client.call("/t.T/Echo", "\(number)") == "\(number)" }
          }
          for try await isRight in group { #expect(isRight) }
        }
      }
    }
  }

  @Test("runs beside a hundred others")
  func concurrent() async throws {
    try await TestServer.run {
      $0.unary("/t.T/Echo") { request, _ in
        await Task.yield()
        return request
      }
    } _: { test in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<100 {
          group.addTask {
            text(try await test.client.unary("/t.T/Echo", message("\(number)")).message)
              == "\(number)"
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }

  @Test("streams its responses, in order and to the end")
  func serverStream() async throws {
    try await TestServer.run {
      $0.serverStream("/t.T/Count") { request, _, responses in
        for number in 0..<Int(text(request))! { try await responses.write(message("\(number)")) }
      }
    } _: { test in
      for count in [0, 1, 5, 20_000] {
        var next = 0
        for try await response in try await test.client.serverStream(
          "/t.T/Count", message("\(count)"))
        {
          if text(response) != "\(next)" { Issue.record("\(text(response)) after \(next)") }
          next += 1
        }
        #expect(next == count)
      }
    }
  }

  @Test("streams responses that any thread pushes")
  func push() async throws {
    let writers = Signal<RPCResponseWriter>()
    try await TestServer.run {
      $0.push("/t.T/Subscribe") { _, _, responses in writers.send(responses) }
    } _: { test in
      let stream = try await test.client.serverStream("/t.T/Subscribe", message(""))
      var iterator = stream.makeAsyncIterator()
      let writer = await writers.wait()
      #expect(writer.offer(message("one")) != .closed)
      #expect(try await iterator.next().map(text) == "one")
      writer.offer(message("two"))
      writer.finish()
      #expect(writer.offer(message("three")) == .closed)
      #expect(try await iterator.next().map(text) == "two")
      #expect(try await iterator.next() == nil)
    }
  }

  @Test("streams its requests")
  func clientStream() async throws {
    try await TestServer.run {
      $0.clientStream("/t.T/Sum") { requests, _ in
        var sum = 0
        for try await request in requests { sum += Int(text(request))! }
        return message("\(sum)")
      }
    } _: { test in
      for count in [0, 1, 10_000] {
        let response = try await test.client.clientStream("/t.T/Sum") { requests in
          for number in 0..<count { try await requests.write(message("\(number)")) }
        }
        #expect(text(response.message) == "\(count * (count - 1) / 2)")
      }
    }
  }

  @Test("streams both ways at the same time")
  func bidirectional() async throws {
    try await TestServer.run {
      $0.bidirectional("/t.T/Chat") { requests, _, responses in
        for try await request in requests { try await responses.write(request) }
      }
    } _: { test in
      let call = try await test.client.bidirectional("/t.T/Chat")
      var iterator = call.responses.makeAsyncIterator()
      for number in 0..<200 {
        try await call.requests.write(message("\(number)"))
        #expect(try await iterator.next().map(text) == "\(number)")
      }
      call.requests.finish()
      #expect(try await iterator.next() == nil)
    }
  }

  @Test("carries messages of many sizes both ways")
  func sizes() async throws {
    try await TestServer.run {
      $0.maximumMessageBytes = 1 << 20
    } methods: {
      $0.immediate("/t.T/Echo") { request, _ in request }
      $0.bidirectional("/t.T/Chat") { requests, _, responses in
        for try await request in requests { try await responses.write(request) }
      }
    } _: { test in
      let call = try await test.client.bidirectional("/t.T/Chat")
      var iterator = call.responses.makeAsyncIterator()
      for size in [0, 1, 5, 16_379, 16_384, 65_535, 65_536, 300_000, 1 << 20] {
        let sent = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        #expect(try await test.client.unary("/t.T/Echo", sent).message == sent)
        try await call.requests.write(sent)
        #expect(try await iterator.next() == sent)
      }
      call.requests.finish()
    }
  }
}
