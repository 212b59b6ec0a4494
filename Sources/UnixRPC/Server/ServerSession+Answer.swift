import CNGHTTP2
import NIOCore

/// Answers: heads, bodies and trailers.
extension ServerSession {
  // MARK: - One message

  /// Sends the message in `stream.reply` and OK. Metadata added later is too late.
  func answerWithReply(_ stream: ServerStream) {
    stream.phase = .answered
    stream.replyPrefixBytes = MessagePrefix.bytes
    if stream.call.isCompressing, let packed = stream.reply.gzipped() {
      stream.reply = packed
      stream.replyFlag = 1
    }
    if stream.reply.readableBytes > Self.smallReplyBytes { countUnsent(stream) }
    stream.isPlain = submitHead(stream)
  }

  /// Sends a page of plain HTTP.
  func answer(_ stream: ServerStream, _ page: RPCPage) {
    stream.phase = .answered
    stream.reply = page.body
    var head = HeaderBlock()
    head.add(":status", String(page.status))
    head.add("content-type", page.contentType)
    head.add("content-length", String(page.body.readableBytes))
    submit(stream, head)
  }

  /// Sends a bare HTTP status, for what is no gRPC call.
  func answerHTTP(_ stream: ServerStream, status: Int) {
    stream.phase = .answered
    stream.status = .unimplemented
    var head = HeaderBlock()
    head.add(":status", String(status))
    if status == 415 {
      head.add("accept-post", "application/grpc")
    } else if status == 405 {
      head.add("allow", "POST, GET")
    }
    head.add("content-length", "0")
    submit(stream, head)
  }

  private func submit(_ stream: ServerStream, _ head: HeaderBlock) {
    stream.hasSentHead = true
    var provider = Self.provider(stream)
    head.withFields { fields, count in
      if stream.reply.readableBytes == 0 {
        _ = nghttp2_submit_response(handle, stream.id, fields, count, nil)
      } else {
        _ = nghttp2_submit_response(handle, stream.id, fields, count, &provider)
      }
    }
  }

  // MARK: - A status

  /// Sends a status without a message: in the head alone where none was sent.
  func answer(_ stream: ServerStream, _ error: RPCError) {
    stream.phase = .answered
    stream.status = error.code
    if stream.call.hasInitialMetadata, !stream.hasSentHead { submitHeadForStatus(stream) }
    if stream.hasSentHead { return answerAfterHead(stream, error) }
    stream.hasSentHead = true
    var head = HeaderBlock()
    head.add(":status", "200")
    head.add("content-type", "application/grpc")
    if error.code == .unimplemented { head.add("grpc-accept-encoding", MessageEncoding.accepted) }
    addStatus(error, stream, to: &head)
    head.withFields { fields, count in
      _ = nghttp2_submit_response(handle, stream.id, fields, count, nil)
    }
  }

  /// Sends the head of an answer that turns out to have a status only.
  private func submitHeadForStatus(_ stream: ServerStream) {
    if stream.sink == nil { makeSink(stream) }
    submitHead(stream)
  }

  /// Sends a status after a head; what waits in the stream's sink is dropped.
  private func answerAfterHead(_ stream: ServerStream, _ error: RPCError) {
    stream.sink?.finish(error, discardingBacklog: true)
    resumeBody(stream)
  }

  /// Gives the stream a queue of messages to send.
  @discardableResult
  func makeSink(_ stream: ServerStream) -> MessageSink {
    let sink = MessageSink(limits: responseShare, mailbox: mailbox, recipient: stream.call)
    stream.sink = sink
    stream.body = OutboundBody(sink: sink)
    return sink
  }

  /// Ends a call that its handler has not ended: tells the handler, and sends the status.
  func abandon(_ stream: ServerStream, _ error: RPCError) {
    switch stream.phase {
    case .free, .answered: return
    case .head, .receiving, .running: break
    }
    stream.call.cancel(error)
    stream.source?.finish(error)
    stream.sink?.finish(error, discardingBacklog: true)
    answer(stream, error)
  }

  private func addStatus(_ error: RPCError?, _ stream: ServerStream, to block: inout HeaderBlock) {
    if let error { block.add(error) } else { block.add("grpc-status", "0") }
    if let trailing = stream.call.trailersToSend { block.add(trailing) }
  }

  // MARK: - A stream of messages

  /// Sends the head, if it was not, and lets the body flow.
  func resumeBody(_ stream: ServerStream) {
    guard stream.body != nil, stream.phase == .running || stream.phase == .answered else { return }
    stream.body?.cutIfAsked()
    if !stream.hasSentHead {
      if let error = stream.sink?.errorWithoutMessages {
        answer(stream, error)
      } else {
        beginBody(stream)
      }
    } else if stream.isDeferred {
      stream.isDeferred = false
      nghttp2_session_resume_data(handle, stream.id)
    }
  }

