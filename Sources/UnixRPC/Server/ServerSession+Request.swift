import CNGHTTP2
import Glibc
import NIOCore

/// Requests: the fields of a head, the messages of a body, the handler they are for.
extension ServerSession {
  /// Takes one field of a request's head.
  func take(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ stream: ServerStream
  ) {
    switch name.count {
    case 5 where name.equals(":path"):
      stream.routeIndex = environment.table.find(value)
      stream.route = stream.routeIndex.map { environment.table.routes[$0] }
    case 7 where name.equals(":method"):
      stream.method = value.equals("POST") ? .post : value.equals("GET") ? .get : .other
    case 7 where name.equals(":scheme"), 10 where name.equals(":authority"),
      2 where name.equals("te"), 4 where name.equals("host"),
      14 where name.equals("content-length"):
      break
    case 20 where name.equals("grpc-accept-encoding"):
      // A list may come in several fields.
      if MessageEncoding.listsGzip(value) { stream.call.acceptsGzip = true }
    case 12 where name.equals("content-type"):
      stream.contentType = Self.contentType(value)
    case 12 where name.equals("grpc-timeout"):
      takeTimeout(value, stream)
    case 10 where name.equals("user-agent"):
      stream.call.userAgent = userAgent(value)
    case 13 where name.equals("grpc-encoding"):
      if let encoding = MessageEncoding(name: value) {
        stream.assembler.encoding = encoding
      } else {
        stream.headError = RPCError(
          .unimplemented,
          "The encoding \(String(decoding: value, as: UTF8.self)) is not known here.")
      }
    default:
      takeMetadata(name, value, stream)
    }
  }

  private static func contentType(
    _ value: UnsafeBufferPointer<UInt8>
  ) -> ServerStream.ContentType {
    let prefix: StaticString = "application/grpc"
    guard value.count >= 16, UnsafeBufferPointer(rebasing: value[..<16]).equals(prefix) else {
      return .foreign
    }
    if value.count == 16 || value[16] == UInt8(ascii: "+") || value[16] == UInt8(ascii: ";") {
      return .grpc
    }
    return .foreign
  }

  private func takeTimeout(_ value: UnsafeBufferPointer<UInt8>, _ stream: ServerStream) {
    guard let nanoseconds = GRPCTimeout.parse(value) else {
      stream.headError = RPCError(.internal, "The grpc-timeout is malformed.")
      return
    }
    stream.deadline = now &+ nanoseconds
    stream.call.deadline = .now.advanced(by: .nanoseconds(Int64(nanoseconds)))
  }

  private func takeMetadata(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ stream: ServerStream
  ) {
    // Pseudo-header fields were checked by nghttp2; fields of gRPC's own are not the handler's.
    if name.first == UInt8(ascii: ":") || name.starts(with: "grpc-".utf8) { return }
    if !stream.call.metadata.addField(name, value) {
      stream.headError = RPCError(.internal, "A binary metadata value is not base64.")
    }
  }

  /// Decides on a call by its head, and starts it or waits for its request.
  func dispatch(_ stream: ServerStream) {
    guard stream.phase == .head else { return }
    if stream.route?.kind == .page { return show(stream) }
    guard stream.method == .post else {
      return answerHTTP(stream, status: stream.method == .get ? 404 : 405)
    }
    guard stream.contentType == .grpc else { return answerHTTP(stream, status: 415) }
    guard let route = stream.route, route.kind != .none else {
      return answer(stream, RPCError(.unimplemented, "The method does not exist here."))
    }
    // Mostly it is: calls of a connection are of few methods.
    if stream.call.path != route.path { stream.call.path = route.path }
    if let error = refusal ?? route.check(peer) {
      noteRefusal(route.path)
      return answer(stream, error)
    }
    if let error = stream.headError { return answer(stream, error) }
    if stream.deadline <= now {
      return answer(stream, RPCError(.deadlineExceeded, "The deadline has passed."))
    }
    wakeAt = min(wakeAt, min(stream.deadline, nextLookAtStreams))
    if route.kind == .streaming, let handler = route.handler {
      startStreaming(handler, stream)
    } else {
      stream.phase = .receiving
    }
    if isDraining { stream.call.drain() }
  }

