import NIOCore

/// The methods of a server, by path.
///
/// Every kind of handler is `@Sendable`: calls run on several event loops at once. A handler that
/// throws an ``RPCError`` chooses the status; any other error becomes UNKNOWN without its text.
public struct RPCRouter: Sendable {
  private(set) var handlers: [String: RPCHandler] = [:]

  /// No methods.
  public init() {}

  /// The paths registered, in order.
  public var paths: [String] { handlers.keys.sorted() }

  /// A unary method answered at once, on the event loop: it must not block.
  public mutating func immediate(
    _ path: String, _ handler: @escaping @Sendable (ByteBuffer, RPCCall) throws -> ByteBuffer
  ) {
    add(path, .immediate { request, call, reply in reply = try handler(request, call) })
  }

  /// A unary method answered at once into memory of the connection's, which it appends to.
  public mutating func immediate(
    _ path: String,
    _ handler: @escaping @Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Void
  ) {
    add(path, .immediate(handler))
  }

  /// A unary method that starts on the event loop and is answered later, from any thread.
  public mutating func deferred(
    _ path: String, _ handler: @escaping @Sendable (ByteBuffer, RPCCall, RPCReply) -> Void
  ) {
    add(path, .deferred(handler))
  }

  /// A unary method as an async function. It runs on the event loop until it first suspends.
  public mutating func unary(
    _ path: String, _ handler: @escaping @Sendable (ByteBuffer, RPCCall) async throws -> ByteBuffer
  ) {
    add(path, .unary(handler))
  }

  /// A unary method that is answered at once where that can be done, on the event loop, and by an
  /// async function otherwise.
  ///
  /// - Parameters:
  ///   - atOnce: appends the answer to memory of the connection's; false, with nothing appended,
  ///     where it must be waited for. It must not block.
  ///   - handler: answers the requests that it did not.
  public mutating func unary(
    _ path: String,
    atOnce: @escaping @Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Bool,
    _ handler: @escaping @Sendable (ByteBuffer, RPCCall) async throws -> ByteBuffer
  ) {
    add(path, .attempted(atOnce: atOnce, otherwise: handler))
  }

  /// A method that answers one request with a stream, as an async function.
  public mutating func serverStream(
    _ path: String,
    _ handler: @escaping @Sendable (ByteBuffer, RPCCall, RPCResponseWriter) async throws -> Void
  ) {
    add(path, .serverStream(handler))
  }

  /// A method that answers one request with a stream fed from any thread, without a task.
  ///
  /// The handler runs on the event loop, keeps the writer and returns; the stream ends with
  /// ``RPCResponseWriter/finish(_:discardingBacklog:)``.
  public mutating func push(
    _ path: String,
    _ handler: @escaping @Sendable (ByteBuffer, RPCCall, RPCResponseWriter) -> Void
  ) {
    add(path, .push(handler))
  }

  /// A method that answers a stream of requests with one message.
  public mutating func clientStream(
    _ path: String,
    _ handler: @escaping @Sendable (RPCRequestStream, RPCCall) async throws -> ByteBuffer
  ) {
    add(path, .clientStream(handler))
  }

  /// A method with a stream of messages each way.
  public mutating func bidirectional(
    _ path: String,
    _ handler:
      @escaping @Sendable (RPCRequestStream, RPCCall, RPCResponseWriter) async throws ->
      Void
  ) {
    add(path, .bidirectional(handler))
  }

  /// A page for plain HTTP/2 GET, made on the event loop.
  public mutating func get(_ path: String, _ page: @escaping @Sendable (RPCCall) -> RPCPage) {
    add(path, .page(page))
  }

  /// A page for plain HTTP/2 GET that takes some time to make.
  public mutating func get(
    _ path: String, laterPage page: @escaping @Sendable (RPCCall) async -> RPCPage
  ) {
    add(path, .laterPage(page))
  }

  private mutating func add(_ path: String, _ handler: RPCHandler) {
    precondition(path.hasPrefix("/"), "a path begins with a slash: \(path)")
    precondition(handlers[path] == nil, "a path is registered once: \(path)")
    handlers[path] = handler
  }
}

/// A page that a plain HTTP GET is answered with.
public struct RPCPage: Sendable {
  /// The HTTP status.
  public var status: Int
  /// The `content-type`.
  public var contentType: String
  /// The content.
  public var body: ByteBuffer

  /// A page.
  public init(status: Int = 200, contentType: String, body: ByteBuffer) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}

/// How a path is served.
enum RPCHandler: Sendable {
  case immediate(@Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Void)
  case deferred(@Sendable (ByteBuffer, RPCCall, RPCReply) -> Void)
  case unary(@Sendable (ByteBuffer, RPCCall) async throws -> ByteBuffer)
  case attempted(
    atOnce: @Sendable (ByteBuffer, RPCCall, inout ByteBuffer) throws -> Bool,
    otherwise: @Sendable (ByteBuffer, RPCCall) async throws -> ByteBuffer)
  case serverStream(@Sendable (ByteBuffer, RPCCall, RPCResponseWriter) async throws -> Void)
  case push(@Sendable (ByteBuffer, RPCCall, RPCResponseWriter) -> Void)
  case clientStream(@Sendable (RPCRequestStream, RPCCall) async throws -> ByteBuffer)
  case bidirectional(
    @Sendable (RPCRequestStream, RPCCall, RPCResponseWriter) async throws -> Void)
  case page(@Sendable (RPCCall) -> RPCPage)
  case laterPage(@Sendable (RPCCall) async -> RPCPage)
}