  /// Sends the head of a streamed answer.
  func beginBody(_ stream: ServerStream) {
    makeIncremental(stream.id)
    submitHead(stream)
  }

  /// - Returns: whether the handler has added no metadata, to the head or to the status.
  @discardableResult
  private func submitHead(_ stream: ServerStream) -> Bool {
    stream.hasSentHead = true
    var provider = Self.provider(stream)
    guard let (initial, isCompressed) = stream.call.takeHead() else {
      nghttp2_submit_response(
        handle, stream.id, StaticHeaders.head, StaticHeaders.headCount, &provider)
      return true
    }
    var head = HeaderBlock()
    head.add(":status", "200")
    head.add("content-type", "application/grpc")
    head.add("grpc-accept-encoding", MessageEncoding.accepted)
    if isCompressed { head.add("grpc-encoding", "gzip") }
    head.add(initial)
    head.withFields { fields, count in
      _ = nghttp2_submit_response(handle, stream.id, fields, count, &provider)
    }
    return false
  }

  private static func provider(_ stream: ServerStream) -> nghttp2_data_provider {
    nghttp2_data_provider(
      source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()),
      read_callback: { _, _, out, room, flags, source, owner in
        // The session's pool holds the stream for as long as nghttp2 can ask for its body.
        Unmanaged<ServerStream>.fromOpaque(source!.pointee.ptr)._withUnsafeGuaranteedRef { stream in
          stream.session.fill(out!, room, flags!, stream)
        }
      })
  }

  /// Fills one DATA frame.
  func fill(
    _ out: UnsafeMutablePointer<UInt8>, _ room: Int, _ flags: UnsafeMutablePointer<UInt32>,
    _ stream: ServerStream
  ) -> Int {
    stream.filledFrames &+= 1
    guard stream.body != nil else { return fillReply(out, room, flags, stream) }
    switch stream.body!.fill(out, room: room) {
    case .bytes(let count): return count
    case .nothing:
      stream.isDeferred = true
      return Int(NGHTTP2_ERR_DEFERRED.rawValue)
    case .end(let count, let error):
      stream.phase = .answered
      stream.status = error?.code ?? .ok
      submitTrailers(stream, error)
      flags.pointee |= Self.endWithTrailers
      return count
    }
  }

  /// Copies out of the one message: the prefix first, then its bytes.
  private func fillReply(
    _ out: UnsafeMutablePointer<UInt8>, _ room: Int, _ flags: UnsafeMutablePointer<UInt32>,
    _ stream: ServerStream
  ) -> Int {
    var count = 0
    if stream.replyPosition == 0, stream.replyPrefixBytes > 0 {
      // A frame always has room for five bytes more than nothing, or nghttp2 does not ask.
      guard room >= MessagePrefix.bytes else { return splitPrefix(out, room, stream) }
      MessagePrefix.write(flag: stream.replyFlag, count: stream.reply.readableBytes, to: out)
      count = MessagePrefix.bytes
      stream.replyPosition = count
    }
    let part = min(stream.reply.readableBytes, room - count)
    if part > 0 {
      stream.reply.readWithUnsafeReadableBytes { bytes in
        UnsafeMutableRawPointer(out + count).copyMemory(from: bytes.baseAddress!, byteCount: part)
        return part
      }
    }
    if stream.reply.readableBytes == 0 {
      if stream.replyPrefixBytes > 0 {
        submitTrailers(stream, nil)
        flags.pointee |= Self.endWithTrailers
      } else {
        flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
      }
    }
    return count + part
  }

  /// Where a peer's window has fewer bytes than a prefix: the prefix becomes part of the message.
  private func splitPrefix(
    _ out: UnsafeMutablePointer<UInt8>, _ room: Int, _ stream: ServerStream
  ) -> Int {
    var framed = ByteBuffer()
    framed.writeMessage(stream.reply, flag: stream.replyFlag)
    stream.reply = framed
    stream.replyPosition = MessagePrefix.bytes
    return stream.reply.readWithUnsafeReadableBytes { bytes in
      UnsafeMutableRawPointer(out).copyMemory(from: bytes.baseAddress!, byteCount: room)
      return room
    }
  }

  private static let endWithTrailers =
    UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue) | UInt32(NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue)

  private func submitTrailers(_ stream: ServerStream, _ error: RPCError?) {
    if error == nil, stream.isPlain || stream.call.trailersToSend == nil {
      nghttp2_submit_trailer(
        handle, stream.id, StaticHeaders.okTrailers, StaticHeaders.okTrailersCount)
      return
    }
    var trailers = HeaderBlock()
    addStatus(error, stream, to: &trailers)
    trailers.withFields { fields, count in
      _ = nghttp2_submit_trailer(handle, stream.id, fields, count)
    }
  }
}
