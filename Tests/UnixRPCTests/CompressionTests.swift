import NIOCore
import Testing

@testable import UnixRPC

@Suite("Compression")
struct CompressionTests {
  private let large = ByteBuffer(bytes: (0..<50_000).map { UInt8($0 / 1_000) })

  @Test("of requests is understood, and the handler can tell")
  func requests() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Echo") { request, call in
        call.addTrailingMetadata("\(call.isRequestCompressed)", for: "x-compressed")
        return request
      }
      $0.clientStream("/t.T/Flags") { requests, _ in
        var flags = ""
        var iterator = requests.makeAsyncIterator()
        while try await iterator.next() != nil { flags += iterator.wasCompressed ? "1" : "0" }
        return message(flags)
      }
    } _: { test in
      let packed = try await test.client.unary(
        "/t.T/Echo", large, options: .init(compressesRequests: true))
      let plain = try await test.client.unary("/t.T/Echo", large)
      #expect(packed.message == large)
      #expect(packed.trailers["x-compressed"] == "true")
      #expect(plain.trailers["x-compressed"] == "false")
      let flags = try await test.client.clientStream(
        "/t.T/Flags", options: .init(compressesRequests: true)
      ) { requests in
        try await requests.write(large)
        try await requests.write(large, compressed: false)
        try await requests.write(message(""))
      }
      #expect(text(flags.message) == "101")
    }
  }

  @Test("of responses happens when the handler asks for it")
  func responses() async throws {
    try await TestServer.run {
      $0.immediate("/t.T/Large") { _, call in
        #expect(call.compressResponses())
        return large
      }
      $0.serverStream("/t.T/Mixed") { _, call, responses in
        #expect(call.compressResponses())
        try await responses.write(large)
        try await responses.write(message("plain"), compressed: false)
        #expect(!call.compressResponses() || responses.backlog > 0)
      }
    } _: { test in
      let unary = try await test.client.unary("/t.T/Large", message(""))
      #expect(unary.message == large)
      #expect(test.server.metrics.sentBytes < 10_000)
      var received: [ByteBuffer] = []
      for try await response in try await test.client.serverStream("/t.T/Mixed", message("")) {
        received.append(response)
      }
      #expect(received == [large, message("plain")])
    }
  }

  @Test("holds a message to its limit while it inflates")
  func bomb() async throws {
    let bomb = ByteBuffer(repeating: 0, count: 40_000_000)
    try await TestServer.run {
      $0.immediate("/t.T/Echo") { request, _ in request }
    } _: { test in
      let error = await rpcError {
        _ = try await test.client.unary(
          "/t.T/Echo", bomb, options: .init(compressesRequests: true))
      }
      #expect(error?.code == .resourceExhausted)
    }
  }

  @Test("is lossless at every size, and refuses what is not gzip")
  func roundTrip() throws {
    let inflater = Inflater()
    for size in [0, 1, 2, 1_000, 65_536] {
      let plain = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7919) })
      let packed = try #require(plain.gzipped())
      #expect(try inflater.inflate(packed, limit: size) == plain)
      if size > 0 {
        #expect(throws: RPCError.self) { try inflater.inflate(packed, limit: size - 1) }
      }
      let cut = packed.getSlice(at: 0, length: packed.readableBytes - 1)!
      #expect(throws: RPCError.self) { try inflater.inflate(cut, limit: size) }
      var extended = packed
      extended.writeString("more")
      #expect(throws: RPCError.self) { try inflater.inflate(extended, limit: size) }
    }
    #expect(throws: RPCError.self) { try inflater.inflate(message("no gzip"), limit: 100) }
    #expect(throws: RPCError.self) { try inflater.inflate(message(""), limit: 100) }
  }
}
