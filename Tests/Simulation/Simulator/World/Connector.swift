import CallbackCore
import CallbackEngine

/// A telephony connector: what it knows of its dial commands.
struct Connector: Sendable {
  /// How far it is with a command.
  enum Stage: Hashable, Sendable {
    case told, claiming, dialing, over(AttemptReport)
    /// It said that it did not dial, and never will.
    case refused
  }

  var stream: StreamID?
  var instance = 1
  var commands: [AttemptID: Stage] = [:]
  var sequences: [AttemptID: UInt32] = [:]
  var queries: [AttemptID] = []
  /// Reports that were sent, to be repeated.
  var reports: [AttemptReport] = []

  /// The commands at a stage, in order.
  func commands(where holds: (Stage) -> Bool) -> [AttemptID] {
    commands.filter { holds($0.value) }.keys.sorted()
  }

  mutating func nextSequence(of attempt: AttemptID, skipping: UInt32 = 0) -> UInt32 {
    let next = (sequences[attempt] ?? 0) + 1 + skipping
    sequences[attempt] = next
    return next
  }

  mutating func forgetEverything() {
    instance += 1
    (commands, sequences, queries, reports) = ([:], [:], [], [])
  }
}

extension World {
  /// What the service pushes to connectors when an event is durable.
  mutating func push(_ event: Event) {
    guard case .attemptHandedOut(let id, let dialer) = event,
      connectors[dialer]?.stream != nil, connectors[dialer]?.commands[id] == nil
    else { return }
    connectors[dialer]?.commands[id] = .told
  }

  mutating func attachConnector() {
    guard let id = chance.pick(profile.dialers) else { return }
    if chance.oneIn(3) { connectors[id]?.forgetEverything() }
    attach(
      id, capacity: UInt32(chance.among(0, 0, 1, 2)),
      locations: chance.oneIn(3) ? chance.some(of: profile.locations) : [])
  }

  mutating func attach(_ id: DialerID, capacity: UInt32, locations: [LocationID]) {
    let made = nextStream()
    let live = connectors[id]?.commands { $0 == .dialing } ?? []
    // The stream counts as open from the connector's side; pushes come once the attach is durable.
    connectors[id]?.stream = made
    send(
      .attachDialer(
        AttachDialer(
          id: id, stream: made, instance: "\(connectors[id]?.instance ?? 1)",
          capacity: capacity, locations: locations, liveAttempts: live)), ticket: .attach(id))
  }

  mutating func detachConnector() {
    guard let id = chance.pick(profile.dialers), let stream = connectors[id]?.stream else { return }
    connectors[id]?.stream = nil
    send(.detachDialer(id, stream: stream))
  }

  mutating func claim() {
    guard let id = chance.pick(profile.dialers), let connector = connectors[id],
      let attempt = chance.pick(connector.commands { $0 == .told || $0 == .claiming }),
      let stream = connector.stream
    else { return }
    if chance.oneIn(8) { passClosely(to: observer.attempts[attempt]?.deadline) }
    claim(attempt, by: id, stream: stream)
    if chance.oneIn(5) {
      // It lost the answer on its way to the telephone, and asks again.
      send(.claimAttempt(attempt, dialer: id, stream: stream), ticket: .claim(attempt, by: id))
    }
    if chance.oneIn(6), let other = chance.pick(profile.dialers), other != id,
      let stream = connectors[other]?.stream
    {
      send(.claimAttempt(attempt, dialer: other, stream: stream))
    }
  }

  mutating func claim(_ attempt: AttemptID, by id: DialerID, stream: StreamID) {
    connectors[id]?.commands[attempt] = .claiming
    send(.claimAttempt(attempt, dialer: id, stream: stream), ticket: .claim(attempt, by: id))
  }

