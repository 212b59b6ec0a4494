import CNGHTTP2
import NIOCore

/// The client's side of one connection: calls to frames, answers to calls. No I/O.
final class ClientSession: HTTP2Session {
  /// Asks for what ``pull(into:limit:)`` gives to be sent at the end of the turn.
  var onNeedsFlush: () -> Void = {}
  /// A call that the server has surely not looked at.
  var onUnprocessed: (ClientCall) -> Void = { _ in }
  /// The server takes no further calls on this connection.
  private(set) var isClosingDown = false
  private(set) var calls: [Int32: ClientCall] = [:]
  /// Streams whose calls are over while this side has more to send.
  private var answeredEarly: [Int32] = []
  private let userAgent: String

  init(configuration: RPCClientConfiguration, memory: FrameMemory, now: UInt64) {
    let own = "unix-rpc-swift/1.0"
    userAgent = configuration.userAgent.isEmpty ? own : "\(configuration.userAgent) \(own)"
    super.init(role: .client, limits: configuration.http2, memory: memory, now: now)
  }

  // MARK: - Calls

  /// Opens a stream for the call.
  func begin(_ call: ClientCall, now: UInt64) {
    var head = HeaderBlock()
    head.add(":method", "POST")
    head.add(":scheme", "http")
    head.add(":path", call.path)
    head.add(":authority", "localhost")
    head.add("te", "trailers")
    head.add("content-type", "application/grpc")
    head.add("user-agent", userAgent)
    head.add("grpc-accept-encoding", MessageEncoding.accepted)
    if call.options.compressesRequests { head.add("grpc-encoding", "gzip") }
    if call.deadline != .max {
      let left = call.deadline > now ? call.deadline - now : 0
      head.add("grpc-timeout", GRPCTimeout.format(nanoseconds: max(left, 1)))
    }
    head.add(call.options.metadata)
    if let request = call.request {
      call.outgoing.clear()
      if call.options.compressesRequests, let packed = request.gzipped() {
        call.outgoing.writeMessage(packed, flag: 1)
      } else {
        call.outgoing.writeMessage(request)
      }
    }
    var provider = nghttp2_data_provider(
      source: nghttp2_data_source(ptr: Unmanaged.passUnretained(call).toOpaque()),
      read_callback: { _, _, out, room, flags, source, _ in
        // The session holds its calls for as long as their streams are open.
        Unmanaged<ClientCall>.fromOpaque(source!.pointee.ptr)._withUnsafeGuaranteedRef {
          ClientSession.fill(out!, room, flags!, $0)
        }
      })
    let id = head.withFields { fields, count in
      nghttp2_submit_request(
        handle, nil, fields, count, &provider, Unmanaged.passUnretained(call).toOpaque())
    }
    guard id > 0 else {
      isClosingDown = true
      onUnprocessed(call)
      return
    }
    call.id = id
    call.phase = .open
    call.session = self
    calls[id] = call
    onNeedsFlush()
  }

  /// Ends a call from this side.
  func give(up call: ClientCall, _ error: RPCError) {
    let id = call.id
    call.complete(.failure(error))
    reset(id, .cancel)
    onNeedsFlush()
  }

  func resumeBody(_ call: ClientCall) {
    guard call.isDeferred else { return }
    call.isDeferred = false
    nghttp2_session_resume_data(handle, call.id)
    onNeedsFlush()
  }

  /// Lets the server send what the reader has made room for.
  func giveBack(_ call: ClientCall) {
    guard let source = call.source else { return }
    consumeStream(call.id, source.takeWithheld().window)
    onNeedsFlush()
  }

  /// Resets the streams of calls that were answered before their requests were sent to the end: the
  /// server might wait for the rest. Most servers have reset them meanwhile.
  func endAnsweredEarly() {
    for id in answeredEarly where nghttp2_session_get_stream_local_close(handle, id) == 0 {
      reset(id, .noError)
    }
    answeredEarly.removeAll(keepingCapacity: true)
  }

  /// The connection is gone.
  func connectionLost() {
    close()
    let lost = RPCError(.unavailable, "The connection was lost.", cause: .connectionLost)
    let open = calls
    calls = [:]
    for call in open.values { call.complete(.failure(lost)) }
  }

