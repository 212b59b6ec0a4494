import NIOCore
import NIOPosix
import Synchronization

/// A client of a gRPC server behind a Unix socket.
///
/// It connects with its first call and again whenever the connection was lost. Every failure is
/// an ``RPCError``; one whose ``RPCError/isUnreachable`` is true means that no server was there.
public final class RPCClient: Sendable {
  /// Runs tasks on the loop of the client's connection, so that their calls change no thread. For
  /// tasks that never block, because the connection waits for them.
  public let executor: any TaskExecutor
  private let connector: Connector
  private let configuration: RPCClientConfiguration

  /// A client of the server at `path`; no connection is made yet.
  public init(path: String, configuration: RPCClientConfiguration = .init()) {
    self.configuration = configuration
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    connector = Connector(path: path, configuration: configuration, eventLoop: loop)
    executor = LoopExecutor(loop: loop)
  }

  deinit {
    let connector = connector
    connector.eventLoop.execute { _ = connector.shutDown(cancellingCalls: false) }
  }

  /// The connections made so far on which the server took calls; a new one may lead to another
  /// server.
  public var connectionCount: UInt64 {
    connector.connectionCount.load(ordering: .acquiring)
  }

  /// Calls a method with one request and one response.
  /// - Throws: the status of the call.
  public func unary(
    _ path: String, _ request: ByteBuffer, options: RPCCallOptions = .init()
  ) async throws(RPCError) -> RPCResponse {
    guard options.isIdempotent else {
      let call = begin(path, options, .single, request)
      return try await call.response()
    }
    return try await retrying(path, request, options)
  }

  /// Calls a method that answers with a stream.
  ///
  /// The call is cancelled when the stream is dropped before its end.
  public func serverStream(
    _ path: String, _ request: ByteBuffer, options: RPCCallOptions = .init()
  ) async throws(RPCError) -> RPCResponseStream {
    RPCResponseStream(call: begin(path, options, .stream, request), client: self)
  }

  /// Calls a method that takes a stream of requests: `send` writes them; its end half-closes.
  /// - Throws: the status of the call; or what `send` throws, with the call cancelled.
  public func clientStream(
    _ path: String, options: RPCCallOptions = .init(),
    _ send: (RPCRequestWriter) async throws -> Void
  ) async throws -> RPCResponse {
    let call = begin(path, options, .single, nil)
    let writer = RPCRequestWriter(sink: call.sink!, compresses: options.compressesRequests)
    do {
      try await send(writer)
    } catch {
      // A server may answer before it has read everything; its word explains a failed write.
      if error is RPCError, call.hasResult { return try await call.response() }
      call.cancel()
      throw error
    }
    writer.finish()
    return try await call.response()
  }

  /// Calls a method with a stream of messages each way.
  public func bidirectional(
    _ path: String, options: RPCCallOptions = .init()
  ) async throws(RPCError) -> RPCBidirectionalCall {
    let call = begin(path, options, .stream, nil)
    return RPCBidirectionalCall(
      requests: RPCRequestWriter(sink: call.sink!, compresses: options.compressesRequests),
      responses: RPCResponseStream(call: call, client: self))
  }

  /// Fails waiting calls, lets running calls end, and closes the connection.
  /// - Parameter cancellingCalls: cancels running calls instead of waiting for their end, which a
  ///   stream may never have.
  public func shutdown(cancellingCalls: Bool = false) async {
    let connector = connector
    try? await connector.eventLoop.flatSubmit {
      connector.shutDown(cancellingCalls: cancellingCalls)
    }.get()
  }

  private func begin(
    _ path: String, _ options: RPCCallOptions, _ kind: ClientCall.Kind, _ request: ByteBuffer?
  ) -> ClientCall {
    let call = ClientCall(
      path: path, options: options, kind: kind, request: request, connector: connector,
      configuration: configuration)
    call.begin()
    return call
  }

  /// Repeats a call that may be repeated while the server is unavailable and time is left.
  private func retrying(
    _ path: String, _ request: ByteBuffer, _ options: RPCCallOptions
  ) async throws(RPCError) -> RPCResponse {
    var options = options
    let start = ContinuousClock.now
    let timeout = options.timeout
    var backoff = Backoff(
      initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
    var attempt = 1
    while true {
      if let timeout { options.timeout = timeout - (ContinuousClock.now - start) }
      do throws(RPCError) {
        return try await begin(path, options, .single, request).response()
      } catch {
        let pause = backoff.next()
        let isLate = timeout.map { ContinuousClock.now - start + pause >= $0 } ?? false
        if error.code != .unavailable || attempt >= configuration.maximumAttempts || isLate {
          throw error
        }
        attempt += 1
        do { try await Task.sleep(for: pause) } catch {
          throw RPCError(.cancelled, "The caller cancelled the call.", cause: .cancelled)
        }
      }
    }
  }
}
