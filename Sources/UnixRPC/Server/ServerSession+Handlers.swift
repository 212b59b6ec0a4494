import NIOCore

/// Handlers: how each kind is started, and the signals that its call posts.
extension ServerSession {
  /// Starts the handler of a method that takes one request.
  func start(_ route: Route, _ request: ByteBuffer, _ stream: ServerStream) {
    if let atOnce = route.atOnce {
      do {
        if try atOnce(request, stream.call, &stream.reply) { return answerWithReply(stream) }
      } catch {
        return answer(stream, RPCError(thrown: error))
      }
    }
    guard let handler = route.handler else { return }
    let call = stream.call
    switch handler {
    case .deferred(let body):
      body(request, call, RPCReply(call: call, mailbox: mailbox))
    case .unary(let body), .attempted(_, let body): run(body, request, call)
    case .serverStream(let body):
      let writer = makeWriter(stream)
      call.run {
        do {
          try await body(request, call, writer)
          writer.finish()
        } catch {
          writer.finish(RPCError(thrown: error))
        }
      }
    case .push(let body):
      body(request, call, makeWriter(stream))
    case .immediate, .clientStream, .bidirectional, .page, .laterPage:
      preconditionFailure("a handler that takes no single request, or has answered it")
    }
  }

  private func run(
    _ body: @escaping @Sendable (ByteBuffer, RPCCall) async throws -> ByteBuffer,
    _ request: ByteBuffer, _ call: RPCCall
  ) {
    let mailbox = mailbox
    call.run {
      do {
        let reply = try await body(request, call)
        mailbox.post(call, .answer(.success(reply)))
      } catch {
        mailbox.post(call, .answer(.failure(RPCError(thrown: error))))
      }
    }
  }

  /// Starts the handler of a method that takes a stream of requests.
  func startStreaming(_ handler: RPCHandler, _ stream: ServerStream) {
    let call = stream.call
    let source = MessageSource(
      highWaterBytes: requestShare, mailbox: mailbox, recipient: call)
    stream.source = source
    stream.phase = .running
    let requests = RPCRequestStream(source: source)
    switch handler {
    case .clientStream(let body):
      let mailbox = mailbox
      call.run {
        do {
          let reply = try await body(requests, call)
          mailbox.post(call, .answer(.success(reply)))
        } catch {
          mailbox.post(call, .answer(.failure(RPCError(thrown: error))))
        }
      }
    case .bidirectional(let body):
      let writer = makeWriter(stream)
      call.run {
        do {
          try await body(requests, call, writer)
          writer.finish()
        } catch {
          writer.finish(RPCError(thrown: error))
        }
      }
    case .immediate, .deferred, .unary, .attempted, .serverStream, .push, .page, .laterPage:
      preconditionFailure("a handler that takes no stream of requests")
    }
  }

  private func makeWriter(_ stream: ServerStream) -> RPCResponseWriter {
    RPCResponseWriter(sink: makeSink(stream), call: stream.call, mailbox: mailbox)
  }

  /// Handles what a call's handler posted.
  func handle(_ signal: CallSignal, of stream: ServerStream) {
    guard handle != nil else { return }
    switch signal {
    case .answer(.success(let reply)):
      guard stream.phase == .running else { return }
      stream.reply = reply
      answerWithReply(stream)
    case .answer(.failure(let error)):
      guard stream.phase == .running else { return }
      answer(stream, error)
    case .page(let page):
      guard stream.phase == .running else { return }
      answer(stream, page)
    case .outboundReady:
      resumeBody(stream)
    case .inboundConsumed:
      if let source = stream.source { giveBack(source.takeWithheld(), stream) }
    case .sendHead:
      if stream.phase == .running, !stream.hasSentHead { beginBody(stream) }
    case .cancel, .begin:
      return
    }
    onNeedsFlush()
  }
}
