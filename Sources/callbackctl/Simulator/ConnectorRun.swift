import CallbackClient
import CallbackMessages

/// Runs a simulated connector against a daemon: its stream, its waits and its heartbeat.
struct ConnectorRun {
  /// What the run waits for.
  private enum Happening: Sendable {
    case received(V1.DialResponse, stream: Int)
    case closed(CallbackError?, stream: Int)
    case due(SimulatedConnector.Turn)
    case heartbeat(Duration, stream: Int)
  }

  private let session: Session
  private var connector: SimulatedConnector
  private let happenings: AsyncStream<Happening>
  private let feed: AsyncStream<Happening>.Continuation
  private var call: DuplexCall<V1.DialRequest, V1.DialResponse>?
  private var stream = 0
  private var wasAttached = false
  private var failures = 0
  private var callsLeft: Int?

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - session: the daemon, and where output goes.
  ///   - connector: what is played.
  ///   - calls: how many calls to play; nil: without end.
  init(_ session: Session, _ connector: SimulatedConnector, calls: Int?) {
    self.session = session
    self.connector = connector
    callsLeft = calls
    (happenings, feed) = AsyncStream.makeStream(of: Happening.self)
  }

  /// Attaches and plays until all calls are played, the stream is refused, or the task is cancelled.
  mutating func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      try await attach(&group)
      for await happening in happenings {
        try await handle(happening, &group)
        if let callsLeft, callsLeft <= 0 { break }
      }
      call?.cancel()
      group.cancelAll()
    }
  }

  private typealias Group = ThrowingDiscardingTaskGroup<any Error>

  private mutating func handle(_ happening: Happening, _ group: inout Group) async throws {
    switch happening {
    case .received(let response, let number) where number == stream:
      try await take(response, &group)
    case .closed(let error, let number) where number == stream:
      try await reattach(after: error, &group)
    case .heartbeat(let interval, let number) where number == stream:
      try? await send(V1.DialRequest(message: .heartbeat(V1.DialHeartbeat())))
      after(interval, .heartbeat(interval, stream: number), &group)
    case .due(let turn): try await perform(connector.advance(turn), &group)
    case .received, .closed, .heartbeat: break
    }
  }

  private mutating func attach(_ group: inout Group) async throws {
    stream += 1
    let (number, feed) = (stream, feed)
    let call = try await session.client.dial()
    self.call = call
    group.addTask {
      do {
        for try await response in call.responses {
          feed.yield(.received(response, stream: number))
        }
        feed.yield(.closed(nil, stream: number))
      } catch {
        feed.yield(.closed(error as? CallbackError, stream: number))
      }
    }
    try? await send(connector.greeting())
  }

  private mutating func reattach(after error: CallbackError?, _ group: inout Group) async throws {
    if let error, !error.isTransient || !wasAttached { throw error }
    if failures == 0 {
      tell("detached (\(error?.message ?? "the daemon ended the stream")); attaching again …")
    }
    failures += 1
    try await Task.sleep(for: .milliseconds(min(200 << min(failures, 4), 2_000)))
    try await attach(&group)
  }

  private mutating func take(_ response: V1.DialResponse, _ group: inout Group) async throws {
    if session.json { session.console.print("{\"received\":\(try response.jsonLine())}") }
    if case .welcome(let welcome) = response.message {
      (wasAttached, failures) = (true, 0)
      tell("attached as \(connector.hello.dialerID) to callbackd \(welcome.serverVersion)")
      let interval = welcome.heartbeatInterval.map { Duration(wire: $0) } ?? .seconds(10)
      if interval > .zero { after(interval, .heartbeat(interval, stream: stream), &group) }
    }
    try await perform(connector.receive(response), &group)
  }

  private mutating func perform(
    _ actions: [SimulatedConnector.Action], _ group: inout Group
  ) async throws {
    for action in actions {
      switch action {
      // What cannot be sent now is sent again after the next welcome.
      case .send(let request): try? await send(request)
      case .wait(let time, let turn): after(time, .due(turn), &group)
      case .tell(let attempt, let text): tell("\(attempt)  \(text)")
      case .settled: callsLeft? -= 1
      }
    }
  }

  private func send(_ request: V1.DialRequest) async throws {
    if session.json { session.console.print("{\"sent\":\(try request.jsonLine())}") }
    try await call?.send(request)
  }

  private func after(_ time: Duration, _ happening: Happening, _ group: inout Group) {
    let feed = feed
    group.addTask {
      // A wait that is cancelled belongs to a run that has ended.
      guard (try? await Task.sleep(for: time)) != nil else { return }
      feed.yield(happening)
    }
  }

  private func tell(_ text: String) {
    guard !session.json else { return }
    let look = session.console.look
    session.console.print(
      "\(look.style.faint(look.time.clock(look.time.now)))  \(SafeText.line(text))")
  }
}
