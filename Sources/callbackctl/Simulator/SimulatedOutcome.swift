import ArgumentParser
import CallbackClient
import CallbackMessages

/// What a simulated call comes to.
enum SimulatedOutcome: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// The caller answers; talk; the call ends.
  case answered
  /// Voicemail takes the call; the call ends.
  case voicemail
  /// The caller's line is busy.
  case busy
  /// The caller's phone rings to its limit.
  case noAnswer = "no-answer"
  /// The caller declines.
  case rejected
  /// The network knows no such number.
  case invalid
  /// The network cannot place the call.
  case congestion
  /// The call fails for another reason.
  case failed
  /// A fax answers.
  case fax
  /// The agent's phone rings to its limit; the caller is not dialled.
  case agentNoAnswer = "agent-no-answer"
  /// The agent hangs up while the caller's phone rings.
  case agentHangsUp = "agent-hangs-up"
  /// The call is claimed, and then nothing is ever reported.
  case silent
  /// The command is never claimed.
  case unclaimed

  /// One step of a call: after a wait, something happens and is reported.
  struct Step: Sendable, Hashable {
    /// How long after the step before.
    var wait: Duration
    /// What is reported, without attempt and sequence.
    var report: V1.CallReport
    /// What happened, for people; the connector puts in who.
    var text: String
  }

  /// The steps of a call once it is granted.
  ///
  /// Ends are reported by their cause alone, as telephone systems do: the service maps them.
  func steps(_ timing: SimulatedTiming, command: V1.DialCommand) -> [Step] {
    let agent = command.agentID
    let caller = CallerText.number(command.number)
    let agentRings = Step(
      wait: .zero, report: V1.CallReport(phase: .ringing, leg: .agent),
      text: "\(agent)'s phone rings")
    if self == .silent { return [] }
    if self == .agentNoAnswer {
      return [
        agentRings,
        Step(
          wait: timing.limited(command.agentRingLimit), report: Self.end(.agent, cause: 19),
          text: "\(agent) does not answer the phone"),
      ]
    }
    let callerRings = [
      agentRings,
      Step(
        wait: timing.agentRing, report: V1.CallReport(phase: .agentAnswered, leg: .agent),
        text: "\(agent) answers"),
      Step(
        wait: .zero, report: V1.CallReport(phase: .ringing, leg: .caller),
        text: "\(caller) is dialled"),
    ]
    return callerRings + callerSteps(timing, command: command, caller: caller, agent: agent)
  }

  private func callerSteps(
    _ timing: SimulatedTiming, command: V1.DialCommand, caller: String, agent: String
  ) -> [Step] {
    func end(_ cause: UInt32, _ text: String, wait: Duration? = nil) -> [Step] {
      [Step(wait: wait ?? timing.ring, report: Self.end(.caller, cause: cause), text: text)]
    }
    switch self {
    case .answered:
      return talk(.answered, "\(caller) answers", timing)
    case .voicemail:
      return talk(.voicemail, "\(caller): voicemail takes the call", timing)
    case .busy: return end(17, "\(caller) is busy")
    case .noAnswer:
      return end(
        19, "\(caller) does not answer", wait: timing.limited(command.callerRingLimit))
    case .rejected: return end(21, "\(caller) declines")
    case .invalid: return end(1, "\(caller): no such number")
    case .congestion: return end(34, "\(caller): the network is congested")
    case .failed:
      let report = V1.CallReport(phase: .ended, leg: .caller, sipStatus: 403)
      return [Step(wait: timing.ring, report: report, text: "\(caller): the call fails")]
    case .fax:
      let report = V1.CallReport(phase: .fax, leg: .caller)
      return [
        Step(wait: timing.ring, report: report, text: "\(caller): a fax answers"),
        Step(wait: .zero, report: Self.end(.caller, cause: 16), text: "the call ends"),
      ]
    case .agentHangsUp:
      let report = V1.CallReport(
        phase: .ended, leg: .agent, q850Cause: 16, agentHungUpFirst: true)
      return [Step(wait: timing.ring, report: report, text: "\(agent) hangs up")]
    case .agentNoAnswer, .silent, .unclaimed: return []
    }
  }

  private func talk(
    _ phase: V1.CallPhase, _ text: String, _ timing: SimulatedTiming
  ) -> [Step] {
    [
      Step(wait: timing.ring, report: V1.CallReport(phase: phase, leg: .caller), text: text),
      Step(wait: timing.talk, report: Self.end(.caller, cause: 16), text: "the call ends"),
    ]
  }

  /// The end of a call with a Q.850 cause.
  static func end(_ leg: V1.CallLeg, cause: UInt32) -> V1.CallReport {
    V1.CallReport(phase: .ended, leg: leg, q850Cause: cause)
  }
}

/// How long the parts of simulated calls take.
struct SimulatedTiming: Sendable, Hashable {
  /// Until the agent answers the phone.
  var agentRing: Duration = .seconds(1)
  /// Until the caller's side comes to something.
  var ring: Duration = .seconds(2)
  /// How long a conversation, or a message to a voicemail, takes.
  var talk: Duration = .seconds(3)

  /// A ring that nobody answers: no longer than the command allows, and for demonstrations no longer
  /// than three times the usual ring.
  func limited(_ limit: GoogleProtobuf.Duration?) -> Duration {
    min(limit.map { Duration(wire: $0) } ?? .seconds(45), ring * 3)
  }
}
