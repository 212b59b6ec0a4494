import CNGHTTP2
import NIOCore

/// One HTTP/2 connection without its I/O: bytes in by ``receive(_:at:)``, bytes out by
/// ``pull(into:limit:)``. Framing, HPACK and flow control are libnghttp2's.
///
/// One thread only. The server's and the client's session override the hooks. nghttp2 holds an
/// unretained pointer to the session and to its streams: callbacks run only inside `receive` and
/// `pull`, whose caller holds the session, and the session holds its streams until it is closed.
///
/// Exclusive access to what every frame touches is not checked at run time: one thread uses it, and
/// none of it is handed on while it is being changed.
class HTTP2Session {
  enum Role { case server, client }

  /// nghttp2's session; nil once closed.
  @exclusivity(unchecked) private(set) var handle: OpaquePointer?
  /// Monotonic nanoseconds, as of the last entry into the session.
  @exclusivity(unchecked) final var now: UInt64
  /// Set when the connection has to end after what is still to be sent.
  @exclusivity(unchecked) private(set) var violation: HTTP2ErrorCode?
  /// Whether the peer's preface and SETTINGS have arrived.
  private(set) var receivedSettings = false
  /// Whether the peer has acknowledged our SETTINGS.
  private(set) var acknowledgedSettings = false
  /// Bytes of payload received, for the counters.
  @exclusivity(unchecked) private(set) var receivedBytes = 0
  private let role: Role
  @exclusivity(unchecked) private var control: TokenBucket
  @exclusivity(unchecked) private var resets: TokenBucket
  @exclusivity(unchecked) private var closed = ClosedStreams()
  @exclusivity(unchecked) private var scanner = FrameScanner()
  /// Where nghttp2's state of this connection lies; it outlives the state.
  private let memory: FrameMemory
  /// A GOAWAY of our own making, for errors after which nghttp2 sends nothing more.
  private var lastWords: [UInt8] = []

  init(role: Role, limits: HTTP2Limits, memory: FrameMemory, now: UInt64) {
    self.role = role
    self.memory = memory
    self.now = now
    control = TokenBucket(
      capacity: limits.controlFrameBurst, perSecond: limits.controlFramesPerSecond)
    resets = TokenBucket(capacity: limits.resetBurst, perSecond: limits.resetsPerSecond)
    handle = HTTP2Callbacks.makeSession(
      role: role, limits: limits, memory: memory,
      owner: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    nghttp2_session_del(handle)
  }

  // MARK: - The side of the I/O

  /// Takes in bytes of the peer.
  /// - Parameter now: monotonic nanoseconds.
  final func receive(_ bytes: UnsafeRawBufferPointer, at now: UInt64) {
    self.now = now
    if role == .server { checkLateData(bytes) }
    guard let handle, violation == nil, let base = bytes.baseAddress else { return }
    let count = nghttp2_session_mem_recv(
      handle, base.assumingMemoryBound(to: UInt8.self), bytes.count)
    if count < 0 { fail(HTTP2ErrorCode(libraryError: count)) }
  }

  /// The room that a frame takes at most: what nghttp2 makes of 16 KiB, with a client's preface.
  static let frameBytes = 16 * 1024 + 9 + 24
  /// The room asked for at once in ``pull(into:limit:)``.
  private static let stretchBytes = 64 * 1024 - frameBytes

  /// Appends frames to `buffer` until nothing is left to send or it holds about `limit` bytes.
  final func pull(into buffer: inout ByteBuffer, limit: Int) {
    var isDone = false
    while !isDone, buffer.readableBytes < limit {
      let stretch = min(limit - buffer.readableBytes, Self.stretchBytes)
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: stretch + Self.frameBytes) { room in
        let count = fill(room, to: stretch)
        isDone = count < stretch
        return count
      }
    }
    if !lastWords.isEmpty {
      buffer.writeBytes(lastWords)
      lastWords = []
    }
  }

