import NIOCore
import Testing

@testable import UnixRPC

@Suite("A hostile peer")
struct HostilePeerTests {
  private static let enhanceYourCalm: UInt32 = 11

  /// The code of the GOAWAY that ends the connection, or nil where it goes on.
  private func flood(
    _ connection: ManualConnection, times: Int, _ frames: (Int) -> [RawFrame]
  ) -> UInt32? {
    connection.handshake()
    for turn in 0..<times {
      let answer = connection.send(frames(turn))
      if let goAway = answer.first(where: { $0.type == 7 }) {
        #expect(connection.session.isFinished)
        return goAway.errorCode
      }
    }
    return nil
  }

  @Test("that resets what it starts is sent away")
  func rapidReset() {
    let code = flood(ManualConnection(), times: 5_000) { turn in
      let stream = UInt32(turn * 2 + 1)
      return [.call(stream, "/t.T/Echo"), .reset(stream)]
    }
    #expect(code == Self.enhanceYourCalm)
  }

  @Test("that makes the server reset its streams is sent away")
  func provokedReset() {
    let code = flood(ManualConnection(), times: 5_000) { turn in
      let stream = UInt32(turn * 2 + 1)
      return [.call(stream, "/t.T/Echo"), .windowUpdate(stream, 0x7FFF_FFFF)]
    }
    #expect(code == Self.enhanceYourCalm)
    let zero = flood(ManualConnection(), times: 1) { _ in
      [.call(1, "/t.T/Echo"), .windowUpdate(1, 0)]
    }
    #expect(zero == 1)
  }

  @Test("that floods with PING is sent away")
  func pings() {
    let code = flood(ManualConnection(), times: 200) { _ in
      Array(repeating: .ping, count: 100)
    }
    #expect(code == Self.enhanceYourCalm)
  }

  @Test("that floods with SETTINGS is sent away")
  func settings() {
    let code = flood(ManualConnection(), times: 200) { _ in
      Array(repeating: .settings([(4, 65_535)]), count: 100)
    }
    #expect(code == Self.enhanceYourCalm)
  }

  @Test("that floods with PRIORITY is sent away")
  func priorities() {
    let code = flood(ManualConnection(), times: 200) { _ in
      Array(repeating: RawFrame(type: 2, stream: 1, payload: [0, 0, 0, 0, 1]), count: 100)
    }
    #expect(code == Self.enhanceYourCalm)
  }

  @Test("that floods with empty DATA is sent away")
  func emptyData() {
    let connection = ManualConnection()
    connection.handshake()
    connection.send([.call(1, "/t.T/Echo")])
    var code: UInt32?
    for _ in 0..<200 where code == nil {
      code =
        connection.send(Array(repeating: .data(1, []), count: 100))
        .first { $0.type == 7 }?.errorCode
    }
    #expect(code == Self.enhanceYourCalm)
  }

  @Test("that floods with CONTINUATION is sent away")
  func continuations() {
    let connection = ManualConnection()
    connection.handshake()
    var frames = [
      RawFrame(type: 1, stream: 1, payload: HPACK.literal(":method", "POST"))
    ]
    for _ in 0..<100 {
      frames.append(RawFrame(type: 9, stream: 1, payload: HPACK.literal("a", "b")))
    }
    let answer = connection.send(frames)
    #expect(answer.last?.errorCode == Self.enhanceYourCalm)
    #expect(connection.session.isFinished)
  }

  @Test("that sends an HPACK bomb is sent away, and what it names is not kept")
  func hpackBomb() {
    let connection = ManualConnection()
    connection.handshake()
    // One field of 4,000 bytes goes into the table; each further byte of the block repeats it.
    let head = RawFrame.call(1, "/t.T/Echo").payload
    var inserted = HPACK.literal("x-bomb", String(repeating: "b", count: 3_900))
    inserted[0] = 0x40
    let block = head + inserted + Array(repeating: 0x80 | 62, count: 10_000)
    let answer = connection.send([
      RawFrame(type: 1, flags: RawFrame.endHeaders, stream: 1, payload: block)
    ])
    #expect(answer.last { $0.type == 7 }?.errorCode == Self.enhanceYourCalm)
    #expect(connection.session.isFinished)
  }

  @Test("that sends no preface is told so")
  func noPreface() {
    let connection = ManualConnection()
    let answer = connection.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
    #expect(answer.last?.type == 7)
    #expect(answer.last?.errorCode == 1)
    #expect(connection.session.isFinished)
  }

  @Test("that holds half a preface open runs out of time")
  func halfPreface() {
    let connection = ManualConnection()
    connection.send(Array(RawFrame.preface.prefix(10)))
    #expect(connection.advance(by: .seconds(9)).isEmpty)
    let answer = connection.advance(by: .seconds(1))
    #expect(answer.last?.errorCode == 4)
    #expect(connection.session.isFinished)
  }

