public import CallbackMessages
import Logging
import NIOCore
public import ProtobufC
import TestSupport
public import UnixRPC

/// A daemon for tests that answers with what a test says, on a socket of its own.
public final class ScriptedDaemon: Sendable {
  /// The socket's path.
  public let socket: String
  private let directory: String
  private let server: RPCServer

  private init(directory: String, socket: String, router: RPCRouter) {
    self.directory = directory
    self.socket = socket
    server = RPCServer(
      configuration: RPCServerConfiguration(path: socket), router: router,
      logger: Logger(label: "scripted", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  /// Runs `body` with a daemon of the scripted methods, and stops it afterwards.
  public static func run(
    _ script: (inout RPCRouter) -> Void, _ body: (ScriptedDaemon) async throws -> Void
  ) async throws {
    try await withDirectory { directory in
      let daemon = try await start(directory + "/s", in: directory, script)
      do {
        try await body(daemon)
      } catch {
        await daemon.stop()
        throw error
      }
      await daemon.stop()
    }
  }

  /// Starts a daemon on a socket in a directory that outlives it.
  public static func start(
    _ socket: String, in directory: String, _ script: (inout RPCRouter) -> Void
  ) async throws -> ScriptedDaemon {
    var router = RPCRouter()
    script(&router)
    let daemon = ScriptedDaemon(directory: directory, socket: socket, router: router)
    try await daemon.server.start()
    return daemon
  }

  /// Stops at once; running streams end as UNAVAILABLE.
  public func stop() async {
    await server.shutdown(drainLimit: .zero)
  }

  /// Runs `body` with a new directory that is removed afterwards.
  public static func withDirectory<Result>(
    _ body: (String) async throws -> Result
  ) async throws -> Result {
    let directory = TemporaryDirectory()
    return try await body(directory.path)
  }
}

extension RPCRouter {
  /// Scripts a unary method.
  public mutating func answer<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ body: @escaping @Sendable (Request) throws -> Response
  ) {
    unary(method.path) { request, _ in
      ByteBuffer(bytes: try body(try Request(wire: Array(request.readableBytesView))).serialized())
    }
  }

  /// Scripts a server stream.
  public mutating func stream<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ body: @escaping @Sendable (Request, ScriptedWriter<Response>) async throws -> Void
  ) {
    serverStream(method.path) { request, _, responses in
      try await body(
        try Request(wire: Array(request.readableBytesView)), ScriptedWriter(responses))
    }
  }

  /// Scripts a bidirectional stream.
  public mutating func duplex<Request, Response>(
    _ method: RPCMethod<Request, Response>,
    _ body:
      @escaping @Sendable (ScriptedReader<Request>, ScriptedWriter<Response>) async throws
      -> Void
  ) {
    bidirectional(method.path) { requests, _, responses in
      try await body(ScriptedReader(requests), ScriptedWriter(responses))
    }
  }
}

/// Sends messages of a type.
public struct ScriptedWriter<Message: WireMessage>: Sendable {
  private let responses: RPCResponseWriter

  init(_ responses: RPCResponseWriter) {
    self.responses = responses
  }

  /// Sends a message.
  public func send(_ message: Message) async throws {
    try await responses.write(ByteBuffer(bytes: message.serialized()))
  }
}

/// Reads messages of a type, one after another.
public final class ScriptedReader<Message: WireMessage> {
  private var requests: RPCRequestStream.AsyncIterator

  init(_ requests: RPCRequestStream) {
    self.requests = requests.makeAsyncIterator()
  }

  /// The next message, or nil once the client has said that there are no more.
  public func next() async throws -> Message? {
    guard let bytes = try await requests.next() else { return nil }
    return try Message(wire: Array(bytes.readableBytesView), limits: .reply)
  }
}

extension RPCError {
  /// A refusal as the daemon sends it: with its reason in google.rpc.Status details.
  public static func refusal(
    _ code: RPCCode, _ message: String, reason: String, metadata: [String: String] = [:],
    detail: (any WireMessage)? = nil
  ) -> RPCError {
    let info = GoogleRPC.ErrorInfo(reason: reason, domain: "callback.v1", metadata: metadata)
    let details = [info as any WireMessage] + (detail.map { [$0] } ?? [])
    let status = GoogleRPC.Status(
      code: Int32(code.rawValue), message: message,
      details: details.map { packed($0) })
    return RPCError(code, message, details: status.serialized())
  }

  private static func packed(_ message: some WireMessage) -> GoogleProtobuf.AnyMessage {
    GoogleProtobuf.AnyMessage(
      typeURL: "type.googleapis.com/\(type(of: message).messageName)",
      value: message.serialized())
  }
}
