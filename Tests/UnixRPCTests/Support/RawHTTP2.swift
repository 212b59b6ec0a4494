import CNGHTTP2
import Glibc

/// One frame of HTTP/2, as bytes.
struct RawFrame: Equatable {
  var type: UInt8
  var flags: UInt8 = 0
  var stream: UInt32 = 0
  var payload: [UInt8] = []

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let endStream: UInt8 = 1
  static let endHeaders: UInt8 = 4

  static func settings(_ entries: [(UInt16, UInt32)] = []) -> RawFrame {
    RawFrame(
      type: 4,
      payload: entries.flatMap { id, value in
        [UInt8(id >> 8), UInt8(id & 255)] + value.bigEndianBytes
      })
  }
  static let settingsAck = RawFrame(type: 4, flags: 1)
  static let ping = RawFrame(type: 6, payload: Array(repeating: 7, count: 8))

  static func headers(
    _ stream: UInt32, _ fields: [(String, String)], end: Bool = false
  ) -> RawFrame {
    RawFrame(
      type: 1, flags: endHeaders | (end ? endStream : 0), stream: stream,
      payload: fields.flatMap { HPACK.literal($0.0, $0.1) })
  }

  static func data(_ stream: UInt32, _ payload: [UInt8], end: Bool = false) -> RawFrame {
    RawFrame(type: 0, flags: end ? endStream : 0, stream: stream, payload: payload)
  }
  static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> RawFrame {
    RawFrame(type: 3, stream: stream, payload: code.bigEndianBytes)
  }
  static func windowUpdate(_ stream: UInt32, _ count: UInt32) -> RawFrame {
    RawFrame(type: 8, stream: stream, payload: count.bigEndianBytes)
  }

  /// A gRPC request's head.
  static func call(
    _ stream: UInt32, _ path: String, _ extra: [(String, String)] = [], end: Bool = false
  ) -> RawFrame {
    headers(
      stream,
      [
        (":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", path),
        ("content-type", "application/grpc"), ("te", "trailers"),
      ] + extra, end: end)
  }

  var bytes: [UInt8] {
    let count = UInt32(payload.count).bigEndianBytes
    return Array(count.dropFirst()) + [type, flags] + stream.bigEndianBytes + payload
  }

  /// The frames that `bytes` begin with, and the bytes after them.
  static func parse(_ bytes: [UInt8]) -> (frames: [RawFrame], rest: [UInt8]) {
    var frames: [RawFrame] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      guard rest.count >= 9 + count else { break }
      let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
      frames.append(
        RawFrame(
          type: head[3], flags: head[4], stream: stream,
          payload: Array(rest.dropFirst(9).prefix(count))))
      rest = rest.dropFirst(9 + count)
    }
    return (frames, Array(rest))
  }

  /// The error code of a GOAWAY or RST_STREAM.
  var errorCode: UInt32? {
    switch type {
    case 3: payload.reduce(0) { $0 << 8 | UInt32($1) }
    case 7: payload[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    default: nil
    }
  }
}

extension UInt32 {
  var bigEndianBytes: [UInt8] {
    [UInt8(self >> 24), UInt8(self >> 16 & 255), UInt8(self >> 8 & 255), UInt8(self & 255)]
  }
}

/// A message with gRPC's prefix.
func framed(_ text: String, flag: UInt8 = 0) -> [UInt8] {
  [flag] + UInt32(text.utf8.count).bigEndianBytes + Array(text.utf8)
}

/// Header fields without indexing or Huffman coding, so that a test knows each byte.
enum HPACK {
  static func literal(_ name: String, _ value: String) -> [UInt8] {
    [0] + string(name) + string(value)
  }

  private static func string(_ text: String) -> [UInt8] {
    integer(text.utf8.count, prefix: 7) + Array(text.utf8)
  }

  private static func integer(_ value: Int, prefix: Int) -> [UInt8] {
    let limit = 1 << prefix - 1
    if value < limit { return [UInt8(value)] }
    var rest = value - limit
    var bytes = [UInt8(limit)]
    while rest >= 128 {
      bytes.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

/// Reads header blocks, which build on those before.
final class HPACKReader {
  private var inflater: OpaquePointer?

  init() { nghttp2_hd_inflate_new(&inflater) }
  deinit { nghttp2_hd_inflate_del(inflater) }

  /// The fields by name; of several with one name, the last.
  func read(_ block: [UInt8]) -> [String: String] {
    Dictionary(readAll(block).map { ($0.name, $0.value) }) { _, last in last }
  }

  /// The fields in order.
  func readAll(_ block: [UInt8]) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    var input = block
    var position = 0
    while true {
      var field = nghttp2_nv()
      var flags: Int32 = 0
      let count = input.withUnsafeMutableBufferPointer {
        nghttp2_hd_inflate_hd2(
          inflater, &field, &flags, $0.baseAddress! + position, $0.count - position, 1)
      }
      if count < 0 { return fields }
      position += count
      if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
        let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
        let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
        fields.append(
          (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
      }
      if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
      }
    }
  }
}
