import CallbackMessages

/// A desktop of an agent: looks where the agent stands, and does one of the things that an agent
/// does there. Two desktops of one agent meet at the same offers and attempts.
struct AgentClient: Sendable {
  typealias Methods = CallbackServiceMethods

  let agent: String
  var client: RecordingClient
  var chance: SeededChance
  /// Counts the reports of the attempt that it last saw.
  private var reports: (attempt: String, count: UInt32) = ("", 0)
  private var lastOffer = ""

  init(agent: String, client: RecordingClient, chance: SeededChance) {
    (self.agent, self.client, self.chance) = (agent, client, chance)
  }

  /// Makes a read, and the call that it suggests.
  mutating func act() async throws {
    guard let found = try await client.call(Methods.getAgent, .init(agentID: agent)),
      let presence = found.agent
    else { return }
    switch presence.workState {
    case .offered: try await answer(presence.offerID)
    case .onCall where !presence.attemptID.isEmpty: try await report(presence.attemptID)
    case .onCall: try await otherCall(.ended)
    case .ready: try await whileIdle()
    default: try await want(.ready, endCooldown: chance.below(2) == 0)
    }
  }

  private mutating func answer(_ offer: String) async throws {
    lastOffer = offer
    switch chance.below(10) {
    case 0..<7:
      _ = try await client.call(
        Methods.acceptOffer,
        .init(
          requestID: client.nextID(), offerID: offer, agentID: agent,
          sessionID: "desk-\(client.number)"))
    case 7..<9:
      _ = try await client.call(
        Methods.rejectOffer, .init(requestID: client.nextID(), offerID: offer, agentID: agent))
    default: try await want(.inactive, endCooldown: false)
    }
  }

  /// Answered and ended, voicemail and ended, or not connected.
  private mutating func report(_ attempt: String) async throws {
    if reports.attempt != attempt { reports = (attempt, 0) }
    reports.count += 1
    var report = V1.CallReport(attemptID: attempt, sequence: reports.count, phase: .ended)
    let kind = attempt.utf8.reduce(0) { $0 &+ Int($1) } % 4
    switch (reports.count, kind) {
    case (1, 0), (1, 1): report.phase = .answered
    case (1, 2): report.phase = .voicemail
    case (1, _): report.outcome = [.busy, .noAnswer, .agentSide][chance.below(3)]
    default: break
    }
    _ = try await client.call(
      Methods.reportOutcome, .init(requestID: client.nextID(), report: report))
    if chance.below(3) == 0 {
      _ = try await client.call(
        Methods.recordDisposition,
        .init(
          requestID: client.nextID(), attemptID: attempt, disposition: .resolved,
          note: "by \(client.number)"))
    }
  }

  private mutating func whileIdle() async throws {
    switch chance.below(20) {
    case 0: try await otherCall(.started)
    case 1: try await want(.offline, endCooldown: false)
    case 2..<8: _ = try await client.call(Methods.listAgents, .init(queueID: Load.queue))
    case 8..<11 where !lastOffer.isEmpty: try await answer(lastOffer)
    default: break
    }
  }

  private mutating func otherCall(_ phase: V1.AgentCallPhase) async throws {
    _ = try await client.call(
      Methods.reportAgentCall,
      .init(
        requestID: client.nextID(), agentID: agent, callReference: "call-\(agent)",
        phase: phase))
  }

  private mutating func want(_ status: V1.AgentStatus, endCooldown: Bool) async throws {
    _ = try await client.call(
      Methods.setAgentStatus,
      .init(
        requestID: client.nextID(), agentID: agent, status: status, endCooldown: endCooldown))
  }
}
