import NIOCore
import Synchronization

/// One call, as its handler sees it: who calls, with what metadata, for how long, and whether the
/// caller still waits.
///
/// It vouches for its own Sendable: what is not behind the lock is either set before the handler
/// is started or touched by the connection's event loop alone. That is also why exclusive access to
/// it is not checked at run time.
public final class RPCCall: @unchecked Sendable {
  /// The path called, `/package.Service/Method`.
  @exclusivity(unchecked) public internal(set) var path = ""
  /// Who calls.
  @exclusivity(unchecked) public internal(set) var peer: RPCPeer
  /// The request's metadata, without the fields of HTTP/2 and of gRPC itself.
  @exclusivity(unchecked) public internal(set) var metadata = RPCMetadata()
  /// The `user-agent` that the caller sent, or an empty text.
  @exclusivity(unchecked) public internal(set) var userAgent = ""
  /// When the caller stops waiting; nil where it set no deadline.
  @exclusivity(unchecked) public internal(set) var deadline: ContinuousClock.Instant?

  /// Whether the one request was compressed on the wire.
  @exclusivity(unchecked) public internal(set) var isRequestCompressed = false

  /// What several threads touch.
  struct State {
    var cancellation: RPCError?
    var isOver = false
    var isAnswered = false
    var isDraining = false
    var isHeadSent = false
    var task: Task<Void, Never>?
    /// What few calls have: who wants to be told of what.
    var callbacks: Callbacks?
    /// What few calls have: metadata of the answer.
    var answer: AnswerMetadata?
  }

  struct Callbacks {
    var onCancel: [@Sendable (RPCError) -> Void] = []
    var onEnd: [@Sendable () -> Void] = []
    var onDrain: [@Sendable () -> Void] = []
  }

  struct AnswerMetadata {
    var initial = RPCMetadata()
    var trailing = RPCMetadata()
  }

  let state = Mutex(State())
  /// Whether responses are compressed; read for each, so it is not behind the lock.
  private let compresses = Atomic(false)
  /// Whether the caller understands gzip. Set before the handler starts.
  @exclusivity(unchecked) var acceptsGzip = false
  /// The call's stream while it is open. Event loop only.
  @exclusivity(unchecked) unowned(unsafe) var stream: ServerStream?

  init(peer: RPCPeer) {
    self.peer = peer
  }

  /// What is left of the caller's time, never below zero; nil where there is no deadline.
  public var timeRemaining: Duration? {
    deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
  }

  /// Whether nobody waits for the answer any more.
  public var isCancelled: Bool {
    state.withLock { $0.cancellation != nil }
  }

  /// Calls `body` once when the call is cancelled: reset by the caller, past its deadline, or its
  /// connection lost. At once where that has happened already; never for a call that was answered.
  public func onCancel(_ body: @escaping @Sendable (RPCError) -> Void) {
    let error = state.withLock { state -> RPCError? in
      if let error = state.cancellation { return error }
      if !state.isOver { state.callbacks[or: .init()].onCancel.append(body) }
      return nil
    }
    if let error { body(error) }
  }

  /// Calls `body` once when the call is over, however it ended; at once where it is.
  public func onEnd(_ body: @escaping @Sendable () -> Void) {
    let isOver = state.withLock { state in
      if !state.isOver { state.callbacks[or: .init()].onEnd.append(body) }
      return state.isOver
    }
    if isOver { body() }
  }

  /// Calls `body` once when the server begins to stop, so that a stream can end with UNAVAILABLE
  /// and a position to resume from; at once where it is stopping.
  public func onDrain(_ body: @escaping @Sendable () -> Void) {
    let isDraining = state.withLock { state in
      if !state.isDraining, !state.isOver { state.callbacks[or: .init()].onDrain.append(body) }
      return state.isDraining && !state.isOver
    }
    if isDraining { body() }
  }

  /// Adds to the metadata before the first message; too late once that was sent.
  public func addInitialMetadata(_ value: String, for key: String) {
    state.withLock { $0.answer[or: .init()].initial.add(value, for: key) }
  }

  /// Adds binary metadata before the first message; too late once that was sent.
  /// - Parameter key: ends in `-bin`.
  public func addInitialMetadata(binary value: [UInt8], for key: String) {
    state.withLock { $0.answer[or: .init()].initial.add(binary: value, for: key) }
  }

  /// Adds to the metadata that travels with the status.
  public func addTrailingMetadata(_ value: String, for key: String) {
    state.withLock { $0.answer[or: .init()].trailing.add(value, for: key) }
  }

  /// Adds binary metadata that travels with the status.
  /// - Parameter key: ends in `-bin`.
  public func addTrailingMetadata(binary value: [UInt8], for key: String) {
    state.withLock { $0.answer[or: .init()].trailing.add(binary: value, for: key) }
  }

