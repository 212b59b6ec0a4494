import CNGHTTP2
import Logging
import NIOCore

/// What all connections of a server share.
struct ServerEnvironment: Sendable {
  let configuration: RPCServerConfiguration
  let limits: HTTP2Limits
  let table: RouteTable
  let counters: ServerCounters
  let refusals: RefusalLog
  let logger: Logger

  init(configuration: RPCServerConfiguration, router: RPCRouter, logger: Logger) {
    self.configuration = configuration
    limits = configuration.http2
    table = RouteTable(router, authorize: configuration.authorize)
    counters = ServerCounters()
    refusals = RefusalLog(logger: logger)
    self.logger = logger
  }
}

/// The server's side of one connection: requests to handlers, answers to frames. No I/O.
final class ServerSession: HTTP2Session {
  let environment: ServerEnvironment
  let peer: RPCPeer
  let mailbox: LoopMailbox
  private let tally: CallTally
  /// Answers every call, where the peer may not call at all.
  let refusal: RPCError?
  /// Asks for what ``pull(into:limit:)`` gives to be sent at the end of the turn.
  var onNeedsFlush: () -> Void = {}

  /// Every stream ever used at the same time; closed ones are reused.
  @exclusivity(unchecked) private(set) var streams: [ServerStream] = []
  /// Those of them that serve no call; ``streams`` holds them.
  @exclusivity(unchecked) private var free: [Unmanaged<ServerStream>] = []
  @exclusivity(unchecked) private(set) var openStreams = 0
  /// The stream found last, by its number: the frames of a call come one after another.
  @exclusivity(unchecked)
  private var found: (id: Int32, stream: Unmanaged<ServerStream>?) = (0, nil)
  /// The largest header list taken, in bytes.
  private let headerLimit: Int
  @exclusivity(unchecked) private(set) var isDraining = false
  /// The `user-agent` of the last request: it is the same for all calls of a client.
  @exclusivity(unchecked) private var userAgent = ""
  @exclusivity(unchecked) private var userAgentBytes: [UInt8] = []
  /// Bytes of unfinished requests.
  @exclusivity(unchecked) var bufferedBytes = 0
  @exclusivity(unchecked) var reading = ReadingBounds()
  /// When ``tick(at:)`` has something to do; monotonic nanoseconds.
  @exclusivity(unchecked) var wakeAt: UInt64
  private let handshakeDeadline: UInt64
  @exclusivity(unchecked) private var idleSince: UInt64
  private let idleNanoseconds: UInt64

  init(
    environment: ServerEnvironment, peer: RPCPeer, refusal: RPCError?, mailbox: LoopMailbox,
    now: UInt64
  ) {
    self.environment = environment
    self.peer = peer
    self.refusal = refusal
    self.mailbox = mailbox
    tally = mailbox.tally ?? environment.counters.makeTally(environment.table)
    handshakeDeadline = now + environment.configuration.handshakeTimeout.wholeNanoseconds
    idleNanoseconds = environment.configuration.idleTimeout.wholeNanoseconds
    headerLimit = environment.configuration.maximumHeaderListBytes
    idleSince = now
    wakeAt = handshakeDeadline
    super.init(
      role: .server, limits: environment.limits, memory: mailbox.frameMemory, now: now)
  }

  // MARK: - The connection's life

  /// The connection is gone: every call on it is cancelled.
  func connectionLost() {
    close()
    let error = RPCError(.unavailable, "The connection was lost.", cause: .connectionLost)
    for stream in streams where stream.phase != .free { finish(stream, cancelledBy: error) }
  }

  /// Announces the end: calls that have arrived go on, new ones go elsewhere.
  func beginDrain() {
    guard !isDraining, let handle else { return }
    isDraining = true
    nghttp2_submit_shutdown_notice(handle)
    for stream in streams where stream.phase != .free { stream.call.drain() }
    onNeedsFlush()
  }

  /// Takes no calls beyond those that have arrived; the connection ends with the last of them.
  func refuseNewCalls() {
    guard let handle else { return }
    let last = nghttp2_session_get_last_proc_stream_id(handle)
    nghttp2_submit_goaway(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, 0, nil, 0)
    onNeedsFlush()
  }

  /// Cancels what still runs.
  func cancelAll(_ error: RPCError) {
    for stream in streams where stream.phase != .free { abandon(stream, error) }
    onNeedsFlush()
  }

  /// Does what is due: deadlines of calls, the handshake's, the end of an idle connection.
  func tick(at now: UInt64) {
    self.now = now
    if !(receivedSettings && acknowledgedSettings) {
      if now >= handshakeDeadline { terminate(.settingsTimeout) }
    }
    for stream in streams where stream.deadline <= now {
      stream.deadline = .max
      if stream.phase == .receiving || stream.phase == .running {
        abandon(stream, RPCError(.deadlineExceeded, "The deadline has passed.", cause: .deadline))
      }
    }
    endStalledStreams()
    if openStreams == 0, now >= idleSince &+ idleNanoseconds, !isDraining {
      beginDrain()
      refuseNewCalls()
    }
    rearm()
    onNeedsFlush()
  }

  private func rearm() {
    var next = openStreams == 0 ? idleSince &+ idleNanoseconds : now &+ idleNanoseconds
    if !(receivedSettings && acknowledgedSettings) { next = min(next, handshakeDeadline) }
    for stream in streams { next = min(next, stream.deadline) }
    if violation != nil || isDraining { next = streams.map(\.deadline).min() ?? .max }
    wakeAt = openStreams == 0 ? next : min(next, nextLookAtStreams)
  }

