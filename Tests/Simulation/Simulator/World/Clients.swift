import CallbackCore
import CallbackEngine

/// Clients that give their requests ids, repeat them, and compare the answers.
struct Clients: Sendable {
  /// A request as its client remembers it.
  struct Sent: Sendable {
    var submission: Submission
    /// The first reply that came back, and when the request was carried out.
    var reply: Reply?
    var carriedOut: Observer.Remembered?
  }

  var sent: [RequestKey: Sent] = [:]
  /// The lately used ids, to be repeated.
  var keys: [RequestKey] = []
  var count: UInt64 = 0

  mutating func remember(_ submission: Submission, _ key: RequestKey) {
    sent[key] = Sent(submission: submission)
    keys.append(key)
    if keys.count > 12 { keys.removeFirst() }
  }
}

extension World {
  private static var user: Actor { Actor(userID: 7) }

  /// Sends a command as a client does that may repeat it.
  mutating func ask(_ command: Command) {
    guard !chance.oneIn(4) else { return send(command) }
    clients.count += 1
    let key = RequestKey(user: Self.user, id: "r\(clients.count)")
    let submission = Submission(
      command, actor: Self.user, requestKey: key,
      fingerprint: Fingerprint(high: clients.count, low: 1))
    clients.remember(submission, key)
    dispatch(Node.Item(submission: submission, ticket: .client(key)))
  }

  /// A client repeats a request, or uses its id for another one.
  mutating func repeatRequest() {
    guard let key = chance.pick(clients.keys), let sent = clients.sent[key] else { return }
    var submission = sent.submission
    if chance.oneIn(6) {
      submission.fingerprint = Fingerprint(high: submission.fingerprint.high, low: 2)
      submission.command = .setAgentStatus(profile.agents[0], wanted: .offline, endCooldown: false)
    }
    dispatch(Node.Item(submission: submission, ticket: .client(key)))
  }

  mutating func answerClient(
    _ key: RequestKey, _ item: Node.Item, _ result: Result<Answer, EngineError>
  ) {
    guard case .success(let answer) = result, let sent = clients.sent[key] else { return }
    let isOther = item.submission.fingerprint != sent.submission.fingerprint
    // The log says when the request was carried out, and whether that was the time that is known.
    let carriedOut = observer.answered[key]
    let isRemembered =
      sent.reply != nil && carriedOut != nil && carriedOut == sent.carriedOut
      && (carriedOut?.at ?? .init(0)) + profile.settings.requestMemory > clocks.now
    switch answer.outcome {
    case .success(let reply):
      if isOther {
        if isRemembered { fail("once: \(key.id) was used for two requests") }
        clients.sent[key] = nil
      } else if isRemembered, sent.reply != reply, !isQuestion(sent.submission) {
        fail("once: \(key.id) was answered \(reply), before \(String(describing: sent.reply))")
      } else if !isRemembered, !isQuestion(sent.submission) {
        clients.sent[key]?.reply = reply
        clients.sent[key]?.carriedOut = carriedOut
      }
    case .failure(let rejection):
      if isRemembered, !isOther { fail("once: \(key.id) is refused now: \(rejection)") }
      if isRemembered, isOther, rejection != .requestIDReused {
        fail("once: \(key.id) was used for two requests")
      }
    }
  }

  private func isQuestion(_ submission: Submission) -> Bool {
    if case .requestCallback(let request) = submission.command {
      request.validateOnly
    } else {
      false
    }
  }
}