  /// Copies whole frames to `room` until nothing is left to send or `limit` bytes are there.
  private func fill(_ room: UnsafeMutableRawBufferPointer, to limit: Int) -> Int {
    var filled = 0
    while let handle, filled < limit {
      var bytes: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(handle, &bytes)
      if count < 0 { fail(HTTP2ErrorCode(libraryError: count)) }
      if count <= 0 { break }
      precondition(count <= room.count - filled, "nghttp2 gave more than one frame")
      room.baseAddress!.advanced(by: filled).copyMemory(from: bytes!, byteCount: count)
      filled += count
    }
    return filled
  }

  /// Whether the connection is to be closed once everything pulled has been written.
  final var isFinished: Bool {
    guard let handle, lastWords.isEmpty else { return handle == nil }
    if violation != nil { return nghttp2_session_want_write(handle) == 0 }
    return nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
  }

  /// Lets nghttp2's state go; the connection is over.
  final func close() {
    guard let handle else { return }
    self.handle = nil
    nghttp2_session_del(handle)
  }

  /// Says goodbye with an error; streams above the last one seen were not looked at.
  final func terminate(_ code: HTTP2ErrorCode) {
    guard let handle, violation == nil else { return }
    violation = code
    nghttp2_session_terminate_session(handle, code.rawValue)
    violated(code)
  }

  /// Ends the connection after an error of the library's, whose own GOAWAY cannot be relied on.
  private func fail(_ code: HTTP2ErrorCode) {
    guard let handle, lastWords.isEmpty else { return }
    violation = code
    let last = UInt32(bitPattern: nghttp2_session_get_last_proc_stream_id(handle))
    var frame: [UInt8] = [0, 0, 8, UInt8(NGHTTP2_GOAWAY.rawValue), 0, 0, 0, 0, 0]
    for word in [last, code.rawValue] {
      for shift in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
    lastWords = frame
    violated(code)
  }

  // MARK: - Streams

  final func reset(_ id: Int32, _ code: HTTP2ErrorCode) {
    nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
  }

  /// Gives the peer room on the connection for bytes taken in.
  final func consumeConnection(_ count: Int) {
    nghttp2_session_consume_connection(handle, count)
  }

  /// Gives the peer room on a stream for bytes taken in.
  final func consumeStream(_ id: Int32, _ count: Int) {
    nghttp2_session_consume_stream(handle, id, count)
  }

  /// Shares the connection evenly with other streams, after the short answers.
  final func makeIncremental(_ id: Int32) {
    var priority = nghttp2_extpri(urgency: UInt32(NGHTTP2_EXTPRI_DEFAULT_URGENCY) + 1, inc: 1)
    nghttp2_session_change_extpri_stream_priority(handle, id, &priority, 1)
  }

  // MARK: - Hooks

  func headersBegan(_ id: Int32, isRequest: Bool) {}
  func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) {}
  func headersEnded(_ id: Int32, endsStream: Bool, isRequest: Bool) {}
  func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {}
  func streamEnded(_ id: Int32) {}
  func streamClosed(_ id: Int32, _ code: UInt32) {}
  func goAwayReceived(lastStream: Int32, _ code: UInt32) {}
  func answerEndSent(_ id: Int32) {}
  func requestNotSent(_ id: Int32, isTooLarge: Bool) {}
  func violated(_ code: HTTP2ErrorCode) {}

  // MARK: - Callbacks

  /// Counts a frame that costs the peer nothing; one too many ends the connection, and so does
  /// one that the library would let pass.
  final func frameBegan(_ head: nghttp2_frame_hd) {
    if role == .server { checkState(head) }
    switch UInt32(head.type) {
    case NGHTTP2_DATA.rawValue:
      let ends = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
      if head.length > 0 || ends { control.earn(2) } else { spend(1) }
    case NGHTTP2_HEADERS.rawValue: control.earn(8)
    case NGHTTP2_SETTINGS.rawValue: spend(4)
    case NGHTTP2_CONTINUATION.rawValue, NGHTTP2_RST_STREAM.rawValue, NGHTTP2_GOAWAY.rawValue: break
    default: spend(1)
    }
  }

