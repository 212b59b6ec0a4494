import NIOCore
import Testing

@testable import UnixRPC

@Suite("What a peer leaves unread")
struct BoundsTests {
  private static let noRoom = RawFrame.settings([(4, 0)])

  /// A connection to whose streams nothing may be sent.
  private func connection(
    configure: (inout RPCServerConfiguration) -> Void = { _ in },
    methods: (inout RPCRouter) -> Void
  ) -> ManualConnection {
    let connection = ManualConnection(configure: configure, methods: methods)
    _ = connection.send(RawFrame.preface)
    connection.send([Self.noRoom, .settingsAck])
    return connection
  }

  private func stalledReset(_ frames: [RawFrame]) -> [UInt32] {
    frames.filter { $0.type == 3 && $0.errorCode == 11 }.map(\.stream)
  }

  @Test("ends its call after a while, and tells the handler; an idle stream goes on")
  func stalledStream() async {
    let cancelled = Signal<RPCError>()
    let connection = connection {
      $0.push("/t.T/Push") { request, call, responses in
        if call.metadata["x-quiet"] == nil { responses.offer(ByteBuffer(repeating: 1, count: 99)) }
        if call.metadata["x-quiet"] != nil { responses.sendInitialMetadata() }
        call.onCancel { cancelled.send($0) }
      }
    }
    connection.send([
      .call(1, "/t.T/Push"), .data(1, framed(""), end: true),
      .call(3, "/t.T/Push", [("x-quiet", "1")]), .data(3, framed(""), end: true),
      .call(5, "/t.T/Echo"), .data(5, framed("unary"), end: true),
    ])
    var resets: [UInt32] = []
    for _ in 0..<4 { resets += stalledReset(connection.advance(by: .seconds(15))) }
    #expect(resets.isEmpty)
    for _ in 0..<2 { resets += stalledReset(connection.advance(by: .seconds(15))) }
    #expect(resets == [1, 5])
    #expect(await cancelled.wait().code == .resourceExhausted)
    #expect(connection.session.openStreams == 1)
  }

  @Test("does not end a call whose caller takes a little now and then")
  func slowReader() {
    let connection = connection {
      $0.push("/t.T/Push") { _, _, responses in
        responses.offer(ByteBuffer(repeating: 1, count: 99))
      }
    }
    connection.send([.call(1, "/t.T/Push"), .data(1, framed(""), end: true)])
    for _ in 0..<40 {
      #expect(stalledReset(connection.advance(by: .seconds(30))).isEmpty)
      connection.send([.windowUpdate(1, 1)])
    }
  }

  @Test("makes further calls wait while large answers wait for it, and they go on afterwards")
  func largeAnswers() {
    let started = Counter()
    let connection = connection {
      $0.maximumUnsentBytes = 100_000
    } methods: {
      $0.immediate("/t.T/Large") { _, _ in
        _ = started.next()
        return ByteBuffer(repeating: 1, count: 60_000)
      }
    }
    for stream in [UInt32(1), 3, 5, 7] {
      connection.send([.call(stream, "/t.T/Large"), .data(stream, framed(""), end: true)])
    }
    #expect(started.count == 2)
    // One that waits may be given up; the next takes its place.
    connection.send([.reset(5)])
    let frames = connection.send([.windowUpdate(0, 1_000_000), .windowUpdate(1, 100_000)])
    #expect(frames.contains { $0.type == 0 && $0.stream == 1 })
    #expect(started.count == 3)
    #expect(connection.session.openStreams == 2)
  }

  @Test("of requests is held back on its stream, also when they are empty")
  func emptyRequests() {
    let connection = connection {
      $0.bidirectional("/t.T/Stuck") { _, call, _ in
        await withCheckedContinuation { continuation in call.onEnd { continuation.resume() } }
      }
    }
    connection.send([.call(1, "/t.T/Stuck")])
    var room = 256 * 1024
    let piece = Array([[UInt8]](repeating: framed(""), count: 3_000).joined())
    for _ in 0..<100 where room >= piece.count {
      room -= piece.count
      let frames = connection.send([.data(1, piece)])
      room += frames.filter { $0.type == 8 && $0.stream == 1 }
        .reduce(0) { $0 + Int($1.payload.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }) }
    }
    #expect(room < piece.count)
    connection.send([.reset(1)])
    #expect(connection.session.reading.unreadBytes == 0)
  }

  @Test("of requests holds the whole connection back only when many streams do it")
  func manyStreams() {
    let connection = connection {
      $0.maximumBufferedBytes = 400_000
    } methods: {
      $0.bidirectional("/t.T/Stuck") { _, call, _ in
        await withCheckedContinuation { continuation in call.onEnd { continuation.resume() } }
      }
    }
    var room = 0
    let message = framed(String(repeating: "x", count: 995))
    let piece = Array([[UInt8]](repeating: message, count: 16).joined())
    func update(_ frames: [RawFrame]) {
      for frame in frames where frame.type == 8 && frame.stream == 0 {
        room += Int(frame.payload.reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      }
    }
    room = 1_024 * 1_024
    var sent = 0
    for stream in stride(from: UInt32(1), to: 41, by: 2) {
      update(connection.send([.call(stream, "/t.T/Stuck")]))
      for _ in 0..<15 where room >= piece.count {
        room -= piece.count
        sent += piece.count
        update(connection.send([.data(stream, piece)]))
      }
    }
    #expect(room < piece.count)
    #expect(sent < 4_000_000)
    // Streams that end give the room back.
    for stream in stride(from: UInt32(1), to: 41, by: 2) {
      update(connection.send([.reset(stream)]))
    }
    #expect(room >= piece.count)
    #expect(connection.session.reading.unreadBytes == 0)
  }

  @Test("of complete requests without an end is counted")
  func completeRequests() {
    let connection = ManualConnection {
      $0.maximumBufferedBytes = 100_000
    } methods: { _ in
    }
    connection.handshake()
    var exhausted = 0
    for stream in stride(from: UInt32(1), to: 41, by: 2) {
      let answer = connection.send([
        .call(stream, "/t.T/Echo"), .data(stream, framed(String(repeating: "x", count: 12_000))),
      ])
      exhausted += connection.fields(answer).count { $0["grpc-status"] == "8" }
    }
    #expect(exhausted == 12)
    #expect(connection.session.bufferedBytes <= 100_000)
  }
}
