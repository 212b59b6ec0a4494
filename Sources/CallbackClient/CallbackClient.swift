public import CallbackMessages
import NIOCore
import ProtobufC
import UnixRPC

/// A client of a callbackd daemon: typed calls and streams over its Unix socket.
///
/// Connects on the first call, and again when the connection was lost. Share one client among all
/// tasks of a process, and close it at the end.
///
/// ```swift
/// let client = CallbackClient()
/// let taken = try await client.requestCallback(
///   V1.RequestCallbackRequest(dialledNumber: "+15105550100", callerNumber: "(510) 555-0123"))
/// print(taken.callbackID, taken.disposition)
/// await client.close()
/// ```
public struct CallbackClient: Sendable {
  /// How calls are made, unless a call says otherwise.
  public struct Configuration: Sendable {
    /// How long a unary call may take, repetitions included; nil: for ever.
    public var timeout: Duration?
    /// When calls are repeated.
    public var retry: RetryPolicy

    /// Makes a configuration.
    public init(timeout: Duration? = .seconds(10), retry: RetryPolicy = .standard) {
      self.timeout = timeout
      self.retry = retry
    }

    /// The same without repetitions.
    var once: Configuration { Configuration(timeout: timeout, retry: .never) }
  }

  /// The socket's path.
  public let socket: String
  /// How calls are made.
  public let configuration: Configuration
  let rpc: RPCClient

  /// A client of the daemon behind a socket. Connects on the first call.
  public init(
    socket: String = SocketPath.standard, configuration: Configuration = Configuration()
  ) {
    self.socket = socket
    self.configuration = configuration
    self.rpc = RPCClient(path: socket, configuration: .init())
  }

  init(rpc: RPCClient, socket: String, configuration: Configuration) {
    self.rpc = rpc
    self.socket = socket
    self.configuration = configuration
  }

  /// Where tasks run whose calls are to change no thread: the connection's own loop. For tasks that
  /// never block, because the connection waits for them.
  ///
  /// ```swift
  /// try await withTaskExecutorPreference(client.executor) {
  ///   try await client.requestCallback(request)
  /// }
  /// ```
  public var executor: any TaskExecutor { rpc.executor }

  /// Ends the connection; calls still running end as cancelled.
  public func close() async {
    await rpc.shutdown(cancellingCalls: true)
  }

  /// Calls a unary method.
  ///
  /// A changing request without an id gets one, so that a call that ended as UNAVAILABLE can be
  /// repeated: it is carried out once however often it is sent. A method that the proto does not
  /// call idempotent is called once.
  ///
  /// - Parameters:
  ///   - method: from the generated tables, such as `CallbackServiceMethods.acceptOffer`.
  ///   - request: the request.
  /// - Throws: how the last repetition ended.
  public func call<Request, Response>(
    _ method: RPCMethod<Request, Response>, _ request: Request
  ) async throws(CallbackError) -> Response {
    precondition(method.kind == .unary, "\(method.path) is a stream")
    let bytes = ByteBuffer(packing: identified(request))
    return try await (method.isIdempotent ? self : callingOnce).unary(method.path, bytes)
      .unpacked(as: Response.self, method: method.name)
  }

  /// The same client without repetitions.
  var callingOnce: CallbackClient {
    CallbackClient(rpc: rpc, socket: socket, configuration: configuration.once)
  }

  /// Calls a method with packed bytes, repeating the call as the policy says.
  func unary(_ path: String, _ bytes: ByteBuffer) async throws(CallbackError) -> ByteBuffer {
    let clock = ContinuousClock()
    let deadline = configuration.timeout.map { clock.now + $0 }
    var chance = SystemRandomNumberGenerator()
    var attempt = 1
    while true {
      let failure: CallbackError
      do throws(RPCError) {
        let options = RPCCallOptions(timeout: deadline.map { clock.now.duration(to: $0) })
        return try await rpc.unary(path, bytes, options: options).message
      } catch {
        failure = CallbackError(error)
      }
      guard
        let pause = configuration.retry.delay(after: failure, attempt: attempt, &chance),
        deadline.map({ clock.now + pause < $0 }) ?? true
      else { throw failure }
      do { try await clock.sleep(for: pause) } catch { throw failure }
      attempt += 1
    }
  }

  /// The request with an id where it needs one and has none.
  func identified<Request: WireMessage>(_ request: Request) -> Request {
    guard var repeatable = request as? any RepeatableRequest, repeatable.requestID.isEmpty else {
      return request
    }
    repeatable.requestID = RequestID.make()
    return repeatable as? Request ?? request
  }
}
