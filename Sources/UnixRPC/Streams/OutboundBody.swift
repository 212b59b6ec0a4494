import CNGHTTP2
import NIOCore

/// The loop's end of a ``MessageSink``: fills DATA frames.
struct OutboundBody {
  /// What a frame's filling came to.
  enum Fill {
    /// So many bytes; there may be more.
    case bytes(Int)
    /// Nothing for now; a signal follows when there is.
    case nothing
    /// So many bytes, the last ones, and how the call ended.
    case end(Int, RPCError?)
  }

  let sink: MessageSink
  /// Begins at a message's start whenever it is swapped in; consumed from the front.
  private var outgoing = ByteBuffer()
  private var hasCut = false

  init(sink: MessageSink) {
    self.sink = sink
  }

  /// Copies up to `room` bytes of messages to `out`.
  mutating func fill(_ out: UnsafeMutablePointer<UInt8>, room: Int) -> Fill {
    var count = 0
    while true {
      if outgoing.readableBytes > 0 {
        cutIfAsked()
        let part = min(outgoing.readableBytes, room - count)
        outgoing.readWithUnsafeReadableBytes { bytes in
          UnsafeMutableRawPointer(out + count).copyMemory(from: bytes.baseAddress!, byteCount: part)
          return part
        }
        count += part
        if count == room {
          sink.sent(count)
          return .bytes(count)
        }
      }
      let end = sink.take(into: &outgoing)
      if outgoing.readableBytes > 0 { continue }
      if count > 0 { sink.sent(count) }
      switch end {
      case .open: return count > 0 ? .bytes(count) : .nothing
      case .finished(let error), .cut(let error): return .end(count, error)
      case .closed(let error): return .end(count, error)
      }
    }
  }

  /// Lets go of the backlog where the stream was finished without it, even while the peer's
  /// window is closed.
  mutating func cutIfAsked() {
    if !hasCut, sink.isCut { cut() }
  }

  /// Drops the messages that were not begun; the rest of one that was must follow, or the peer
  /// would find a broken message where the status should be.
  private mutating func cut() {
    hasCut = true
    let position = outgoing.readerIndex
    var whole = outgoing
    whole.moveReaderIndex(to: 0)
    var boundary = 0
    while boundary < position {
      guard let length: UInt32 = whole.getInteger(at: boundary + 1) else { return }
      boundary += MessagePrefix.bytes + Int(length)
    }
    let dropped = outgoing.writerIndex - boundary
    outgoing.moveWriterIndex(to: boundary)
    if dropped > 0 { sink.sent(dropped) }
  }
}
