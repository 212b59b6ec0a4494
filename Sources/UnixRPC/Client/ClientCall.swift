import NIOCore
import Synchronization

/// One call of a client, between its caller's tasks and the connection's loop.
///
/// It vouches for its own Sendable: what is neither constant nor behind the lock is touched on
/// the event loop alone.
final class ClientCall: @unchecked Sendable {
  enum Phase {
    /// Waits for a connection.
    case waiting
    /// Has a stream.
    case open
    /// Its result is known.
    case done
  }

  /// What the server answers: one message, or a stream of them.
  enum Kind { case single, stream }

  private struct State {
    var metadata: RPCMetadata?
    var result: Result<RPCResponse, RPCError>?
    var metadataWaiters: [CheckedContinuation<Result<RPCMetadata, RPCError>, Never>] = []
    var resultWaiters: [CheckedContinuation<Result<RPCResponse, RPCError>, Never>] = []
  }

  let path: String
  let options: RPCCallOptions
  let kind: Kind
  /// Monotonic nanoseconds; no deadline is the largest.
  let deadline: UInt64
  let connector: Connector
  /// The one request; nil where requests are streamed.
  let request: ByteBuffer?
  private let state = Mutex(State())

  // The event loop's.
  var phase = Phase.waiting
  var id: Int32 = 0
  unowned(unsafe) var session: ClientSession?
  var outgoing = ByteBuffer()
  var sink: MessageSink?
  var body: OutboundBody?
  var source: MessageSource?
  var isDeferred = false
  var assembler: MessageAssembler
  var message: ByteBuffer?
  /// Whether any part of an answer has arrived.
  var hasHead = false
  var block = ResponseFields()
  var retries = 0

  init(
    path: String, options: RPCCallOptions, kind: Kind, request: ByteBuffer?, connector: Connector,
    configuration: RPCClientConfiguration
  ) {
    self.path = path
    self.options = options
    self.kind = kind
    self.request = request
    self.connector = connector
    deadline =
      options.timeout.map { NIODeadline.now().uptimeNanoseconds &+ $0.wholeNanoseconds } ?? .max
    assembler = MessageAssembler(
      limit: options.maximumMessageBytes ?? configuration.maximumMessageBytes)
    if request == nil {
      let sink = MessageSink(
        limits: configuration.sink, mailbox: connector.mailbox, recipient: self)
      self.sink = sink
      body = OutboundBody(sink: sink)
    }
    if kind == .stream {
      source = MessageSource(
        highWaterBytes: configuration.responseHighWaterBytes, mailbox: connector.mailbox,
        recipient: self)
    }
  }

  // MARK: - Any thread

  func begin() {
    connector.mailbox.post(self, .begin)
  }

  /// Gives the call up; the server is told with a reset.
  func cancel() {
    connector.mailbox.post(
      self, .cancel(RPCError(.cancelled, "The caller cancelled the call.", cause: .cancelled)))
  }

  /// Whether the call is over.
  var hasResult: Bool { state.withLock { $0.result != nil } }

  /// The trailing metadata, once the call has ended well.
  var trailers: RPCMetadata {
    state.withLock { state in
      switch state.result {
      case .success(let response): response.trailers
      case .failure(let error): error.trailers
      case nil: RPCMetadata()
      }
    }
  }

  /// Waits for the end; the task's cancellation cancels the call.
  func response() async throws(RPCError) -> RPCResponse {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state in
          if state.result == nil { state.resultWaiters.append(continuation) }
          return state.result
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  /// Waits for the metadata before the first message.
  func metadata() async throws(RPCError) -> RPCMetadata {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> Result<RPCMetadata, RPCError>? in
          if let metadata = state.metadata { return .success(metadata) }
          if let result = state.result { return result.map(\.metadata) }
          state.metadataWaiters.append(continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }

  // MARK: - The loop

  /// The metadata before the first message is here.
  func received(_ metadata: RPCMetadata) {
    let waiters = state.withLock { state in
      state.metadata = metadata
      defer { state.metadataWaiters = [] }
      return state.metadataWaiters
    }
    for waiter in waiters { waiter.resume(returning: .success(metadata)) }
  }

  /// The call is over; only the first result counts.
  func complete(_ result: Result<RPCMetadata, RPCError>) {
    guard phase != .done else { return }
    phase = .done
    session = nil
    let (response, metadataWaiters, resultWaiters) = state.withLock { state in
      let response = result.map { trailers in
        RPCResponse(
          message: message ?? ByteBuffer(), metadata: state.metadata ?? RPCMetadata(),
          trailers: trailers)
      }
      state.result = response
      defer {
        state.metadataWaiters = []
        state.resultWaiters = []
      }
      return (response, state.metadataWaiters, state.resultWaiters)
    }
    switch result {
    case .success:
      source?.finish()
      sink?.close(RPCError(.cancelled, "The call is over.", cause: .cancelled))
    case .failure(let error):
      source?.finish(error)
      sink?.close(error)
    }
    for waiter in metadataWaiters { waiter.resume(returning: response.map(\.metadata)) }
    for waiter in resultWaiters { waiter.resume(returning: response) }
  }
}

extension ClientCall: MailboxRecipient {
  func receive(_ signal: CallSignal) {
    switch signal {
    case .begin: connector.start(self)
    case .cancel(let error): connector.give(up: self, error)
    case .outboundReady: session?.resumeBody(self)
    case .inboundConsumed: session?.giveBack(self)
    case .answer, .sendHead, .page: return
    }
  }
}

/// What a block of response fields said.
struct ResponseFields {
  var httpStatus = 0
  var isGRPC = false
  var encoding = MessageEncoding.identity
  var status: Int?
  var message = ""
  var details: [UInt8] = []
  var metadata = RPCMetadata()
  var error: RPCError?
}
