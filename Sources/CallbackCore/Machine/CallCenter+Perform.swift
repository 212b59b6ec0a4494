/// What a command causes: the events, already applied, and the answer.
public struct Decision: Hashable, Sendable {
  /// What happened, in order; empty for a repeated request and for a question.
  public var events: [Event]
  /// The answer.
  public var reply: Reply

  /// Puts a decision together.
  public init(events: [Event], reply: Reply) { (self.events, self.reply) = (events, reply) }
}

/// A decision in the making: what it knows, and the events so far.
struct Step {
  let context: DecisionContext
  let actor: Actor
  /// When the command was received; what counts against deadlines.
  let receivedAt: Instant
  var events: [Event] = []

  var now: Instant { context.now }
  var wall: WallTime { context.wall }
  var stamp: EventStamp { EventStamp(now: context.now, wall: context.wall, actor: actor) }
}

extension CallCenter {
  /// Decides a command and applies its events one by one.
  ///
  /// - Throws: `Rejection` if the command is refused; nothing has changed then.
  public mutating func perform(
    _ submission: Submission, in context: DecisionContext
  ) throws(Rejection) -> Decision {
    if let key = submission.requestKey, let known = rememberedAnswer(key, at: context.now) {
      guard known.fingerprint == submission.fingerprint else { throw .requestIDReused }
      return Decision(events: [], reply: known.reply)
    }
    let isKept = journal.isKept
    let start = mark()
    var step = Step(
      context: context, actor: submission.actor,
      receivedAt: submission.receivedAt ?? context.now)
    do throws(Rejection) {
      if !submission.command.isQuestion { readWallClock(&step) }
      let decided = try decide(submission.command, &step)
      makeOffers(&step)
      let reply = afterOffers(decided)
      if let key = submission.requestKey, !submission.command.isQuestion {
        emit(.replyRemembered(key, submission.fingerprint, reply), &step)
      }
      if !isKept { forgetMarks() }
      return Decision(events: step.events, reply: reply)
    } catch {
      rollback(to: start)
      if !isKept { forgetMarks() }
      throw error
    }
  }

  /// Decides a command without changing anything; `perform` taken back, for tests.
  public func decide(
    _ submission: Submission, in context: DecisionContext
  ) throws(Rejection) -> Decision {
    var copy = self
    return try copy.perform(submission, in: context)
  }

  /// Applies an event and adds it to what the step has caused.
  mutating func emit(_ event: Event, _ step: inout Step) {
    apply(event, stamp: step.stamp)
    step.events.append(event)
  }

  /// The halves of the next id.
  func nextID<ID: MadeIdentifier>(_ step: Step) -> ID {
    let made = UInt64(counters.idsMade)
    var chance = step.context.entropy &+ made &* 0x9e37_79b9_7f4a_7c15
    chance = (chance ^ chance >> 30) &* 0xbf58_476d_1ce4_e5b9
    chance = (chance ^ chance >> 27) &* 0x94d0_49bb_1331_11eb
    chance ^= chance >> 31
    return id(at: step.now, chance >> 16)
  }

  /// An id behind all that were made so far, and before all that will be.
  public func idBoundary<ID: MadeIdentifier>() -> ID { id(at: counters.now, 0) }

  private func id<ID: MadeIdentifier>(at now: Instant, _ chance: UInt64) -> ID {
    let time = UInt64(clamping: now.milliseconds) & 0xffff_ffff_ffff
    let made = UInt64(counters.idsMade)
    return ID(high: time << 16 | made >> 16, low: (made & 0xffff) << 48 | chance)
  }

  /// What an answer says of a callback or an agent holds after offers were made: an answer is true
  /// behind all events of its command.
  private func afterOffers(_ reply: Reply) -> Reply {
    switch reply {
    case .requested(var answer):
      // Validate only has no callback of its own, and changes none.
      guard answer.revision != 0, let id = answer.callback, let callback = callbacks[id]?.value
      else { return reply }
      answer.revision = callback.revision
      return .requested(answer)
    case .callback(var answer):
      guard let callback = callbacks[answer.id]?.value else { return reply }
      (answer.state, answer.revision) = (callback.state, callback.revision)
      return .callback(answer)
    case .reported(var answer):
      guard let attempt = attempts[answer.attempt]?.value,
        let callback = callbacks[attempt.callback]?.value
      else { return reply }
      answer.callbackState = callback.state
      return .reported(answer)
    case .agent(var answer):
      guard let agent = agents[answer.id]?.value else { return reply }
      answer.status = agent.status
      return .agent(answer)
    case .rejected(let offer, _):
      guard let id = offers[offer]?.value.agent, let agent = agents[id]?.value else {
        return reply
      }
      return .rejected(offer, agent.status)
    default: return reply
    }
  }

  private mutating func decide(
    _ command: Command, _ step: inout Step
  ) throws(Rejection) -> Reply {
    switch command {
    case .requestCallback(let request): try requestCallback(request, &step)
    case .updateCallback(let update): try updateCallback(update, &step)
    case .requeueCallback(let id): try requeueCallback(id, &step)
    case .cancelCallback(let id, let revision): try cancelCallback(id, revision, &step)
    case .reportCallerReached(let target, let phase):
      try reportCallerReached(target, phase, &step)
    case .updateResolution(let id, let lookup, let line):
      try updateResolution(id, lookup, asked: line, &step)
    case .forgetCaller(let e164): try forgetCaller(e164, &step)
    case .acceptOffer(let id, let agent, let session):
      try acceptOffer(id, agent, session, &step)
    case .rejectOffer(let id, let agent, let session):
      try rejectOffer(id, agent, session, &step)
    case .openSession, .closeSession, .attachAgent, .detachAgent:
      try decideSession(command, &step)
    case .setAgentStatus(let id, let wanted, let endCooldown):
      try setAgentStatus(id, wanted, endCooldown: endCooldown, &step)
    case .reportAgentCall(let id, let reference, let phase):
      try reportAgentCall(id, reference, phase, &step)
    case .overrideAgent(let id, let wanted): try overrideAgent(id, wanted, &step)
    case .attachDialer(let dialer): try attachDialer(dialer, &step)
    case .detachDialer(let id, let stream): detachDialer(id, stream, &step)
    case .claimAttempt(let id, let dialer, let stream):
      try claimAttempt(id, dialer, stream, &step)
    case .reportAttempt(let report, let dialer): try reportAttempt(report, dialer, &step)
    case .answerQuery(let id, let dialer, let answer):
      try answerQuery(id, dialer, answer, &step)
    case .settleAttempt(let id, let outcome): try settleAttempt(id, outcome, &step)
    case .recordDisposition(let id, let disposition):
      try recordDisposition(id, disposition, &step)
    case .putQueue, .deleteQueue, .setQueueState, .putAgent, .setAgentQueues, .deleteAgent,
      .putLocation, .deleteLocation, .putNumber, .deleteNumber, .putExclusion, .deleteExclusion,
      .putInactiveReason, .deleteInactiveReason, .putSettings:
      try decideConfiguration(command, &step)
    case .serviceStarted: startService(&step)
    case .endHosts(let end): endHosts(end, &step)
    }
  }
}

extension Command {
  /// Whether it only asks, so that there is no answer worth remembering.
  var isQuestion: Bool {
    if case .requestCallback(let request) = self { request.validateOnly } else { false }
  }
}