  /// Compresses the call's responses with gzip, from the first on.
  /// - Returns: false where the caller does not understand gzip, or a response was sent already;
  ///   responses then go as they are.
  @discardableResult
  public func compressResponses() -> Bool {
    state.withLock { state in
      guard acceptsGzip, !state.isHeadSent else { return false }
      compresses.store(true, ordering: .relaxed)
      return true
    }
  }

  var isCompressing: Bool { compresses.load(ordering: .relaxed) }

  /// What the head of the answer has to say beyond the usual; from now on it is too late.
  ///
  /// Nothing, where it has nothing to say beyond the usual.
  func takeHead() -> (metadata: RPCMetadata, isCompressed: Bool)? {
    state.withLock { state in
      state.isHeadSent = true
      let isCompressed = isCompressing
      guard isCompressed || state.answer != nil else { return nil }
      return (state.answer?.initial ?? RPCMetadata(), isCompressed)
    }
  }

  /// Whether the handler has added metadata to the head.
  var hasInitialMetadata: Bool {
    state.withLock { $0.answer?.initial.isEmpty == false }
  }

  /// The metadata to send with the status; nil where there is none.
  var trailersToSend: RPCMetadata? {
    state.withLock { state in
      guard let trailing = state.answer?.trailing, !trailing.isEmpty else { return nil }
      return trailing
    }
  }
}

extension Optional {
  /// The value, made where there is none.
  fileprivate subscript(or value: @autoclosure () -> Wrapped) -> Wrapped {
    get { self ?? value() }
    set { self = newValue }
  }
}

extension RPCCall: MailboxRecipient {
  func receive(_ signal: CallSignal) {
    guard let stream else { return }
    stream.session.handle(signal, of: stream)
  }
}

extension RPCCall {
  /// Remembers the task that runs the handler, to cancel it with the call.
  func run(_ operation: @escaping @Sendable () async -> Void) {
    let task = Task.immediateDetached { await operation() }
    let isCancelled = state.withLock { state in
      if !state.isOver { state.task = task }
      return state.cancellation != nil
    }
    if isCancelled { task.cancel() }
  }

  /// Whether this answer is the call's first.
  func claimAnswer() -> Bool {
    state.withLock { state in
      defer { state.isAnswered = true }
      return !state.isAnswered
    }
  }

  /// Tells the handler that nobody waits any more. Event loop only.
  func cancel(_ error: RPCError) {
    let (task, callbacks) = state.withLock {
      state -> (Task<Void, Never>?, [@Sendable (RPCError) -> Void]) in
      guard !state.isOver, state.cancellation == nil else { return (nil, []) }
      state.cancellation = error
      defer { state.callbacks?.onCancel = [] }
      return (state.task, state.callbacks?.onCancel ?? [])
    }
    task?.cancel()
    for callback in callbacks { callback(error) }
  }

  /// Tells the handler that the server is stopping. Event loop only.
  func drain() {
    let callbacks = state.withLock { state -> [@Sendable () -> Void] in
      guard !state.isDraining, !state.isOver else { return [] }
      state.isDraining = true
      defer { state.callbacks?.onDrain = [] }
      return state.callbacks?.onDrain ?? []
    }
    for callback in callbacks { callback() }
  }

  /// The stream is closed. Event loop only.
  func end() {
    // What the callbacks captured is let go outside the lock: it may come back for it.
    let ended = state.withLock { state -> (callbacks: Callbacks?, task: Task<Void, Never>?) in
      state.isOver = true
      return (state.callbacks.take(), state.task.take())
    }
    if let callbacks = ended.callbacks { for callback in callbacks.onEnd { callback() } }
  }

  /// Ends the call and makes the object fit for another, where nobody is to be told of the end.
  /// Event loop only.
  /// - Precondition: nobody else refers to it.
  /// - Returns: false, with nothing done, where somebody is to be told.
  func recycle() -> Bool {
    // What the task captured is let go outside the lock: it may come back for it.
    let (isUnnoticed, _) = state.withLock { state -> (Bool, Task<Void, Never>?) in
      guard state.callbacks == nil else { return (false, nil) }
      state.isHeadSent = false
      state.isOver = false
      state.isAnswered = false
      state.isDraining = false
      if state.cancellation != nil { state.cancellation = nil }
      if state.answer != nil { state.answer = nil }
      return (true, state.task.take())
    }
    guard isUnnoticed else { return false }
    stream = nil
    if !metadata.isEmpty { metadata = RPCMetadata() }
    deadline = nil
    isRequestCompressed = false
    acceptsGzip = false
    compresses.store(false, ordering: .relaxed)
    return true
  }
}
