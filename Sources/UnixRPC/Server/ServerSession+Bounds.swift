import CNGHTTP2

/// What one connection's streams leave unread, together.
struct ReadingBounds {
  /// What requests cost that handlers have not read, beyond their streams' high-water marks.
  var unreadBytes = 0
  /// Bytes for which the peer is still owed room on the connection.
  var owedBytes = 0
  /// Bytes of large replies that the peer has not taken.
  var unsentBytes = 0
  /// Calls whose request is complete and that wait for the peer to read.
  var waiting: [Int32] = []
}

/// Holds what a connection costs to its limits: both sides may leave messages unread, and neither
/// may make the other's memory grow by it.
extension ServerSession {
  /// Replies up to this size are not counted: the streams' number bounds them well enough.
  static let smallReplyBytes = 16 * 1024

  // MARK: - Requests that handlers do not read

  /// The unread requests above which a new stream is held back: less where many are open.
  var requestShare: Int {
    let configuration = environment.configuration
    return min(
      configuration.requestHighWaterBytes,
      configuration.maximumBufferedBytes / max(1, openStreams))
  }

  /// Gives the peer room on the connection for bytes taken in, unless too much is unread.
  ///
  /// One stream that is not read slows no other; many of them together hold the peer back.
  func makeRoom(_ count: Int) {
    if reading.unreadBytes <= environment.configuration.maximumBufferedBytes {
      consumeConnection(count)
    } else {
      reading.owedBytes += count
    }
  }

  /// Gives a stream room for what was admitted of `count` bytes, and notes what was withheld.
  func admit(_ count: Int, withholding withheld: MessageSource.Withheld, _ stream: ServerStream) {
    if withheld.window < count { consumeStream(stream.id, count - withheld.window) }
    stream.unreadBytes += withheld.cost
    reading.unreadBytes += withheld.cost
  }

  /// Gives a stream the room that its handler has made.
  func giveBack(_ withheld: MessageSource.Withheld, _ stream: ServerStream) {
    consumeStream(stream.id, withheld.window)
    stream.unreadBytes -= withheld.cost
    wasRead(withheld.cost)
  }

  /// Bytes were read, or their stream has ended.
  func wasRead(_ count: Int) {
    reading.unreadBytes -= count
    if handle != nil, reading.owedBytes > 0,
      reading.unreadBytes <= environment.configuration.maximumBufferedBytes
    {
      consumeConnection(reading.owedBytes)
      reading.owedBytes = 0
      onNeedsFlush()
    }
  }

  // MARK: - Answers that the peer does not read

  /// The unsent messages that a new stream may hold: less where many are open.
  var responseShare: MessageSink.Limits {
    var limits = environment.configuration.sink
    let share = environment.configuration.maximumUnsentBytes / max(1, openStreams)
    limits.maximumBytes = min(limits.maximumBytes, share)
    limits.highWaterBytes = min(limits.highWaterBytes, share)
    limits.lowWaterBytes = min(limits.lowWaterBytes, share / 2)
    return limits
  }

  /// Counts a large reply until its stream is closed.
  func countUnsent(_ stream: ServerStream) {
    stream.unsentBytes = stream.reply.readableBytes
    reading.unsentBytes += stream.unsentBytes
  }

  /// Whether a call has to wait until the peer has taken earlier answers.
  func mustWait(_ stream: ServerStream) -> Bool {
    guard reading.unsentBytes > environment.configuration.maximumUnsentBytes else { return false }
    reading.waiting.append(stream.id)
    return true
  }

  /// A large reply is gone: the calls that wait can start.
  func wasSent(_ count: Int) {
    reading.unsentBytes -= count
    while handle != nil, !reading.waiting.isEmpty,
      reading.unsentBytes <= environment.configuration.maximumUnsentBytes
    {
      startWaiting(reading.waiting.removeFirst())
    }
    onNeedsFlush()
  }

  private func startWaiting(_ id: Int32) {
    // A call that ended meanwhile has left its place in the line.
    guard let pointer = nghttp2_session_get_stream_user_data(handle, id) else { return }
    let stream = Unmanaged<ServerStream>.fromOpaque(pointer).takeUnretainedValue()
    if stream.phase == .receiving, stream.peerHasEnded { requestEnded(stream) }
  }

  // MARK: - Streams that stand still

  /// When the streams are looked at next.
  var nextLookAtStreams: UInt64 {
    now &+ environment.configuration.stalledStreamTimeout.wholeNanoseconds / 4
  }

  /// Ends the calls whose callers have taken nothing for too long.
  func endStalledStreams() {
    let limit = environment.configuration.stalledStreamTimeout.wholeNanoseconds
    for stream in streams where stream.phase == .running || stream.phase == .answered {
      // nghttp2 does not ask for the body while the window is closed, nor for its end.
      let waitsForCaller = stream.hasSentHead && stream.sink?.hasOutput ?? true
      if !waitsForCaller || stream.movedAt == 0 || stream.seenFrames != stream.filledFrames {
        stream.movedAt = now
        stream.seenFrames = stream.filledFrames
      } else if now - stream.movedAt >= limit {
        endStalled(stream)
      }
    }
  }

  /// Resets a stream whose window stays closed: a status would not get through either.
  private func endStalled(_ stream: ServerStream) {
    let error = RPCError(.resourceExhausted, "The caller takes nothing of its answer.")
    environment.logger.notice(
      "call ended: its caller takes no data",
      metadata: ["path": "\(stream.call.path)", "pid": "\(peer.pid)"])
    stream.call.cancel(error)
    stream.source?.finish(error)
    stream.sink?.close(error)
    stream.status = error.code
    reset(stream.id, .enhanceYourCalm)
  }
}