  private static func fill(
    _ out: UnsafeMutablePointer<UInt8>, _ room: Int, _ flags: UnsafeMutablePointer<UInt32>,
    _ call: ClientCall
  ) -> Int {
    if call.body != nil {
      switch call.body!.fill(out, room: room) {
      case .bytes(let count): return count
      case .nothing:
        call.isDeferred = true
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      case .end(let count, _):
        flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
        return count
      }
    }
    let part = min(call.outgoing.readableBytes, room)
    call.outgoing.readWithUnsafeReadableBytes { bytes in
      if part > 0 {
        UnsafeMutableRawPointer(out).copyMemory(from: bytes.baseAddress!, byteCount: part)
      }
      return part
    }
    if call.outgoing.readableBytes == 0 {
      flags.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue)
    }
    return part
  }

  // MARK: - Hooks

  private func call(_ id: Int32) -> ClientCall? {
    guard let pointer = nghttp2_session_get_stream_user_data(handle, id) else { return nil }
    return Unmanaged<ClientCall>.fromOpaque(pointer).takeUnretainedValue()
  }

  override func headersBegan(_ id: Int32, isRequest: Bool) {
    call(id)?.block = ResponseFields()
  }

  override func header(
    _ id: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>
  ) {
    guard let call = call(id), call.phase == .open else { return }
    call.block.take(name, value)
  }

  override func headersEnded(_ id: Int32, endsStream: Bool, isRequest: Bool) {
    guard let call = call(id), call.phase == .open else { return }
    // An interim answer (1xx) says nothing about the call.
    if !call.hasHead, (100..<200).contains(call.block.httpStatus), !endsStream { return }
    if let error = call.block.error { return give(up: call, error) }
    if endsStream { return ended(call) }
    if call.hasHead { return }
    call.hasHead = true
    guard call.block.httpStatus == 200, call.block.isGRPC else {
      return give(up: call, call.block.foreignAnswer)
    }
    call.assembler.encoding = call.block.encoding
    call.received(call.block.metadata)
  }

  override func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {
    consumeConnection(bytes.count)
    guard let call = call(id), call.phase == .open else {
      consumeStream(id, bytes.count)
      return
    }
    do throws(RPCError) {
      try call.assembler.take(bytes) { message throws(RPCError) in
        if let source = call.source { return source.put(message) }
        if call.message != nil {
          throw RPCError(.internal, "The server sent a second message where one belongs.")
        }
        call.message = message.bytes
      }
      consumeStream(id, bytes.count - (call.source?.admit(bytes.count).window ?? 0))
    } catch {
      give(up: call, error)
    }
  }

  override func streamEnded(_ id: Int32) {
    guard let call = call(id), call.phase == .open else { return }
    give(up: call, RPCError(.internal, "The server ended the call without a status."))
  }

  override func streamClosed(_ id: Int32, _ code: UInt32) {
    guard let call = calls.removeValue(forKey: id), call.phase == .open else { return }
    let code = HTTP2ErrorCode(rawValue: code) ?? .internalError
    if code == .refusedStream, !call.hasHead { return onUnprocessed(call) }
    call.complete(.failure(RPCError(code.rpcCode, "The server reset the call (\(code)).")))
  }

  override func requestNotSent(_ id: Int32, isTooLarge: Bool) {
    guard let call = calls.removeValue(forKey: id), call.phase == .open else { return }
    if !isTooLarge { return onUnprocessed(call) }
    call.complete(
      .failure(RPCError(.resourceExhausted, "The call's metadata is too large to be sent.")))
  }

  override func goAwayReceived(lastStream: Int32, _ code: UInt32) {
    isClosingDown = true
    // The library ends what it has sent beyond that stream, but lets calls wait on that the server
    // had no room for yet.
    let queued = calls.filter { id, _ in
      id > lastStream && nghttp2_session_find_stream(handle, id) == nil
    }
    for (id, call) in queued.sorted(by: { $0.key < $1.key }) {
      calls[id] = nil
      if call.phase == .open { onUnprocessed(call) }
    }
  }

  /// The trailers are here, and with them the call's result.
  private func ended(_ call: ClientCall) {
    let fields = call.block
    guard let number = fields.status else {
      if !call.hasHead { return give(up: call, fields.foreignAnswer) }
      return give(up: call, RPCError(.internal, "The server ended the call without a status."))
    }
    if call.assembler.isInsideMessage, number == 0 {
      return give(up: call, RPCError(.internal, "The answer ends within a message."))
    }
    if number == 0, call.kind == .single, call.message == nil {
      return give(up: call, RPCError(.internal, "The server answered OK without a message."))
    }
    if nghttp2_session_get_stream_local_close(handle, call.id) == 0 {
      answeredEarly.append(call.id)
    }
    if number == 0 {
      call.complete(.success(fields.metadata))
    } else {
      call.complete(
        .failure(
          RPCError(
            RPCCode(rawValue: number) ?? .unknown, fields.message, details: fields.details,
            trailers: fields.metadata)))
    }
  }
}

extension ResponseFields {
  mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    switch name.count {
    case 7 where name.equals(":status"):
      httpStatus = Int(String(decoding: value, as: UTF8.self)) ?? 0
    case 12 where name.equals("content-type"):
      isGRPC = value.starts(with: "application/grpc".utf8)
    case 11 where name.equals("grpc-status"):
      status = Int(String(decoding: value, as: UTF8.self)) ?? RPCCode.unknown.rawValue
    case 12 where name.equals("grpc-message"):
      message = PercentEncoding.decode(value)
    case 23 where name.equals("grpc-status-details-bin"):
      details = Base64.decode(value) ?? []
    case 13 where name.equals("grpc-encoding"):
      if let encoding = MessageEncoding(name: value) {
        self.encoding = encoding
      } else {
        error = RPCError(.internal, "The server answered in an encoding that was not offered.")
      }
    default:
      if name.starts(with: "grpc-".utf8) { return }
      if !metadata.addField(name, value) {
        error = RPCError(.internal, "A binary metadata value is not base64.")
      }
    }
  }

  /// What an answer means that is not gRPC's.
  var foreignAnswer: RPCError {
    RPCError(
      httpStatus == 200 ? .unknown : rpcCode(forHTTPStatus: httpStatus),
      "The server's answer is not gRPC (HTTP status \(httpStatus)).")
  }
}