  private func show(_ stream: ServerStream) {
    guard let route = stream.route, let handler = route.handler else { return }
    guard stream.method == .get else { return answerHTTP(stream, status: 405) }
    stream.call.path = route.path
    if refusal != nil || route.check(peer) != nil {
      noteRefusal(route.path)
      return answerHTTP(stream, status: 403)
    }
    switch handler {
    case .page(let page): answer(stream, page(stream.call))
    case .laterPage(let page):
      stream.phase = .running
      let (call, mailbox) = (stream.call, mailbox)
      call.run { mailbox.post(call, .page(await page(call))) }
    case .immediate, .deferred, .unary, .attempted, .serverStream, .push, .clientStream,
      .bidirectional:
      preconditionFailure("a handler that makes no page")
    }
  }

  /// Ends the calls that are no longer allowed.
  func reviewCalls() {
    for stream in streams where stream.phase == .receiving || stream.phase == .running {
      guard let route = stream.route, let error = route.check(peer) else { continue }
      noteRefusal(route.path)
      abandon(stream, error)
    }
    onNeedsFlush()
  }

  private func noteRefusal(_ path: String) {
    environment.refusals.note(
      "call refused", ["path": "\(path)", "uid": "\(peer.uid)", "pid": "\(peer.pid)"], at: now)
  }

  /// Takes bytes of a request's body.
  func take(_ bytes: UnsafeRawBufferPointer, _ stream: ServerStream) {
    switch stream.phase {
    case .free, .head, .answered:
      consumeStream(stream.id, bytes.count)
    case .receiving:
      consumeStream(stream.id, bytes.count)
      do throws(RPCError) {
        try stream.assembler.take(bytes) { message throws(RPCError) in
          if stream.request != nil {
            throw RPCError(.internal, "A second message where one request belongs.")
          }
          stream.request = message.bytes
          stream.call.isRequestCompressed = message.wasCompressed
        }
        try countBuffered(stream)
      } catch {
        answer(stream, error)
      }
    case .running:
      guard let source = stream.source else { return consumeStream(stream.id, bytes.count) }
      do throws(RPCError) {
        try stream.assembler.take(bytes) { message in source.put(message) }
        admit(bytes.count, withholding: source.admit(bytes.count), stream)
      } catch {
        consumeStream(stream.id, bytes.count)
        abandon(stream, error)
      }
    }
  }

  /// Holds what a connection keeps of unfinished requests to its limit.
  private func countBuffered(_ stream: ServerStream) throws(RPCError) {
    let kept = stream.assembler.keptBytes + (stream.request?.readableBytes ?? 0)
    bufferedBytes += kept - stream.countedBytes
    stream.countedBytes = kept
    if bufferedBytes > environment.configuration.maximumBufferedBytes {
      throw RPCError(.resourceExhausted, "Too many unfinished requests on the connection.")
    }
  }

  /// The client has sent everything.
  func requestEnded(_ stream: ServerStream) {
    switch stream.phase {
    case .free, .head, .answered: return
    case .receiving:
      if stream.assembler.isInsideMessage {
        return answer(stream, RPCError(.internal, "The request ends within a message."))
      }
      guard stream.request != nil, let route = stream.route else {
        return answer(stream, RPCError(.internal, "The request has no message."))
      }
      if mustWait(stream) { return }
      stream.phase = .running
      start(route, stream.request.take()!, stream)
    case .running:
      if stream.assembler.isInsideMessage {
        return abandon(stream, RPCError(.internal, "The requests end within a message."))
      }
      stream.source?.finish()
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are exactly those of `text`.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount, let baseAddress else { return false }
    for index in 0..<count where baseAddress[index] != text.utf8Start[index] { return false }
    return true
  }

  /// Whether the bytes are exactly those of `other`.
  @inline(__always)
  func equals(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    return other.withUnsafeBytes { other in
      guard let baseAddress, let start = other.baseAddress else { return true }
      return memcmp(start, baseAddress, count) == 0
    }
  }
}
