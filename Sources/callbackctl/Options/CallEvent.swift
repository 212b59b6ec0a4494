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

/// Which attempt: by its id, the one that an agent has, or the newest of a number.
struct AttemptOptions: ParsableArguments {
  @Option(help: "The attempt's id.")
  var attempt = ""

  @Option(help: "The agent, instead of the attempt's id: the attempt that the agent has.")
  var agent = ""

  @Option(help: "The number that was called, instead: its newest attempt.")
  var number = ""

  func validate() throws {
    if [attempt, agent, number].filter({ !$0.isEmpty }).count != 1 {
      throw ValidationError(
        "Say which call by one of --attempt ID, --agent AGENT or --number NUMBER.")
    }
  }

  /// The attempt's id; asks the daemon for it where only the agent is given.
  func attempt(_ session: Session) async throws -> String {
    if !attempt.isEmpty { return attempt }
    if !number.isEmpty { return try await newestAttempt(session) }
    let presence = try await session.client.agent(agent).agent
    guard let id = presence?.attemptID, !id.isEmpty else {
      throw Failure(
        "agent \(agent) has no call now; name the call with --attempt, or with --number its newest one"
      )
    }
    return id
  }

  private func newestAttempt(_ session: Session) async throws -> String {
    for try await page in session.client.history(ofNumber: number) {
      for case .callback(let entry) in page.entries.compactMap(\.entry) {
        if let attempt = entry.attempts.last { return attempt.attemptID }
      }
    }
    throw Failure("\(number) has not been called yet")
  }
}
