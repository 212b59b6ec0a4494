import NIOCore
import Testing

@testable import UnixRPC

@Suite("On the wire")
struct WireFormatTests {
  /// The frames that answer a call of `handler`.
  private func answer(
    _ connection: ManualConnection, _ extra: [(String, String)] = [], body: [UInt8] = framed("x")
  ) -> [RawFrame] {
    connection.handshake()
    return connection.send([.call(1, "/t.T/Call", extra), .data(1, body, end: true)])
  }

  @Test("an answer is a head, a message and trailers; a bare status is one frame")
  func shape() {
    let answered = answer(ManualConnection { $0.immediate("/t.T/Call") { request, _ in request } })
    #expect(answered.map(\.type) == [1, 0, 1])
    #expect(answered.map { $0.flags & RawFrame.endStream } == [0, 0, 1])
    let refused = answer(
      ManualConnection { $0.immediate("/t.T/Call") { _, _ in throw RPCError(.aborted) } })
    #expect(refused.map(\.type) == [1])
    #expect(refused.map { $0.flags & RawFrame.endStream } == [1])
  }

  @Test("initial metadata before a bare status goes ahead of it, and trailing goes with it")
  func metadataWithStatus() {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { _, call in
        call.addInitialMetadata("first", for: "x-initial")
        call.addTrailingMetadata("last", for: "x-trailing")
        throw RPCError(.aborted)
      }
    }
    let fields = connection.fields(answer(connection))
    #expect(fields.count == 2)
    #expect(fields.first?["x-initial"] == "first")
    #expect(fields.first?["grpc-status"] == nil)
    #expect(fields.last?["x-trailing"] == "last")
    #expect(fields.last?["grpc-status"] == "10")
  }

  @Test(
    "a status message is percent-encoded UTF-8",
    arguments: [
      ("\t\r\n", "%09%0D%0A"), ("50% ☺", "50%25 %E2%98%BA"), ("😈", "%F0%9F%98%88"),
      (" at the ends ", "%20at the ends%20"), ("~!\"#$&'()*+,/:;=?@[]{}|\\^`<>", nil),
      ("\u{7f}\u{0}", "%7F%00"),
    ])
  func message(text: String, encoded: String?) {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { _, _ in throw RPCError(.aborted, text) }
    }
    #expect(connection.fields(answer(connection)).last?["grpc-message"] == encoded ?? text)
    #expect(PercentEncoding.decode(Array((encoded ?? text).utf8)) == text)
  }

  @Test("a status message that is broken is read as well as can be")
  func brokenMessage() {
    for (encoded, text) in [
      ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("a%2", "a%2"), ("%e2%98%ba", "☺"),
      ("%41%4", "A%4"), ("%FF", "\u{FFFD}"), ("+", "+"),
    ] {
      #expect(PercentEncoding.decode(Array(encoded.utf8)) == text, "\(encoded)")
    }
  }

  @Test(
    "binary metadata is read padded, unpadded and joined",
    arguments: [
      ("AAECAw==", [[0, 1, 2, 3]]), ("AAECAw", [[0, 1, 2, 3]]), ("", [[]]), ("/+8=", [[255, 239]]),
      ("AA==,AQ", [[0], [1]]), ("AA, AQ==", [[0], [1]]), ("AAEC", [[0, 1, 2]]),
    ] as [(String, [[UInt8]])])
  func binary(text: String, expected: [[UInt8]]) {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { request, call in
        #expect(call.metadata.binaries(for: "x-data-bin") == expected)
        return request
      }
    }
    let frames = answer(connection, [("x-data-bin", text)])
    #expect(connection.fields(frames).last?["grpc-status"] == "0")
  }

  @Test(
    "binary metadata that is no base64 is refused", arguments: ["A", "A===", "AA=A", "?", "A=="])
  func notBinary(text: String) {
    let connection = ManualConnection { $0.immediate("/t.T/Call") { request, _ in request } }
    let frames = answer(connection, [("x-data-bin", text)])
    #expect(connection.fields(frames).last?["grpc-status"] == "13")
  }

  @Test("binary metadata is written unpadded, and a key's values stay in order")
  func duplicates() {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { request, call in
        #expect(call.metadata.values(for: "x-key") == ["b", "a", "", "b"])
        for value in call.metadata.values(for: "x-key") {
          call.addTrailingMetadata(value, for: "x-key")
        }
        call.addTrailingMetadata(binary: [0], for: "x-data-bin")
        call.addTrailingMetadata(binary: [1, 2], for: "x-data-bin")
        return request
      }
    }
    connection.handshake()
    let keys = ["b", "a", "", "b"].map { ("x-key", $0) }
    let frames = connection.send([
      .call(1, "/t.T/Call", keys), .data(1, framed("x"), end: true),
    ])
    let fields = connection.allFields(frames)
    #expect(fields.filter { $0.name == "x-key" }.map(\.value) == ["b", "a", "", "b"])
    #expect(fields.filter { $0.name == "x-data-bin" }.map(\.value) == ["AA", "AQI"])
  }

  @Test("binary values of one key may come joined by commas, with white space around each")
  func joined() {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { request, call in
        #expect(call.metadata.binaries(for: "x-data-bin") == [[0, 255], [1], [], [2, 3]])
        return request
      }
    }
    let fields = connection.fields(
      answer(connection, [("x-data-bin", "AP8=,\tAQ ,, AgM"), ("x-more", "1")]))
    #expect(fields.last?["grpc-status"] == "0")
  }

  @Test("metadata of nearly the limit's size arrives whole")
  func largeMetadata() {
    // The list's size counts 32 bytes beside each field; some of it is the call's own.
    let value = String(repeating: "x", count: 1_000)
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { request, call in
        #expect(call.metadata.values(for: "x-key") == Array(repeating: value, count: 15))
        return request
      }
    }
    let fields = connection.fields(
      answer(connection, Array(repeating: ("x-key", value), count: 15)))
    #expect(fields.last?["grpc-status"] == "0")
  }

  @Test("an answer whose fields are too large to be sent ends its call all the same")
  func oversizedFields() {
    let large = String(repeating: "x", count: 70_000)
    let connection = ManualConnection {
      $0.immediate("/t.T/Status") { _, _ in throw RPCError(.aborted, large) }
      $0.immediate("/t.T/Head") { request, call in
        call.addInitialMetadata(large, for: "x-large")
        return request
      }
      $0.immediate("/t.T/Trailers") { request, call in
        call.addTrailingMetadata(large, for: "x-large")
        return request
      }
    }
    connection.handshake()
    for (stream, path) in [(UInt32(1), "/t.T/Status"), (3, "/t.T/Head"), (5, "/t.T/Trailers")] {
      let frames = connection.send([
        .call(stream, path), .data(stream, framed("x"), end: true),
      ])
      #expect(frames.last?.type == 3 && frames.last?.stream == stream, "\(path)")
      #expect(frames.last?.errorCode == HTTP2ErrorCode.internalError.rawValue)
      _ = connection.fields(frames)
    }
    #expect(connection.session.openStreams == 0)
    let after = connection.send([.call(7, "/t.T/Echo"), .data(7, framed("x"), end: true)])
    #expect(connection.fields(after).last?["grpc-status"] == "0")
  }

  @Test("status details are base64 beside the message")
  func details() {
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { _, _ in throw RPCError(.aborted, details: [8, 10, 18, 0]) }
    }
    let fields = connection.fields(answer(connection)).last
    #expect(fields?["grpc-status-details-bin"] == "CAoSAA")
  }

  @Test("an encoding that is not known is refused with those that are")
  func encodings() {
    let connection = ManualConnection { $0.immediate("/t.T/Call") { request, _ in request } }
    let fields = connection.fields(answer(connection, [("grpc-encoding", "deflate")])).last
    #expect(fields?["grpc-status"] == "12")
    #expect(fields?["grpc-accept-encoding"]?.contains("gzip") == true)
  }

  @Test("identity is an encoding; a compressed message then is an error")
  func identity() {
    let plain = ManualConnection { $0.immediate("/t.T/Call") { request, _ in request } }
    let taken = plain.fields(answer(plain, [("grpc-encoding", "identity")]))
    #expect(taken.last?["grpc-status"] == "0")
    let packed = ManualConnection { $0.immediate("/t.T/Call") { request, _ in request } }
    let refused = packed.fields(
      answer(packed, [("grpc-encoding", "identity")], body: framed("x", flag: 1)))
    #expect(refused.last?["grpc-status"] == "13")
  }

  @Test("responses are compressed only for a caller who says it understands gzip")
  func acceptEncoding() throws {
    for (accepted, flag) in [("gzip", UInt8(1)), ("deflate, gzip", 1), ("identity", 0), ("", 0)] {
      let connection = ManualConnection {
        $0.immediate("/t.T/Call") { _, call in
          #expect(call.compressResponses() == (flag == 1))
          return ByteBuffer(repeating: 0, count: 1_000)
        }
      }
      let frames = answer(connection, [("grpc-accept-encoding", accepted)])
      #expect(frames.first { $0.type == 0 }?.payload.first == flag, "\(accepted)")
      #expect(connection.fields(frames).first?["grpc-encoding"] == (flag == 1 ? "gzip" : nil))
    }
    // In several fields too, whichever comes last.
    let connection = ManualConnection {
      $0.immediate("/t.T/Call") { _, call in
        #expect(call.compressResponses())
        return ByteBuffer(repeating: 0, count: 1_000)
      }
    }
    let fields = [("grpc-accept-encoding", "gzip ,deflate"), ("grpc-accept-encoding", "identity")]
    #expect(answer(connection, fields).first { $0.type == 0 }?.payload.first == 1)
  }

  @Test("a message may inflate to the limit, and to no byte more, wherever it is cut")
  func inflatedSize() throws {
    for (size, status) in [(1_000, "0"), (1_001, "8"), (40_000_000, "8")] {
      let packed = try #require(ByteBuffer(repeating: 0, count: size).gzipped())
      // The limit holds for what was compressed too: the largest is cut before it is complete.
      let body = [1] + UInt32(packed.readableBytes).bigEndianBytes + Array(buffer: packed)
      let connection = ManualConnection {
        $0.maximumMessageBytes = 1_000
      } methods: {
        $0.immediate("/t.T/Call") { _, _ in ByteBuffer() }
      }
      let frames = answer(connection, [("grpc-encoding", "gzip")], body: Array(body.prefix(16_384)))
      #expect(connection.fields(frames).last?["grpc-status"] == status, "\(size)")
    }
  }
}
