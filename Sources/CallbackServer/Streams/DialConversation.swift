import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import UnixRPC

/// One connector's stream from its hello on (DOMAIN, "Dialling").
///
/// What a connector says is submitted in its order without waiting for the log; the answers follow
/// as they become durable.
struct DialConversation: Sendable {
  private let stream: DialStream
  private let hello: AttachDialer
  private let engine: Engine
  private let hub: DialHub
  private let actor: Actor
  private let call: RPCCall

  /// Reads the hello.
  init(
    _ hello: V1.DialHello, _ call: RPCCall, _ responses: MessageWriter<V1.DialResponse>,
    _ context: ServiceContext
  ) throws(FieldError) {
    let number = context.streams.next()
    self.hello = try hello.attach(stream: number)
    stream = DialStream(dialer: self.hello.id, number: number, responses: responses)
    engine = context.engine
    hub = context.dialers
    actor = Actor(userID: call.peer.uid)
    self.call = call
  }

  /// Attaches the connector and welcomes it; detaches it when the call ends.
  func attach(_ facts: ServerFacts) async throws {
    hub.expect(stream)
    let limit = Duration.milliseconds(3 * facts.heartbeatInterval.milliseconds)
    let watch = Task { try await watchSilence(limit) }
    let answer = await withCheckedContinuation { continuation in
      engine.submit(Submission(.attachDialer(hello), actor: actor)) {
        continuation.resume(returning: $0)
      }
      // Behind the attaching: a call that is over by now detaches what it has attached.
      call.onEnd { [stream, hub, engine, actor] in
        watch.cancel()
        hub.remove(stream)
        let detach = Command.detachDialer(stream.dialer, stream: stream.number)
        // A daemon that is stopping takes no command; the next start detaches everybody.
        engine.submit(Submission(detach, actor: actor), isUrgent: true) { _ in }
      }
    }
    call.onDrain { [stream] in stream.finish(.stopping) }
    guard case .dialerAttached(_, let queries) = try answer.get().get() else {
      throw Refusal.defect
    }
    let welcome = DialStream.Message.welcome(
      .init(
        serverVersion: facts.version,
        heartbeatInterval: GoogleProtobuf.Duration(facts.heartbeatInterval)))
    let (hangUps, position) = try await engine.read { [hello] state, point in
      (state.hangUps(asked: hello.id), point.position)
    }
    let asked = queries.map { DialStream.Message.query(.init(attemptID: $0.text)) }
    stream.welcome([welcome] + asked + hangUps, at: position)
  }

  /// Takes one message.
  func take(_ request: V1.DialRequest) throws {
    stream.heard()
    switch request.message {
    case .claim(let claim): try take(claim)
    case .report(let report): try take(report)
    case .answer(let answer): try take(answer)
    case .heartbeat: return
    case .hello: throw FieldError("hello", .invalid("must come once, as the first message"))
    case nil: throw FieldError("message", .missing)
    }
  }

  private func take(_ claim: V1.DialClaim) throws {
    let id: AttemptID = try Field.madeIdentifier(claim.attemptID, "claim.attempt_id")
    submit(.claimAttempt(id, dialer: stream.dialer, stream: stream.number)) { result, position in
      guard case .success(.granted) = result else {
        return (.revoked(.init(attemptID: id.text)), position)
      }
      return (.granted(.init(attemptID: id.text)), position)
    }
  }

  private func take(_ report: V1.CallReport) throws {
    let told = try report.report()
    submit(.reportAttempt(told, dialer: stream.dialer)) { result, position in
      (.reportAck(V1.DialReportAck(told, result)), position)
    }
  }

  private func take(_ answer: V1.DialAnswer) throws {
    let id: AttemptID = try Field.madeIdentifier(answer.attemptID, "answer.attempt_id")
    let known = try answer.answer("answer")
    submit(.answerQuery(id, dialer: stream.dialer, known)) { result, position in
      guard case .ended(let told) = known else { return nil }
      return (.reportAck(V1.DialReportAck(told, result)), position)
    }
  }

  /// Submits a command; what `answer` makes of the result goes to the connector. An engine that
  /// cannot answer ends the stream: the connector repeats what was not acknowledged.
  private func submit(
    _ command: Command,
    answer: @escaping @Sendable (Result<Reply, Rejection>, UInt64) -> (DialStream.Message, UInt64)?
  ) {
    engine.submit(Submission(command, actor: actor)) { [stream] result in
      switch result {
      case .success(let given):
        guard let (message, position) = answer(given.outcome, given.position) else { return }
        stream.send(message, at: position)
      case .failure(let error): stream.finish(Refusal(error))
      }
    }
  }

  private func watchSilence(_ limit: Duration) async throws {
    while true {
      let until = stream.silentSince + limit
      if until <= .now { return stream.finish(.connectorSilent) }
      try await Task.sleep(until: until, clock: .continuous)
    }
  }
}

extension CallCenter {
  /// The hang-ups that a connector was asked for and may not have heard of.
  fileprivate func hangUps(asked dialer: DialerID) -> [DialStream.Message] {
    attempts(heldBy: dialer).filter { $0.hangUpRequested && $0.isRunning }
      .map { .hangUp(.init(attemptID: $0.id.text)) }
  }
}

extension V1.DialHello {
  fileprivate func attach(stream: StreamID) throws(FieldError) -> AttachDialer {
    var locations: [LocationID] = []
    let listed = try Field.list(
      locationIDs, "hello.location_ids", count: 0...FieldLimits.locationsPerDialer)
    for (index, id) in listed.enumerated() {
      locations.append(try Field.identifier(id, "hello.location_ids[\(index)]"))
    }
    var attempts: [AttemptID] = []
    let live = try Field.list(
      liveAttemptIDs, "hello.live_attempt_ids", count: 0...FieldLimits.attemptsPerHello)
    for (index, id) in live.enumerated() {
      attempts.append(try Field.madeIdentifier(id, "hello.live_attempt_ids[\(index)]"))
    }
    return AttachDialer(
      id: try Field.identifier(dialerID, "hello.dialer_id"), stream: stream,
      instance: try Field.text(
        instance, "hello.instance", atMost: FieldLimits.instanceBytes),
      capacity: capacity, locations: locations, liveAttempts: attempts)
  }
}

extension V1.DialAnswer {
  fileprivate func answer(_ path: String) throws(FieldError) -> QueryAnswer {
    switch knowledge {
    case .notDialled: return .notDialled
    case .inProgress: return .inProgress
    case .ended:
      let told = try Field.required(report, "\(path).report").report("\(path).report")
      guard told.attempt.text == attemptID else {
        throw FieldError("\(path).report.attempt_id", .invalid("must be the answer's attempt"))
      }
      return .ended(told)
    case .unknown: return .unknown
    case .unspecified: throw FieldError("\(path).knowledge", .missing)
    default: throw FieldError("\(path).knowledge", .invalid("must be a value that has a name"))
    }
  }
}

extension V1.DialReportAck {
  /// The acknowledgement of a report: kept, or refused for good, in which case the connector need
  /// not repeat it either.
  fileprivate init(_ told: AttemptReport, _ result: Result<Reply, Rejection>) {
    self.init(attemptID: told.attempt.text, sequence: told.sequence)
    switch result {
    case .success(.reported(let kept)):
      sequence = max(kept.sequence, told.sequence)
      state = kept.callbackState.map { V1.CallbackState($0) } ?? .unspecified
    case .success: break
    case .failure(let rejection): refused = Refusal(rejection).reason
    }
  }
}
