import CNGHTTP2

/// Ties nghttp2's C callbacks to an ``HTTP2Session``.
enum HTTP2Callbacks {
  /// A session of the library's with its SETTINGS already submitted.
  /// - Parameters:
  ///   - memory: where its state lies; it outlives the result.
  ///   - owner: the ``HTTP2Session``, unretained; it outlives the result.
  static func makeSession(
    role: HTTP2Session.Role, limits: HTTP2Limits, memory: FrameMemory,
    owner: UnsafeMutableRawPointer
  ) -> OpaquePointer {
    var callbacks: OpaquePointer?
    nghttp2_session_callbacks_new(&callbacks)
    defer { nghttp2_session_callbacks_del(callbacks) }
    register(callbacks)

    var option: OpaquePointer?
    nghttp2_option_new(&option)
    defer { nghttp2_option_del(option) }
    // Room is given back when a message has been taken, not when its bytes have arrived.
    nghttp2_option_set_no_auto_window_update(option, 1)
    nghttp2_option_set_no_closed_streams(option, 1)
    // The library's limit does not tell resets that end something from those that come too late.
    // Our own do, and answer with the code that says so.
    nghttp2_option_set_stream_reset_rate_limit(option, UInt64(Int32.max), UInt64(Int32.max))

    var session: OpaquePointer?
    var settings = [
      entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowBytes),
      entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.maximumHeaderListBytes),
    ]
    switch role {
    case .server:
      nghttp2_session_server_new3(&session, callbacks, owner, option, memory.functions)
      settings.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maximumStreams))
      settings.append(entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1))
    case .client:
      nghttp2_session_client_new3(&session, callbacks, owner, option, memory.functions)
      settings.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
      settings.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0))
    }
    let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
    nghttp2_submit_settings(session, none, settings, settings.count)
    nghttp2_session_set_local_window_size(
      session, none, 0, Int32(limits.connectionWindowBytes))
    // Only memory can be lacking here, and Swift does not survive that either.
    return session!
  }

  private static func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
    nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(value))
  }

  /// The session behind a callback's user data, without retain and release: whoever called
  /// `receive` or `pull` holds it.
  @inline(__always)
  static func session<Result>(
    _ pointer: UnsafeMutableRawPointer?, _ body: (HTTP2Session) -> Result
  ) -> Result {
    Unmanaged<HTTP2Session>.fromOpaque(pointer!)._withUnsafeGuaranteedRef(body)
  }

  private static func register(_ callbacks: OpaquePointer?) {
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, head, owner in
      HTTP2Callbacks.session(owner) { $0.frameBegan(head!.pointee) }
      return 0
    }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
      let isRequest = frame!.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      HTTP2Callbacks.session(owner) {
        $0.headersBegan(frame!.pointee.hd.stream_id, isRequest: isRequest)
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameLength, value, valueLength, _, owner in
      HTTP2Callbacks.session(owner) {
        $0.header(
          frame!.pointee.hd.stream_id, UnsafeBufferPointer(start: name, count: nameLength),
          UnsafeBufferPointer(start: value, count: valueLength))
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
      HTTP2Callbacks.session(owner) { $0.frameReceived(frame!.pointee) }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
      HTTP2Callbacks.session(owner) { $0.frameSent(frame!.pointee) }
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, error, owner in
      HTTP2Callbacks.session(owner) { $0.frameNotSent(frame!.pointee, error) }
      return 0
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, id, bytes, count, owner in
      HTTP2Callbacks.session(owner) {
        $0.dataReceived(id, UnsafeRawBufferPointer(start: bytes, count: count))
      }
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, owner in
      HTTP2Callbacks.session(owner) { $0.streamClosed(id, code) }
      return 0
    }
  }
}
