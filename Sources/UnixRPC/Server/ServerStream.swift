import NIOCore

/// One call as its connection sees it. Event loop only; the object serves call after call.
///
/// Exclusive access to the parts that every call touches is not checked at run time: one thread
/// uses them, and none is handed on while it is being changed.
final class ServerStream {
  enum Phase {
    /// In the pool.
    case free
    /// The head of the request is coming in.
    case head
    /// The one request is coming in.
    case receiving
    /// The handler is at work.
    case running
    /// The answer, or the last part of it, is with nghttp2.
    case answered
  }

  enum Method { case none, post, get, other }
  enum ContentType { case none, grpc, foreign }

  /// The session owns its streams; a stream is not used after it.
  unowned(unsafe) let session: ServerSession
  @exclusivity(unchecked) var call: RPCCall
  var id: Int32 = 0
  @exclusivity(unchecked) var phase = Phase.free

  // The request's head.
  /// The table of routes outlives every call.
  @exclusivity(unchecked) unowned(unsafe) var route: Route?
  /// The route's place in the table, and in the counts.
  @exclusivity(unchecked) var routeIndex: Int?
  @exclusivity(unchecked) var method = Method.none
  @exclusivity(unchecked) var contentType = ContentType.none
  @exclusivity(unchecked) var headerBytes = 0
  @exclusivity(unchecked) var headError: RPCError?
  /// Monotonic nanoseconds; no deadline is the largest.
  @exclusivity(unchecked) var deadline = UInt64.max

  /// When its head began; monotonic nanoseconds.
  var startedAt: UInt64 = 0

  // The request's body.
  @exclusivity(unchecked) var assembler: MessageAssembler
  @exclusivity(unchecked) var request: ByteBuffer?
  @exclusivity(unchecked) var source: MessageSource?
  @exclusivity(unchecked) var peerHasEnded = false
  /// Bytes of an unfinished request that the connection's limit counts.
  @exclusivity(unchecked) var countedBytes = 0
  /// What requests cost that the handler has not read and the stream's window lacks.
  @exclusivity(unchecked) var unreadBytes = 0

  // The answer.
  @exclusivity(unchecked) var reply = ByteBuffer()
  @exclusivity(unchecked) var replyPosition = 0
  @exclusivity(unchecked) var replyPrefixBytes = 0
  @exclusivity(unchecked) var replyFlag: UInt8 = 0
  @exclusivity(unchecked) var hasSentHead = false
  /// Whether the answer is a message and OK, with no metadata of the handler's.
  @exclusivity(unchecked) var isPlain = false
  @exclusivity(unchecked) var isDeferred = false
  @exclusivity(unchecked) var sink: MessageSink?
  @exclusivity(unchecked) var body: OutboundBody?
  @exclusivity(unchecked) var status = RPCCode.ok
  /// Bytes of a large reply that the connection's limit counts.
  @exclusivity(unchecked) var unsentBytes = 0
  /// Counts the frames filled, to tell whether the caller takes any.
  @exclusivity(unchecked) var filledFrames: UInt32 = 0
  /// The count when the caller was last looked at, and when it last moved.
  @exclusivity(unchecked) var seenFrames: UInt32 = 0
  @exclusivity(unchecked) var movedAt: UInt64 = 0

  init(session: ServerSession) {
    self.session = session
    call = RPCCall(peer: session.peer)
    assembler = MessageAssembler(limit: 0)
  }

  /// Begins a call with the stream `id`.
  func begin(_ id: Int32, limit: Int) {
    self.id = id
    phase = .head
    call.stream = self
    assembler.reset(limit: limit)
  }

  /// Ends the call, and has an object for the next.
  func endCall() {
    if isKnownUniquelyReferenced(&call), call.recycle() { return }
    call.end()
    // Mostly nobody but those who were told held it.
    if isKnownUniquelyReferenced(&call), call.recycle() { return }
    call.stream = nil
    call = RPCCall(peer: session.peer)
  }

  /// Returns to the pool; nothing of the call stays.
  func release() {
    phase = .free
    route = nil
    routeIndex = nil
    method = .none
    contentType = .none
    headerBytes = 0
    headError = nil
    deadline = .max
    request = nil
    source = nil
    peerHasEnded = false
    countedBytes = 0
    unreadBytes = 0
    unsentBytes = 0
    movedAt = 0
    if reply.capacity > 16 * 1024 { reply = ByteBuffer() } else { reply.clear() }
    replyPosition = 0
    replyPrefixBytes = 0
    replyFlag = 0
    hasSentHead = false
    isPlain = false
    isDeferred = false
    sink = nil
    body = nil
    status = .ok
  }
}
