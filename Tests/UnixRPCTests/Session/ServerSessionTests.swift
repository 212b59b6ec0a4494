import NIOCore
import Testing

@testable import UnixRPC

@Suite("A server's session, byte by byte")
struct ServerSessionTests {
  @Test("announces its limits before anything else")
  func settings() {
    let connection = ManualConnection(configure: { $0.maximumStreams = 77 }, methods: { _ in })
    let frames = connection.frames()
    #expect(frames.first?.type == 4)
    let entries = frames[0].payload
    #expect(
      stride(from: 0, to: entries.count, by: 6).contains {
        Array(entries[$0..<$0 + 6]) == [0, 3, 0, 0, 0, 77]
      })
  }

  @Test("answers a call that arrives one byte at a time")
  func byteByByte() {
    let connection = ManualConnection()
    connection.handshake()
    var frames: [RawFrame] = []
    let call =
      RawFrame.call(1, "/t.T/Echo").bytes + RawFrame.data(1, framed("hello"), end: true).bytes
    for byte in call { frames += connection.send([byte]) }
    let fields = connection.fields(frames)
    #expect(fields.count == 2)
    #expect(fields.first?[":status"] == "200")
    #expect(fields.first?["content-type"] == "application/grpc")
    #expect(fields.last?["grpc-status"] == "0")
    #expect(frames.first { $0.type == 0 }?.payload == framed("hello"))
  }

  @Test("takes a message cut into frames anywhere, also within its prefix", arguments: 1...9)
  func cuts(size: Int) {
    let connection = ManualConnection()
    connection.handshake()
    let body = framed("hello")
    var frames = [RawFrame.call(1, "/t.T/Echo")]
    for start in stride(from: 0, to: body.count, by: size) {
      frames.append(.data(1, Array(body[start..<min(start + size, body.count)])))
    }
    frames.append(.data(1, [], end: true))
    let answer = connection.send(frames)
    #expect(answer.first { $0.type == 0 }?.payload == body)
  }

  /// A head that is refused, and the status or HTTP status with which.
  struct Refused: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: [(String, String)]
    var http: String
    var grpc: String?
    var testDescription: String { name }
  }

  static let refused: [Refused] = [
    .init(
      name: "a foreign content type",
      fields: [(":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/json")],
      http: "415", grpc: nil),
    .init(
      name: "a content type that only begins like gRPC's",
      fields: [(":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpcx")],
      http: "415", grpc: nil),
    .init(
      name: "no content type", fields: [(":method", "POST"), (":path", "/t.T/Echo")],
      http: "415", grpc: nil),
    .init(
      name: "a page that is not there", fields: [(":method", "GET"), (":path", "/x")],
      http: "404", grpc: nil),
    .init(
      name: "another method", fields: [(":method", "PUT"), (":path", "/t.T/Echo")],
      http: "405", grpc: nil),
    .init(
      name: "a method that is not there",
      fields: [(":method", "POST"), (":path", "/t.T/No"), ("content-type", "application/grpc")],
      http: "200", grpc: "12"),
    .init(
      name: "an encoding that is not known",
      fields: [
        (":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpc+proto"),
        ("grpc-encoding", "snappy"),
      ], http: "200", grpc: "12"),
    .init(
      name: "a malformed timeout",
      fields: [
        (":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpc"),
        ("grpc-timeout", "1x"),
      ], http: "200", grpc: "13"),
    .init(
      name: "a timeout of nothing",
      fields: [
        (":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpc"),
        ("grpc-timeout", "0n"),
      ], http: "200", grpc: "4"),
    .init(
      name: "binary metadata that is not base64",
      fields: [
        (":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpc"),
        ("x-bin", "§"),
      ], http: "200", grpc: "13"),
    .init(
      name: "more header fields than allowed",
      fields: [
        (":method", "POST"), (":path", "/t.T/Echo"), ("content-type", "application/grpc"),
        ("x", String(repeating: "x", count: 16_200)),
      ], http: "200", grpc: "8"),
  ]

  @Test("refuses in the head alone", arguments: refused)
  func refuses(_ refused: Refused) {
    let connection = ManualConnection()
    connection.handshake()
    let fields = [(":scheme", "http"), (":authority", "x")] + refused.fields
    let ordered = fields.filter { $0.0.hasPrefix(":") } + fields.filter { !$0.0.hasPrefix(":") }
    let frames = connection.send([
      .headers(1, ordered), .data(1, framed("x"), end: true),
    ])
    let answer = connection.fields(frames)
    #expect(answer.count == 1)
    #expect(answer.first?[":status"] == refused.http)
    #expect(answer.first?["grpc-status"] == refused.grpc)
    // The connection is still good.
    let next = connection.send([.call(3, "/t.T/Echo"), .data(3, framed("y"), end: true)])
    #expect(connection.fields(next).last?["grpc-status"] == "0")
  }

  /// A body that is refused, and with which status.
  static let bodies: [(name: String, body: [UInt8], status: String)] = [
    ("no message", [], "13"),
    ("two messages", framed("a") + framed("b"), "13"),
    ("a cut prefix", [0, 0, 0], "13"),
    ("a cut message", [0, 0, 0, 0, 9, 1], "13"),
    ("a flag of 2", framed("a", flag: 2), "13"),
    ("compression without an encoding", framed("a", flag: 1), "13"),
    ("a declared length over the limit", [0, 0, 1, 0, 1], "8"),
    ("the largest declared length", [0, 255, 255, 255, 255, 1, 2, 3], "8"),
  ]

  @Test("refuses a body", arguments: 0..<8)
  func refusesBody(index: Int) {
    let (name, body, status) = Self.bodies[index]
    let connection = ManualConnection()
    connection.handshake()
    let frames = connection.send([.call(1, "/t.T/Echo"), .data(1, body, end: true)])
    #expect(connection.fields(frames).last?["grpc-status"] == status, "\(name)")
    #expect(connection.session.bufferedBytes == 0)
  }

  @Test("answers before the client has finished, and asks it to stop")
  func earlyAnswer() {
    let connection = ManualConnection()
    connection.handshake()
    let frames = connection.send([.call(1, "/t.T/Echo"), .data(1, [0, 255, 0, 0, 0])])
    #expect(connection.fields(frames).last?["grpc-status"] == "8")
    #expect(frames.last?.type == 3)
    #expect(frames.last?.errorCode == 0)
    #expect(connection.session.openStreams == 0)
  }

  @Test("ends a call at its deadline, and tells the handler")
  func deadline() async {
    let cancelled = Signal<RPCError>()
    let connection = ManualConnection {
      $0.deferred("/t.T/Never") { _, call, reply in
        call.onCancel { [reply] error in
          cancelled.send(error)
          reply.fail(error)
        }
      }
    }
    connection.handshake()
    connection.send([
      .call(1, "/t.T/Never", [("grpc-timeout", "100m")]), .data(1, framed(""), end: true),
    ])
    #expect(connection.session.wakeAt == connection.now + 100_000_000)
    #expect(connection.advance(by: .milliseconds(99)).isEmpty)
    let frames = connection.advance(by: .milliseconds(1))
    #expect(connection.fields(frames).last?["grpc-status"] == "4")
    #expect(await cancelled.wait().code == .deadlineExceeded)
  }

  @Test("sends no more of a stream than the client's window has room for")
  func window() {
    let connection = ManualConnection {
      $0.push("/t.T/Push") { _, _, responses in
        for _ in 0..<4 { responses.offer(ByteBuffer(repeating: 1, count: 20)) }
        responses.finish()
      }
    }
    _ = connection.send(RawFrame.preface)
    connection.send([.settings([(4, 30)]), .settingsAck])
    let call: [RawFrame] = [.call(1, "/t.T/Push"), .data(1, framed(""), end: true)]
    var frames = connection.send(call)
    #expect(frames.filter { $0.type == 0 }.map(\.payload.count) == [30])
    frames = connection.send([.windowUpdate(1, 69)])
    #expect(frames.filter { $0.type == 0 }.map(\.payload.count) == [69])
    #expect(connection.fields(frames).isEmpty)
    frames = connection.send([.windowUpdate(1, 100)])
    #expect(frames.filter { $0.type == 0 }.map(\.payload.count) == [1])
    #expect(connection.fields(frames).last?["grpc-status"] == "0")
  }

  @Test("ends a slow reader at the edge of a message, without its backlog")
  func cut() {
    let writers = Signal<RPCResponseWriter>()
    let connection = ManualConnection {
      $0.push("/t.T/Push") { _, call, responses in
        for _ in 0..<4 { responses.offer(ByteBuffer(repeating: 1, count: 20)) }
        call.onDrain {
          responses.finish(RPCError(.resourceExhausted, "slow"), discardingBacklog: true)
          writers.send(responses)
        }
      }
    }
    _ = connection.send(RawFrame.preface)
    connection.send([.settings([(4, 30)]), .settingsAck])
    connection.send([.call(1, "/t.T/Push"), .data(1, framed(""), end: true)])
    connection.mailbox.turn { connection.session.beginDrain() }
    _ = connection.frames()
    // 25 bytes of the first message and 5 of the second are out; its other 20 follow.
    let frames = connection.send([.windowUpdate(1, 1_000)])
    #expect(frames.filter { $0.type == 0 }.map(\.payload.count) == [20])
    #expect(connection.fields(frames).last?["grpc-status"] == "8")
  }

  @Test("cancels what runs when the connection is lost, and lets no answer through later")
  func lost() async {
    let replies = Signal<RPCReply>()
    let cancelled = Signal<RPCError>()
    let connection = ManualConnection {
      $0.deferred("/t.T/Never") { _, call, reply in
        call.onCancel { cancelled.send($0) }
        replies.send(reply)
      }
    }
    connection.handshake()
    connection.send([.call(1, "/t.T/Never"), .data(1, framed(""), end: true)])
    let reply = await replies.wait()
    connection.mailbox.turn { connection.session.connectionLost() }
    #expect(await cancelled.wait().cause == .connectionLost)
    reply.succeed(ByteBuffer())
    #expect(connection.frames().isEmpty)
    #expect(connection.session.openStreams == 0)
  }

  @Test("a server that stops lets what has arrived end, takes nothing new, and cuts what is left")
  func drain() async {
    let replies = Signal<RPCReply>()
    let cancelled = Signal<RPCError>()
    let connection = ManualConnection {
      $0.deferred("/t.T/Later") { _, _, reply in replies.send(reply) }
      $0.deferred("/t.T/Never") { _, call, reply in
        call.onCancel { cancelled.send($0) }
        call.onEnd { _ = reply }
      }
      $0.immediate("/t.T/Large") { _, _ in ByteBuffer(repeating: 1, count: 100_000) }
    }
    connection.handshake()
    let begun: [RawFrame] = [
      .windowUpdate(0, 1_000_000),
      // One whose request is not complete, one whose handler runs, one that is never answered, and
      // one whose answer has no room.
      .call(1, "/t.T/Echo"), .data(1, [0, 0, 0]),
      .call(3, "/t.T/Later"), .data(3, framed(""), end: true),
      .call(5, "/t.T/Never"), .data(5, framed(""), end: true),
      .call(7, "/t.T/Large"), .data(7, framed(""), end: true),
      // The head alone of one that arrives while the server tells that it stops.
      .call(9, "/t.T/Echo"),
    ]
    _ = connection.fields(connection.send(begun))
    func goAway(_ body: () -> Void) -> [UInt32] {
      connection.mailbox.turn(body)
      return connection.frames().filter { $0.type == 7 }
        .map { $0.payload[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
    }
    #expect(goAway { connection.session.beginDrain() } == [0x7FFF_FFFF])
    // Sent before the client knew.
    _ = connection.fields(connection.send([.call(11, "/t.T/Echo")]))
    #expect(goAway { connection.session.refuseNewCalls() } == [11])
    let refused = connection.send([.call(13, "/t.T/Echo"), .data(13, framed("x"), end: true)])
    #expect(!refused.contains { $0.stream == 13 })
    for (stream, rest) in [(UInt32(1), [UInt8(0), 1, 120]), (9, framed("x")), (11, framed("x"))] {
      let answer = connection.send([.data(stream, rest, end: true)])
      #expect(connection.fields(answer).last?["grpc-status"] == "0", "stream \(stream)")
    }
    await replies.wait().succeed(message("x"))
    #expect(connection.fields(connection.frames()).last?["grpc-status"] == "0")
    #expect(connection.session.openStreams == 2 && !connection.session.isFinished)
    connection.mailbox.turn { connection.session.cancelAll(RPCError(.unavailable, "stopping")) }
    #expect(connection.fields(connection.frames()).last?["grpc-status"] == "14")
    #expect(await cancelled.wait().code == .unavailable)
    // An answer that was begun is still sent to whoever makes room for it.
    let rest = connection.send([.windowUpdate(7, 100_000)])
    #expect(connection.fields(rest).last?["grpc-status"] == "0")
    #expect(connection.session.openStreams == 0 && connection.session.isFinished)
  }

  @Test("a deadline that passes while an answer waits for room ends the handler, then the stream")
  func deadlineWhileWriting() async {
    let cancelled = Signal<RPCError>()
    let connection = ManualConnection {
      $0.push("/t.T/Push") { _, call, responses in
        call.onCancel { cancelled.send($0) }
        for _ in 0..<3 { responses.offer(ByteBuffer(repeating: 1, count: 40_000)) }
      }
    }
    connection.handshake()
    let begun = connection.send([
      .call(1, "/t.T/Push", [("grpc-timeout", "1S")]), .data(1, framed(""), end: true),
    ])
    _ = connection.fields(begun)
    func bytes(_ frames: [RawFrame]) -> Int {
      frames.reduce(0) { $0 + ($1.type == 0 ? $1.payload.count : 0) }
    }
    // The default window ends within the second message.
    #expect(bytes(begun) == 65_535)
    _ = connection.advance(by: .seconds(2))
    #expect(await cancelled.wait().cause == .deadline)
    let rest = connection.send([.windowUpdate(0, 100_000), .windowUpdate(1, 100_000)])
    #expect(bytes(begun + rest) == 2 * 40_005)
    #expect(connection.fields(rest).last?["grpc-status"] == "4")
    #expect(connection.session.openStreams == 0)
  }

  @Test("a stream of answers goes on through windows of a byte at a time")
  func byteWindows() {
    let connection = ManualConnection {
      $0.immediate("/t.T/Large") { _, _ in ByteBuffer(repeating: 1, count: 20_000) }
    }
    _ = connection.send(RawFrame.preface)
    connection.send([.settings([(4, 0)]), .settingsAck])
    var frames = connection.send([.call(1, "/t.T/Large"), .data(1, framed(""), end: true)])
    for _ in 0..<20_005 { frames += connection.send([.windowUpdate(1, 1)]) }
    #expect(frames.reduce(0) { $0 + ($1.type == 0 ? $1.payload.count : 0) } == 20_005)
    #expect(connection.fields(frames).last?["grpc-status"] == "0")
    #expect(!frames.contains { $0.type == 7 })
  }
}
