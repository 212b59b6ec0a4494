/// What honest clients send, as inputs of ``SessionFuzz``.
enum HonestCalls {
  /// One input for every handler, and for what else a connection carries.
  static let inputs: [(name: String, bytes: [UInt8])] = [
    ("echo", input([call(1, "/t.T/Echo"), data(1, "hello")])),
    ("refuse", input([call(1, "/t.T/Refuse"), data(1, "hello")])),
    ("later", input([call(1, "/t.T/Later"), data(1, "hello")])),
    ("push", input([call(1, "/t.T/Push"), data(1, "hello")])),
    ("deadline", input([call(1, "/t.T/Echo", [("grpc-timeout", "1S")]), data(1, "hello")])),
    ("gzip", input([call(1, "/t.T/Echo", [("grpc-encoding", "gzip")]), data(1, "hi", flag: 1)])),
    ("unknown", input([call(1, "/t.T/No"), data(1, "hello")])),
    ("two", input([call(1, "/t.T/Echo"), call(3, "/t.T/Push"), data(3, "b"), data(1, "a")])),
    ("reset", input([call(1, "/t.T/Echo"), frame(3, 0, 1, [0, 0, 0, 8])])),
    ("page", input([frame(1, 5, 1, block([(":method", "GET"), (":path", "/page")]))])),
    ("ping", input([frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])])),
    ("window", input([frame(8, 0, 0, [0, 0, 255, 255]), frame(4, 0, 0, [0, 4, 0, 1, 0, 0])])),
    ("goaway", input([frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])])),
    ("raw", [0x40] + SessionFuzz.opening + call(1, "/t.T/Echo") + data(1, "hello")),
  ]

  private static func input(_ frames: [[UInt8]]) -> [UInt8] { [0xFF] + frames.flatMap { $0 } }

  private static func frame(
    _ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]
  ) -> [UInt8] {
    [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream]
      + payload
  }

  /// HEADERS with their end, of a call that goes on.
  private static func call(
    _ stream: UInt8, _ path: String, _ more: [(String, String)] = []
  ) -> [UInt8] {
    let fields = [(":method", "POST"), (":path", path), ("content-type", "application/grpc")]
    return frame(1, 4, stream, block(fields + more))
  }

  /// A message that ends the request.
  private static func data(_ stream: UInt8, _ text: String, flag: UInt8 = 0) -> [UInt8] {
    frame(0, 1, stream, [flag, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8))
  }

  /// Fields as literals (RFC 7541, section 6.2.2), those of HTTP/2 itself first.
  private static func block(_ fields: [(String, String)]) -> [UInt8] {
    let common = [(":scheme", "http"), (":authority", "t")]
    var bytes: [UInt8] = []
    for (name, value) in common + fields + [("te", "trailers")] {
      bytes.append(0)
      for text in [name, value] {
        bytes.append(UInt8(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
      }
    }
    return bytes
  }
}
