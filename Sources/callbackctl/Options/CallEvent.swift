import ArgumentParser
import CallbackMessages

/// What can happen to a call, in the words of the command line.
enum CallEvent: String, ExpressibleByArgument, CaseIterable, Sendable {
  case ringing
  case agentAnswered = "agent-answered"
  case answered
  case voicemail
  case ended
  case busy
  case noAnswer = "no-answer"
  case rejected
  case invalidNumber = "invalid-number"
  case congestion
  case failed
  case fax
  case agentSide = "agent-side"
  case cancelled

  /// The report of it, without its attempt. Its sequence grows with how far the call is, so that
  /// reports made by hand come in order and repeating one is harmless.
  var report: V1.CallReport {
    switch self {
    case .ringing: V1.CallReport(sequence: 10, phase: .ringing, leg: .caller)
    case .agentAnswered: V1.CallReport(sequence: 20, phase: .agentAnswered, leg: .agent)
    case .answered: V1.CallReport(sequence: 30, phase: .answered, leg: .caller)
    case .voicemail: V1.CallReport(sequence: 40, phase: .voicemail, leg: .caller)
    case .fax: V1.CallReport(sequence: 50, phase: .fax, leg: .caller)
    case .ended: ended(.unspecified)
    case .busy: ended(.busy)
    case .noAnswer: ended(.noAnswer)
    case .rejected: ended(.rejected)
    case .invalidNumber: ended(.invalidNumber)
    case .congestion: ended(.congestion)
    case .failed: ended(.failed)
    case .cancelled: ended(.cancelled)
    case .agentSide: ended(.agentSide, leg: .agent)
    }
  }

  private func ended(_ outcome: V1.Outcome, leg: V1.CallLeg = .caller) -> V1.CallReport {
    V1.CallReport(sequence: 60, phase: .ended, leg: leg, outcome: outcome)
  }
}

/// Which attempt: by its id, or the one that an agent has.
struct AttemptOptions: ParsableArguments {
  @Option(help: "The attempt's id.")
  var attempt = ""

  @Option(help: "The agent, instead of the attempt's id: the attempt that the agent has.")
  var agent = ""

  func validate() throws {
    if attempt.isEmpty, agent.isEmpty {
      throw ValidationError("Say which call: --attempt ID, or --agent AGENT.")
    }
  }

  /// The attempt's id; asks the daemon for it where only the agent is given.
  func attempt(_ session: Session) async throws -> String {
    if !attempt.isEmpty { return attempt }
    let presence = try await session.client.agent(agent).agent
    guard let id = presence?.attemptID, !id.isEmpty else {
      throw Failure(
        "agent \(agent) has no call now; name the attempt with --attempt, history shows it")
    }
    return id
  }
}
