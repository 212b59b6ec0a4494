import Logging
import NIOCore
import Synchronization
import TestSupport
import UnixRPC

/// A server on a socket in a directory of its own, and a client of it.
struct TestServer {
  let directory: String
  let server: RPCServer
  let client: RPCClient

  var path: String { directory + "/s" }

  /// Runs `body` with a server of the given methods; both ends are stopped afterwards.
  static func run(
    configure: (inout RPCServerConfiguration) -> Void = { _ in },
    client clientConfiguration: RPCClientConfiguration = .init(),
    methods: (inout RPCRouter) -> Void,
    _ body: (TestServer) async throws -> Void
  ) async throws {
    try await withDirectory { directory in
      var configuration = RPCServerConfiguration(path: directory + "/s")
      configure(&configuration)
      var router = RPCRouter()
      methods(&router)
      let server = RPCServer(configuration: configuration, router: router, logger: quiet)
      try await server.start()
      let client = RPCClient(path: directory + "/s", configuration: clientConfiguration)
      do {
        try await body(TestServer(directory: directory, server: server, client: client))
      } catch {
        await client.shutdown()
        await server.shutdown(drainLimit: .zero)
        throw error
      }
      await client.shutdown()
      await server.shutdown(drainLimit: .seconds(1))
    }
  }

  /// A logger that says nothing.
  static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  /// Runs `body` with a new directory that is removed afterwards.
  static func withDirectory<Result>(
    _ body: (String) async throws -> Result
  ) async throws -> Result {
    let directory = TemporaryDirectory()
    return try await body(directory.path)
  }
}

/// A message of the text's bytes.
func message(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

/// The text of a message.
func text(_ message: ByteBuffer) -> String { String(buffer: message) }

/// The error that `body` throws, or nil.
func rpcError(_ body: () async throws -> Void) async -> RPCError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? RPCError
  }
}

/// A value that a test waits for.
final class Signal<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  func send(_ value: Value) { continuation.yield(value) }

  /// The next value sent.
  func wait() async -> Value {
    for await value in stream { return value }
    fatalError("the signal's sender is gone")
  }
}

extension RPCClient {
  /// A unary call whose messages are texts.
  func call(
    _ path: String, _ request: String, options: RPCCallOptions = .init()
  ) async throws -> String {
    String(buffer: try await unary(path, ByteBuffer(string: request), options: options).message)
  }
}

/// Counts, from any thread.
final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}