  @Test("that never acknowledges the settings runs out of time")
  func noAcknowledgement() {
    let connection = ManualConnection()
    connection.send(RawFrame.preface + RawFrame.settings().bytes)
    let answer = connection.advance(by: .seconds(10))
    #expect(answer.last?.errorCode == 4)
  }

  @Test("with more streams than allowed is sent away, and no further call is started")
  func streams() {
    let connection = ManualConnection {
      $0.maximumStreams = 10
    } methods: {
      $0.deferred("/t.T/Never") { _, call, reply in call.onEnd { _ = reply } }
    }
    connection.handshake()
    for turn in 0..<10 {
      let stream = UInt32(turn * 2 + 1)
      connection.send([.call(stream, "/t.T/Never"), .data(stream, framed(""), end: true)])
    }
    let answer = connection.send([.call(21, "/t.T/Never")])
    #expect(answer.last?.errorCode == 1)
    #expect(connection.session.openStreams == 10)
  }

  @Test("that overlooked the limit of streams so far has the rest refused")
  func earlyStreams() {
    let connection = ManualConnection {
      $0.maximumStreams = 10
    } methods: {
      $0.deferred("/t.T/Never") { _, call, reply in call.onEnd { _ = reply } }
    }
    connection.send(RawFrame.preface + RawFrame.settings().bytes)
    var refused = 0
    for turn in 0..<20 {
      let stream = UInt32(turn * 2 + 1)
      let answer = connection.send([.call(stream, "/t.T/Never")])
      refused += answer.count { $0.type == 3 && $0.errorCode == 7 }
    }
    #expect(refused == 10)
    #expect(connection.session.openStreams == 10)
  }

  @Test("with many unfinished requests is held to a limit of bytes")
  func unfinished() {
    let connection = ManualConnection(
      configure: { $0.maximumBufferedBytes = 200_000 }, methods: { _ in })
    connection.handshake()
    var exhausted = 0
    for turn in 0..<20 {
      let stream = UInt32(turn * 2 + 1)
      let answer = connection.send([
        .call(stream, "/t.T/Echo"), .data(stream, [0, 0, 0, 255, 255]),
        .data(stream, Array(repeating: 1, count: 16_000)),
        .data(stream, Array(repeating: 1, count: 16_000)),
      ])
      exhausted += connection.fields(answer).count { $0["grpc-status"] == "8" }
    }
    #expect(exhausted > 10)
    #expect(connection.session.bufferedBytes <= 200_000)
  }

  @Test("is told apart from a client that sends a PING with every burst of data")
  func honestPings() {
    let connection = ManualConnection()
    connection.handshake()
    for turn in 0..<20_000 {
      let stream = UInt32(turn * 2 + 1)
      let answer = connection.send([
        .call(stream, "/t.T/Echo"), .data(stream, framed("x"), end: true), .ping,
        .windowUpdate(0, 6),
      ])
      if answer.contains(where: { $0.type == 7 }) {
        Issue.record("sent away at call \(turn)")
        return
      }
    }
  }

  @Test("is told apart from a client that resets what was answered before it had sent everything")
  func lateResets() {
    let connection = ManualConnection()
    let code = flood(connection, times: 20_000) { turn in
      let stream = UInt32(turn * 2 + 1)
      let call = RawFrame.call(stream, "/t.T/None")
      return turn == 0 ? [call] : [.reset(stream - 2, 0), call]
    }
    #expect(code == nil)
  }

  @Test("that resets what is over, for nothing, is sent away")
  func resetsForNothing() {
    let connection = ManualConnection()
    connection.handshake()
    connection.send([.call(1, "/t.T/None")])
    let answer = connection.send(Array(repeating: .reset(1), count: 20_000))
    #expect(answer.last?.type == 7 && answer.last?.errorCode == Self.enhanceYourCalm)
  }

  @Test("is told apart from a client that cancels 2,000 calls within a minute")
  func honestCancellations() {
    let connection = ManualConnection {
      $0.deferred("/t.T/Never") { _, call, reply in call.onEnd { _ = reply } }
    }
    connection.handshake()
    for turn in 0..<4_000 {
      let stream = UInt32(turn * 2 + 1)
      connection.now += 30_000_000
      let answer = connection.send([
        .call(stream, "/t.T/Never"), .data(stream, framed(""), end: true), .reset(stream),
      ])
      if answer.contains(where: { $0.type == 7 }) {
        Issue.record("sent away at call \(turn)")
        return
      }
    }
  }
}
