import NIOCore
import NIOPosix
import Synchronization

/// Keeps a client's connection: opens it for the first call, again when it is lost, and holds the
/// calls that wait for it.
///
/// It vouches for its own Sendable: all but the constants is touched on its event loop alone.
final class Connector: @unchecked Sendable {
  private enum State {
    /// Nobody needs a connection.
    case idle
    /// Until the server has sent its SETTINGS: one that closes what it has accepted is not there.
    case connecting
    case ready(ClientConnectionHandler)
    /// The last attempt failed, and calls that wait for the server will have another made.
    case pausing(Scheduled<Void>)
    case shutDown
  }

  let eventLoop: any EventLoop
  let mailbox: LoopMailbox
  /// The connections on which a server took calls; read from anywhere.
  let connectionCount = Atomic<UInt64>(0)
  private let path: String
  private let configuration: RPCClientConfiguration
  private var state = State.idle
  private var waiting: [ClientCall] = []
  private var connections: [ObjectIdentifier: ClientConnectionHandler] = [:]
  private var backoff: Backoff
  private var timer: Scheduled<Void>?
  private var timerAt = UInt64.max
  private var onEmpty: [EventLoopPromise<Void>] = []

  init(path: String, configuration: RPCClientConfiguration, eventLoop: any EventLoop) {
    self.path = path
    self.configuration = configuration
    self.eventLoop = eventLoop
    mailbox = LoopMailbox(loop: EventLoopScheduler(loop: eventLoop))
    backoff = Backoff(
      initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
  }

  // MARK: - Calls

  /// Sends the call on its way, now or once there is a connection.
  func start(_ call: ClientCall) {
    guard call.phase == .waiting else { return }
    let now = NIODeadline.now().uptimeNanoseconds
    if call.deadline <= now { return expire(call) }
    arm(call.deadline)
    switch state {
    case .ready(let connection):
      if connection.session.isClosingDown {
        state = .idle
        waiting.append(call)
        connect()
      } else {
        connection.session.begin(call, now: now)
      }
    case .connecting:
      waiting.append(call)
    case .idle:
      waiting.append(call)
      connect()
    case .pausing(let pause):
      waiting.append(call)
      // A call that does not wait wants to know now; connecting to a local socket costs nothing.
      if !call.options.waitForReady {
        pause.cancel()
        connect()
      }
    case .shutDown:
      call.complete(.failure(RPCError(.unavailable, "The client was shut down.")))
    }
  }

  /// Ends a call from this side, wherever it is.
  func give(up call: ClientCall, _ error: RPCError) {
    switch call.phase {
    case .done: return
    case .waiting:
      waiting.removeAll { $0 === call }
      call.complete(.failure(error))
    case .open:
      call.session?.give(up: call, error)
    }
  }

  /// Sends a call again that its server has surely not looked at.
  private func restart(_ call: ClientCall) {
    call.session = nil
    call.phase = .waiting
    call.retries += 1
    // Streamed requests may have left the queue already; and no call goes round for ever.
    if call.sink != nil || call.retries > configuration.maximumAttempts {
      call.complete(.failure(RPCError(.unavailable, "The server takes no further calls.")))
    } else {
      start(call)
    }
  }

  private func expire(_ call: ClientCall) {
    give(up: call, RPCError(.deadlineExceeded, "The deadline has passed.", cause: .deadline))
  }

  // MARK: - The connection

  private func connect() {
    state = .connecting
    let configuration = configuration
    ClientBootstrap(group: eventLoop)
      .channelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 256 * 1024))
      .channelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let handler = ClientConnectionHandler(
            configuration: configuration, mailbox: mailbox, connector: self)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
      .connect(unixDomainSocketPath: path)
      .whenFailure { [self] error in mailbox.turn { connectFailed(error) } }
  }

  /// The channel is open; whether a server is behind it shows when it speaks.
  func opened(_ connection: ClientConnectionHandler) {
    connections[ObjectIdentifier(connection)] = connection
    if case .shutDown = state { return connection.closeWhenDone() }
    connection.session.onUnprocessed = { [unowned self] in restart($0) }
    let patience = TimeAmount.nanoseconds(Int64(configuration.connectTimeout.wholeNanoseconds))
    eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak connection] in
      connection?.giveUpUnlessReady()
    }
  }

  /// The server is there: the calls that waited begin.
  func connected(_ connection: ClientConnectionHandler) {
    guard case .connecting = state else { return }
    connectionCount.add(1, ordering: .releasing)
    state = .ready(connection)
    backoff.reset()
    let calls = waiting
    waiting = []
    for call in calls { start(call) }
  }

  func disconnected(_ connection: ClientConnectionHandler, wasReady: Bool) {
    connections[ObjectIdentifier(connection)] = nil
    if !wasReady { connectFailed(EndedBeforeReady()) }
    if case .ready(let current) = state, current === connection { state = .idle }
    if connections.isEmpty {
      for promise in onEmpty { promise.succeed() }
      onEmpty = []
    }
  }

  private func connectFailed(_ error: any Error) {
    guard case .connecting = state else { return }
    let failure = RPCError(
      .unavailable, "No server can be reached.", cause: .unreachable(Self.reason(error)))
    let failing = waiting.filter { !$0.options.waitForReady }
    waiting.removeAll { !$0.options.waitForReady }
    state = .idle
    if !waiting.isEmpty {
      let pause = TimeAmount.nanoseconds(Int64(backoff.next().wholeNanoseconds))
      state = .pausing(
        eventLoop.assumeIsolated().scheduleTask(in: pause) { [self] in
          if case .pausing = state { connect() }
        })
    }
    for call in failing { call.complete(.failure(failure)) }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError:
      switch error.errnoCode {
      case 2: "The socket does not exist."
      case 13: "The socket's permissions forbid it."
      case 111: "Nobody listens on the socket."
      default: "errno \(error.errnoCode)"
      }
    case is EndedBeforeReady: "The server takes no connections."
    case is SocketAddressError: "The path is no address of a Unix socket."
    default: "\(error)"
    }
  }

  // MARK: - Time

  /// Sets the timer for a deadline, if it is not due sooner already.
  private func arm(_ at: UInt64) {
    guard at < timerAt else { return }
    timer?.cancel()
    timerAt = at
    timer = eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(at)) {
      [weak self] in self?.timerFired()
    }
  }

  private func timerFired() {
    timerAt = .max
    let now = NIODeadline.now().uptimeNanoseconds
    mailbox.turn {
      let open = connections.values.flatMap { $0.session.calls.values }
      var next = UInt64.max
      for call in waiting + open {
        if call.deadline <= now { expire(call) } else { next = min(next, call.deadline) }
      }
      if next != .max { arm(next) }
    }
  }

  // MARK: - The end

  /// Fails waiting calls, lets running ones end or cancels them, and closes.
  func shutDown(cancellingCalls: Bool) -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    if case .pausing(let pause) = state { pause.cancel() }
    state = .shutDown
    let calls = waiting
    waiting = []
    for call in calls {
      call.complete(.failure(RPCError(.unavailable, "The client was shut down.")))
    }
    if connections.isEmpty {
      promise.succeed()
    } else {
      onEmpty.append(promise)
      if cancellingCalls {
        mailbox.turn {
          for call in connections.values.flatMap({ $0.session.calls.values }) {
            give(up: call, RPCError(.cancelled, "The client was shut down.", cause: .cancelled))
          }
        }
      }
      for connection in connections.values { connection.closeWhenDone() }
    }
    promise.futureResult.assumeIsolated().whenComplete { [self] _ in timer?.cancel() }
    return promise.futureResult
  }
}

/// A connection that was closed before its server took calls on it.
private struct EndedBeforeReady: Error {}

/// Pauses that grow, with jitter so that many clients do not come back at the same moment.
struct Backoff {
  private let initial: Duration
  private let maximum: Duration
  private var current: Duration

  init(initial: Duration, maximum: Duration) {
    self.initial = initial
    self.maximum = maximum
    current = initial
  }

  mutating func next() -> Duration {
    defer { current = min(current * 1.6, maximum) }
    return current * Double.random(in: 0.8...1.2)
  }

  mutating func reset() {
    current = initial
  }
}
