import CallbackMessages

/// A telephony connector that dials nothing: what it answers to the service, without any I/O.
///
/// It claims each command and plays the call only after the grant; it keeps reports until the
/// service acknowledges them, and after a reconnect sends them again. A call that was granted goes
/// on while the connection is lost, as a real one would.
struct SimulatedConnector: Sendable {
  /// What the caller of this type does next.
  enum Action: Sendable, Hashable {
    /// Send a message to the service.
    case send(V1.DialRequest)
    /// Come back with ``SimulatedConnector/advance(_:)`` after this time.
    case wait(Duration, Turn)
    /// Tell the user.
    case tell(attempt: String, text: String)
    /// A call is over and the service keeps its last report.
    case settled(attempt: String)
  }

  /// The next step of a call. One that belongs to an earlier course of the call does nothing.
  struct Turn: Sendable, Hashable {
    let attempt: String
    let course: Int
  }

  /// Names the connector.
  let hello: V1.DialHello
  private let timing: SimulatedTiming
  private var plan: OutcomePlan
  private var calls: [String: SimulatedCall] = [:]

  /// A connector that has not said hello yet.
  init(hello: V1.DialHello, plan: OutcomePlan, timing: SimulatedTiming) {
    self.hello = hello
    self.plan = plan
    self.timing = timing
  }

  /// The first message of a stream: who it is, and what it still works on.
  func greeting() -> V1.DialRequest {
    var hello = hello
    hello.liveAttemptIDs = calls.values.filter { $0.isGranted && !$0.isOver }
      .map(\.command.attemptID).sorted()
    return V1.DialRequest(message: .hello(hello))
  }

  /// What follows from a message of the service.
  mutating func receive(_ response: V1.DialResponse) -> [Action] {
    switch response.message {
    case .welcome: return repeatedReports()
    case .command(let command): return take(command)
    case .granted(let granted): return begin(granted.attemptID)
    case .revoked(let revoked): return drop(revoked.attemptID)
    case .hangUp(let hangUp): return self.hangUp(hangUp.attemptID)
    case .query(let query): return [.send(answer(query.attemptID))]
    case .reportAck(let ack): return acknowledged(ack)
    case nil: return []
    }
  }

  /// Plays the next step of a call.
  mutating func advance(_ turn: Turn) -> [Action] {
    guard var call = calls[turn.attempt], call.course == turn.course, let step = call.next() else {
      return []
    }
    let report = call.report(step.report)
    var actions: [Action] = [
      .tell(attempt: turn.attempt, text: step.text),
      .send(V1.DialRequest(message: .report(report))),
    ]
    if let wait = call.nextWait { actions.append(.wait(wait, turn)) }
    calls[turn.attempt] = call
    return actions
  }

  private mutating func take(_ command: V1.DialCommand) -> [Action] {
    let id = command.attemptID
    if let known = calls[id] {
      return known.isGranted ? [] : [.send(Self.claim(id))]
    }
    let outcome = plan.next(for: command.number?.e164 ?? "")
    calls[id] = SimulatedCall(command: command, outcome: outcome)
    let number = CallerText.number(command.number)
    let endpoint = command.agentEndpoint.isEmpty ? "no endpoint" : command.agentEndpoint
    let text =
      "command: \(command.agentID) (\(endpoint)), then \(number); plays \(outcome.rawValue)"
    let told = Action.tell(attempt: id, text: text)
    return outcome == .unclaimed ? [told] : [told, .send(Self.claim(id))]
  }

  private mutating func begin(_ id: String) -> [Action] {
    guard var call = calls[id], !call.isGranted, call.outcome != .unclaimed else { return [] }
    call.begin(timing)
    calls[id] = call
    let told = Action.tell(attempt: id, text: "granted")
    guard let wait = call.nextWait else { return [told] }
    return [told, .wait(wait, Turn(attempt: id, course: call.course))]
  }

  private mutating func drop(_ id: String) -> [Action] {
    guard let call = calls[id], !call.isGranted else { return [] }
    calls[id] = nil
    return [.tell(attempt: id, text: "revoked: not dialled")]
  }

  private mutating func hangUp(_ id: String) -> [Action] {
    guard var call = calls[id], call.isGranted, !call.isOver else { return [] }
    let report = call.hangUp()
    calls[id] = call
    return [
      .tell(attempt: id, text: "hung up, as the service asked"),
      .send(V1.DialRequest(message: .report(report))),
    ]
  }

  private mutating func answer(_ id: String) -> V1.DialRequest {
    var answer = V1.DialAnswer(attemptID: id, knowledge: .unknown)
    if let call = calls[id] {
      if !call.isGranted {
        // Said once, it must stay true: a grant that comes later finds no call.
        calls[id] = nil
        answer.knowledge = .notDialled
      } else if call.isOver {
        answer.knowledge = .ended
        answer.report = call.lastReport
      } else {
        answer.knowledge = .inProgress
      }
    }
    return V1.DialRequest(message: .answer(answer))
  }

  private mutating func acknowledged(_ ack: V1.DialReportAck) -> [Action] {
    guard var call = calls[ack.attemptID] else { return [] }
    call.acknowledge(through: ack.sequence)
    guard call.isOver, call.unacknowledged.isEmpty else {
      calls[ack.attemptID] = call
      return []
    }
    calls[ack.attemptID] = nil
    return [
      .tell(attempt: ack.attemptID, text: "kept: the callback is \(ack.state.words)"),
      .settled(attempt: ack.attemptID),
    ]
  }

  private func repeatedReports() -> [Action] {
    calls.values.sorted { $0.command.attemptID < $1.command.attemptID }
      .flatMap(\.unacknowledged)
      .map { .send(V1.DialRequest(message: .report($0))) }
  }

  private static func claim(_ id: String) -> V1.DialRequest {
    V1.DialRequest(message: .claim(V1.DialClaim(attemptID: id)))
  }
}