  mutating func answerClaim(
    _ attempt: AttemptID, _ id: DialerID, _ result: Result<Answer, EngineError>
  ) {
    guard case .success(let answer) = result, case .success(let reply) = answer.outcome else {
      return
    }
    switch reply {
    case .revoked: connectors[id]?.commands[attempt] = nil
    case .granted(attempt):
      guard connectors[id]?.commands[attempt] == .claiming else { return }
      if observer.attempts[attempt]?.isGranted != true { fail("7: a grant that is not durable") }
      if dialled.updateValue(id, forKey: attempt) != nil { fail("7: \(attempt) is dialled twice") }
      connectors[id]?.commands[attempt] = .dialing
    default: fail("7: a claim is answered \(reply)")
    }
  }

  mutating func answerAttach(_ id: DialerID, _ result: Result<Answer, EngineError>) {
    guard case .success(let answer) = result,
      case .success(.dialerAttached(_, let queries)) = answer.outcome
    else { return }
    connectors[id]?.queries = queries
  }

  mutating func answerQueries() {
    guard let id = chance.pick(profile.dialers), let attempt = connectors[id]?.queries.popLast()
    else { return }
    answerQuery(attempt, by: id)
  }

  mutating func answerQuery(_ attempt: AttemptID, by id: DialerID) {
    let answer: QueryAnswer
    switch connectors[id]?.commands[attempt] {
    case .dialing: answer = .inProgress
    case .over(let report): answer = .ended(report)
    case .told, .claiming, .refused:
      connectors[id]?.commands[attempt] = .refused
      answer = .notDialled
    case nil: answer = .unknown
    }
    send(.answerQuery(attempt, dialer: id, answer))
  }

  mutating func connectorReports() {
    guard let id = chance.pick(profile.dialers),
      let attempt = chance.pick(connectors[id]?.commands { $0 == .dialing } ?? [])
    else { return }
    let skipped = chance.oneIn(8) ? UInt32(1) : 0
    let sequence = connectors[id]?.nextSequence(of: attempt, skipping: skipped) ?? 1
    let report = drawReport(of: attempt, sequence: sequence)
    if report.isFinal { connectors[id]?.commands[attempt] = .over(report) }
    connectors[id]?.reports.append(report)
    if skipped > 0 {
      // The one before it overtakes nobody: it arrives late, and must be ignored.
      let early = AttemptReport(attempt: attempt, sequence: sequence - 1, kind: .ringing)
      late.append(
        Node.Item(
          submission: Submission(.reportAttempt(early, dialer: id), actor: Actor(userID: 7)),
          ticket: .nobody))
    }
    send(.reportAttempt(report, dialer: id))
  }

  mutating func drawReport(of attempt: AttemptID, sequence: UInt32) -> AttemptReport {
    let kinds: [AttemptReport.Kind] = [
      .ringing, .agentAnswered, .answered, .answered, .voicemail, .fax, .notConnected,
      .notConnected, .ended, .ended,
    ]
    let outcomes: [AttemptOutcome?] = [
      nil, nil, .busy, .noAnswer, .rejected, .congestion, .failed, .agentSide, .cancelled,
      .invalidNumber, .notDialled,
    ]
    // Lines that are busy again and again double their gaps.
    let isBusy = chance.oneIn(3)
    return AttemptReport(
      attempt: attempt, sequence: sequence,
      kind: isBusy ? .notConnected : chance.pick(kinds) ?? .ended,
      outcome: isBusy ? .busy : chance.pick(outcomes) ?? nil,
      cause: DialCause(q850: chance.pick([nil, 16, 17, 19, 1, 38, 99]) ?? nil),
      agentHungUpFirst: chance.oneIn(3))
  }

  mutating func repeatReport() {
    guard let id = chance.pick(profile.dialers),
      let report = chance.pick(connectors[id]?.reports ?? [])
    else { return }
    send(.reportAttempt(report, dialer: id))
  }
}

extension AttemptReport {
  /// Whether the attempt is over with it.
  var isFinal: Bool {
    switch kind {
    case .fax, .notConnected, .ended: true
    case .ringing, .agentAnswered, .answered, .voicemail: false
    }
  }
}
