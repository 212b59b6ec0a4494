import CZlib
import NIOCore

/// How a message is encoded on the wire.
enum MessageEncoding: Sendable {
  case identity
  case gzip

  /// The encodings that this side understands, for `grpc-accept-encoding`.
  static let accepted = "identity,gzip"

  /// The encoding of that name, if it is one of those.
  init?(name: UnsafeBufferPointer<UInt8>) {
    if name.equals("identity") {
      self = .identity
    } else if name.equals("gzip") {
      self = .gzip
    } else {
      return nil
    }
  }

  /// Whether a list such as `identity, gzip` names gzip.
  static func listsGzip(_ list: UnsafeBufferPointer<UInt8>) -> Bool {
    list.split(separator: UInt8(ascii: ",")).contains { item in
      item.trimmingWhitespace.elementsEqual("gzip".utf8)
    }
  }
}

/// Decompresses messages, one after the other; not for two threads at once.
final class Inflater {
  private var stream = z_stream()
  private var isReady = false

  deinit {
    if isReady { inflateEnd(&stream) }
  }

  /// The message behind gzip's bytes.
  ///
  /// The limit holds while inflating, so that a small message cannot become a large one in memory.
  /// - Throws: RESOURCE_EXHAUSTED over the limit, INTERNAL for bytes that are no gzip member.
  func inflate(_ compressed: ByteBuffer, limit: Int) throws(RPCError) -> ByteBuffer {
    try prepare()
    var output = ByteBuffer()
    output.reserveCapacity(min(limit, compressed.readableBytes * 4 + 64))
    var input = [UInt8](buffer: compressed)
    var status = Z_OK
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      repeat {
        // One byte beyond the limit is enough to know that it does not hold.
        let room = min(max(output.writableBytes, 4_096), limit + 1 - output.readableBytes)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { out in
          stream.next_out = out.baseAddress!.assumingMemoryBound(to: UInt8.self)
          stream.avail_out = UInt32(room)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return room - Int(stream.avail_out)
        }
      } while status == Z_OK && output.readableBytes <= limit
    }
    if output.readableBytes > limit {
      throw RPCError(.resourceExhausted, "A message inflates beyond the limit of \(limit) bytes.")
    }
    guard status == Z_STREAM_END, stream.avail_in == 0 else {
      throw RPCError(.internal, "A compressed message is not gzip.")
    }
    return output
  }

  private func prepare() throws(RPCError) {
    let status: Int32
    if isReady {
      status = inflateReset(&stream)
    } else {
      // 15 bits of window, and 16 more to say gzip.
      status = inflateInit2_(
        &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      isReady = status == Z_OK
    }
    if status != Z_OK { throw RPCError(.internal, "The decompressor is out of order.") }
  }
}

extension ByteBuffer {
  /// The bytes as one gzip member; nil where zlib has no memory.
  func gzipped() -> ByteBuffer? {
    var stream = z_stream()
    let ready = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard ready == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(readableBytes)))
    var output = ByteBuffer()
    var input = [UInt8](buffer: self)
    let isDone = input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      var status = Z_OK
      output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { out in
        stream.next_out = out.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(room)
        status = deflate(&stream, Z_FINISH)
        return room - Int(stream.avail_out)
      }
      return status == Z_STREAM_END
    }
    return isDone ? output : nil
  }
}
