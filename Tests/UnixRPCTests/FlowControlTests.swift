import NIOCore
import Testing
import UnixRPC

@Suite("Flow control")
struct FlowControlTests {
  @Test("suspends a handler whose reader is slow, and loses nothing")
  func slowReader() async throws {
    let written = Counter()
    let total = 5_000
    try await TestServer.run {
      $0.serverStream("/t.T/Many") { _, _, responses in
        for number in 0..<total {
          var message = ByteBuffer(repeating: 0, count: 1_000)
          message.setInteger(number, at: 0)
          try await responses.write(message)
          _ = written.next()
        }
      }
    } _: { test in
      var iterator = try await test.client.serverStream("/t.T/Many", message(""))
        .makeAsyncIterator()
      let first = try #require(try await iterator.next())
      #expect(first.getInteger(at: 0) == 0)
      // A call in between shows that other calls are not slowed, and gives the writer time.
      for _ in 0..<20 {
        _ = await rpcError { _ = try await test.client.unary("/t.T/None", message("")) }
      }
      // Windows, marks and socket buffers hold well below half of the stream.
      #expect(written.count < total / 2)
      for number in 1..<total {
        let next = try #require(try await iterator.next())
        if next.getInteger(at: 0) != number { Issue.record("message \(number) is missing") }
      }
      #expect(try await iterator.next() == nil)
    }
  }

  @Test("sends what a handler encodes in place, and suspends it like any other writer")
  func encodedInPlace() async throws {
    let total = 5_000
    try await TestServer.run {
      $0.serverStream("/t.T/Many") { _, _, responses in
        for number in 0..<total {
          try await responses.write(upTo: 1_500) { room in
            #expect(room.count == 1_500)
            room.storeBytes(of: UInt32(number).bigEndian, as: UInt32.self)
            return number % 7 == 0 ? 4 : 1_000
          }
        }
        try await responses.write(upTo: 0) { _ in 0 }
      }
    } _: { test in
      var number = 0
      for try await message in try await test.client.serverStream("/t.T/Many", message("")) {
        if number == total {
          #expect(message.readableBytes == 0)
        } else if message.getInteger(at: 0, as: UInt32.self) != UInt32(number)
          || message.readableBytes != (number % 7 == 0 ? 4 : 1_000)
        {
          Issue.record("message \(number) is not what was written")
        }
        number += 1
      }
      #expect(number == total + 1)
    }
  }

  @Test("refuses an offer to a slow reader, which is then ended with its reason, in order")
  func slowReaderEnded() async throws {
    let offered = Signal<Int>()
    try await TestServer.run {
      $0.push("/t.T/Subscribe") { _, _, responses in
        Task {
          var accepted = 0
          offering: while true {
            var message = ByteBuffer(repeating: 0, count: 1_000)
            message.setInteger(accepted, at: 0)
            switch responses.offer(message) {
            case .accepted(let backlog):
              #expect(backlog > 0 && backlog <= 256 * 1024)
              accepted += 1
            case .full(let backlog):
              #expect(backlog > 200 * 1024)
              break offering
            case .closed:
              Issue.record("closed")
              break offering
            }
          }
          responses.finish(
            RPCError(.resourceExhausted, "too slow"), discardingBacklog: true)
          offered.send(accepted)
        }
      }
    } _: { test in
      let stream = try await test.client.serverStream("/t.T/Subscribe", message(""))
      let accepted = await offered.wait()
      var received = 0
      let error = await rpcError {
        for try await message in stream {
          if message.getInteger(at: 0) != received { Issue.record("a gap at \(received)") }
          received += 1
        }
      }
      #expect(error?.code == .resourceExhausted)
      #expect(error?.message == "too slow")
      #expect(received < accepted)
    }
  }

  @Test("holds back a client whose requests are not read")
  func slowHandler() async throws {
    let go = Signal<Void>()
    let sent = Counter()
    let total = 5_000
    try await TestServer.run {
      $0.clientStream("/t.T/Collect") { requests, _ in
        await go.wait()
        var count = 0
        for try await _ in requests { count += 1 }
        return message("\(count)")
      }
      $0.immediate("/t.T/Echo") { request, _ in request }
    } _: { test in
      async let answer = test.client.clientStream("/t.T/Collect") { requests in
        for _ in 0..<total {
          try await requests.write(ByteBuffer(repeating: 1, count: 1_000))
          _ = sent.next()
        }
      }
      for _ in 0..<100 { _ = try await test.client.call("/t.T/Echo", "beside") }
      #expect(sent.count < total / 2)
      go.send(())
      let response = try await answer
      #expect(text(response.message) == "\(total)")
    }
  }

  @Test("keeps the streams of a connection apart: a stalled one stops no other")
  func independent() async throws {
    try await TestServer.run {
      $0.serverStream("/t.T/Many") { request, _, responses in
        for _ in 0..<Int(text(request))! {
          try await responses.write(ByteBuffer(repeating: 1, count: 1_000))
        }
      }
    } _: { test in
      // None of these is read beyond its first message.
      var stalled: [RPCResponseStream] = []
      for _ in 0..<3 {
        let stream = try await test.client.serverStream("/t.T/Many", message("100000"))
        _ = try await stream.metadata()
        stalled.append(stream)
      }
      var count = 0
      for try await _ in try await test.client.serverStream("/t.T/Many", message("2000")) {
        count += 1
      }
      #expect(count == 2_000)
      for stream in stalled { stream.cancel() }
    }
  }
}