  /// Ends the connection for what a client may never send, whatever state it is in itself.
  private func checkState(_ head: nghttp2_frame_hd) {
    // The library refuses numbers that no client may use.
    let isClients = head.stream_id % 2 == 1
    switch UInt32(head.type) {
    case NGHTTP2_HEADERS.rawValue where isClients && closed.isNew(head.stream_id):
      closed.opened(head.stream_id)
    case NGHTTP2_HEADERS.rawValue where isClients:
      checkOpen(head.stream_id)
    case NGHTTP2_PRIORITY.rawValue:
      // RFC 9113, section 6.3; the library does not look at a frame whose use was declined.
      if head.stream_id == 0 { terminate(.protocolError) }
    default: break
    }
  }

  /// The same for DATA on a stream that was closed before these bytes came; for one that closes
  /// among them the library finds the error itself.
  private func checkLateData(_ bytes: UnsafeRawBufferPointer) {
    scanner.scan(bytes) { id in
      if id % 2 == 1 { checkOpen(id) }
    } selfDependency: {
      // RFC 7540, section 5.3.1, which tools still look for.
      terminate(.protocolError)
    }
  }

  private func checkOpen(_ id: Int32) {
    if let code = closed.violation(id), nghttp2_session_find_stream(handle, id) == nil {
      terminate(code)
    }
  }

  final func frameReceived(_ frame: nghttp2_frame) {
    let head = frame.hd
    let endsStream = head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    if endsStream { closed.endedByPeer(head.stream_id) }
    switch UInt32(head.type) {
    case NGHTTP2_DATA.rawValue:
      if endsStream { streamEnded(head.stream_id) }
    case NGHTTP2_HEADERS.rawValue:
      let isRequest = frame.headers.cat == NGHTTP2_HCAT_REQUEST
      headersEnded(head.stream_id, endsStream: endsStream, isRequest: isRequest)
    case NGHTTP2_SETTINGS.rawValue:
      if head.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 {
        acknowledgedSettings = true
      } else {
        receivedSettings = true
      }
    case NGHTTP2_RST_STREAM.rawValue:
      closed.endedByPeer(head.stream_id)
      // A server answers for its own resets alone.
      if role == .server { spendReset(of: head.stream_id) }
    case NGHTTP2_GOAWAY.rawValue:
      goAwayReceived(lastStream: frame.goaway.last_stream_id, frame.goaway.error_code)
    default: break
    }
  }

  final func frameSent(_ frame: nghttp2_frame) {
    let head = frame.hd
    switch UInt32(head.type) {
    case NGHTTP2_DATA.rawValue, NGHTTP2_HEADERS.rawValue:
      control.earn(4)
      if head.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 { answerEndSent(head.stream_id) }
    case NGHTTP2_RST_STREAM.rawValue:
      // Resets that the peer provokes cost it as much as its own.
      let provoked =
        frame.rst_stream.error_code != HTTP2ErrorCode.noError.rawValue
        && frame.rst_stream.error_code != HTTP2ErrorCode.cancel.rawValue
      if role == .server, provoked, !resets.spend(1, at: now) { terminate(.enhanceYourCalm) }
    default: break
    }
  }

  /// - Parameter error: the library's.
  final func frameNotSent(_ frame: nghttp2_frame, _ error: Int32) {
    guard UInt32(frame.hd.type) == NGHTTP2_HEADERS.rawValue else { return }
    // The library sends no block of fields over 64 KiB.
    let isTooLarge = error == NGHTTP2_ERR_FRAME_SIZE_ERROR.rawValue
    if frame.headers.cat == NGHTTP2_HCAT_REQUEST {
      requestNotSent(frame.hd.stream_id, isTooLarge: isTooLarge)
    } else if isTooLarge {
      // The peer would wait for ever for what ends the stream.
      reset(frame.hd.stream_id, .internalError)
    }
  }

  final func dataReceived(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {
    receivedBytes += bytes.count
    data(id, bytes)
  }

  /// Counts a reset of the peer's. One that comes after the call's end took nothing from anybody: it
  /// is what clients send that are answered before they have sent everything.
  private func spendReset(of id: Int32) {
    if nghttp2_session_find_stream(handle, id) == nil { return spend(1) }
    if !resets.spend(1, at: now) { terminate(.enhanceYourCalm) }
  }

  private func spend(_ cost: Int) {
    if !control.spend(cost, at: now) { terminate(.enhanceYourCalm) }
  }
}