  override func violated(_ code: HTTP2ErrorCode) {
    environment.counters.violations.add(1)
    environment.logger.notice(
      "connection ended for breaking the protocol or a limit",
      metadata: ["code": "\(code)", "uid": "\(peer.uid)", "pid": "\(peer.pid)"])
  }

  // MARK: - Hooks

  /// Lends the call behind a stream; nothing happens where the stream has none any more.
  ///
  /// The pool holds every stream for as long as the session lives, so that lending needs no retain.
  /// - Returns: whether there is one.
  @inline(__always) @discardableResult
  private func withStream(_ id: Int32, _ body: (ServerStream) -> Void) -> Bool {
    if found.id != id {
      guard let pointer = nghttp2_session_get_stream_user_data(handle, id) else { return false }
      found = (id, Unmanaged.fromOpaque(pointer))
    }
    guard let stream = found.stream else { return false }
    stream._withUnsafeGuaranteedRef(body)
    return true
  }

  override func headersBegan(_ id: Int32, isRequest: Bool) {
    guard isRequest else { return }
    let pointer = free.popLast() ?? makeStream()
    pointer._withUnsafeGuaranteedRef { stream in
      stream.begin(id, limit: environment.configuration.maximumMessageBytes)
      stream.startedAt = now
    }
    openStreams += 1
    tally.begin()
    nghttp2_session_set_stream_user_data(handle, id, pointer.toOpaque())
    found = (id, pointer)
  }

  private func makeStream() -> Unmanaged<ServerStream> {
    let stream = ServerStream(session: self)
    streams.append(stream)
    return Unmanaged.passUnretained(stream)
  }

  override func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) {
    withStream(id) { stream in
      guard stream.phase == .head else { return }
      stream.headerBytes += name.count + value.count + 32
      if stream.headerBytes > headerLimit {
        overlongHeaders(stream)
      } else {
        take(name, value, stream)
      }
    }
  }

  /// An honest client was told the limit; one that goes far beyond is not.
  private func overlongHeaders(_ stream: ServerStream) {
    stream.headError = RPCError(
      .resourceExhausted, "The request's header fields are larger than this server takes.")
    if stream.headerBytes > 8 * headerLimit {
      terminate(.enhanceYourCalm)
    }
  }

  override func headersEnded(_ id: Int32, endsStream: Bool, isRequest: Bool) {
    withStream(id) { stream in
      if isRequest { dispatch(stream) }
      if endsStream { ended(stream) }
    }
  }

  override func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {
    makeRoom(bytes.count)
    if !withStream(id, { take(bytes, $0) }) { consumeStream(id, bytes.count) }
  }

  override func streamEnded(_ id: Int32) {
    withStream(id, ended)
  }

  private func ended(_ stream: ServerStream) {
    stream.peerHasEnded = true
    requestEnded(stream)
  }

  override func answerEndSent(_ id: Int32) {
    // What the client still sends is of no use to anyone (RFC 9113, section 8.1).
    withStream(id) { stream in
      if !stream.peerHasEnded { reset(id, .noError) }
    }
  }

  override func streamClosed(_ id: Int32, _ code: UInt32) {
    withStream(id) { stream in
      if stream.phase == .answered { return finish(stream, cancelledBy: nil) }
      let rpcCode = HTTP2ErrorCode(rawValue: code)?.rpcCode ?? .internal
      let cause: RPCError.Cause? = rpcCode == .cancelled ? .cancelled : nil
      finish(
        stream, cancelledBy: RPCError(rpcCode, "The caller reset the call.", cause: cause))
    }
  }

  // MARK: - Ends

  /// The stream is closed: tells whoever waits, counts the call, and frees the stream.
  private func finish(_ stream: ServerStream, cancelledBy error: RPCError?) {
    if let error {
      stream.status = error.code
      stream.call.cancel(error)
    }
    if stream.sink != nil || stream.source != nil { tellEnd(stream, error) }
    stream.endCall()
    bufferedBytes -= stream.countedBytes
    let (unread, unsent) = (stream.unreadBytes, stream.unsentBytes)
    tally.end(
      stream.routeIndex ?? environment.table.unknown.index, stream.status,
      took: now > stream.startedAt ? now - stream.startedAt : 0)
    openStreams -= 1
    if openStreams == 0 { idleSince = now }
    if found.id == stream.id { found = (0, nil) }
    stream.release()
    free.append(Unmanaged.passUnretained(stream))
    if unread > 0 { wasRead(unread) }
    if unsent > 0 { wasSent(unsent) }
  }

  /// Tells writers and readers of messages that the call is over.
  private func tellEnd(_ stream: ServerStream, _ error: RPCError?) {
    let error = error ?? RPCError(.cancelled, "The call is over.", cause: .cancelled)
    stream.sink?.close(error)
    stream.source?.finish(error)
  }

  /// The `user-agent` as a String, made anew only when it differs from the last.
  func userAgent(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if !bytes.equals(userAgentBytes) {
      userAgentBytes = Array(bytes)
      userAgent = String(decoding: bytes, as: UTF8.self)
    }
    return userAgent
  }
}

extension Duration {
  /// The duration in nanoseconds; below zero is zero, and a hundred years is the most.
  var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return min(UInt64(seconds), 3_155_760_000) * 1_000_000_000
      + UInt64(attoseconds) / 1_000_000_000
  }
}
