public import CallbackCore
public import CallbackMessages

extension V1.AgentStatus {
  /// What an agent wants to be.
  public init(_ wanted: WantedStatus) {
    self =
      switch wanted {
      case .offline: .offline
      case .ready: .ready
      case .inactive: .inactive
      }
  }

  /// What a request wants an agent to be.
  ///
  /// - Parameter reason: for INACTIVE, why; must be empty otherwise.
  public func wanted(reason: String) throws(FieldError) -> WantedStatus {
    let status = try Field.said(self, "status")
    guard status == .inactive else {
      guard reason.isEmpty else {
        throw FieldError("reason", .invalid("must be empty unless the status is INACTIVE"))
      }
      return status == .ready ? .ready : .offline
    }
    return .inactive(try Field.optionalIdentifier(reason, "reason"))
  }
}

extension V1.AgentWorkState {
  /// What an agent is doing.
  public init(_ status: AgentStatus) {
    self =
      switch status {
      case .offline: .offline
      case .ready: .ready
      case .offered: .offered
      case .onCall, .onOtherCall: .onCall
      case .cooldown: .cooldown
      case .notAnswering: .noAnswer
      case .inactive: .inactive
      }
  }
}

extension AgentStatus {
  /// When COOLDOWN ends, for messages.
  public func cooldownEnd(_ clocks: Clocks) -> GoogleProtobuf.Timestamp? {
    guard case .cooldown(let until) = self else { return nil }
    return GoogleProtobuf.Timestamp(clocks.wallTime(of: until))
  }
}

extension V1.AgentPresence {
  /// What the service knows about an agent at work.
  public init(_ agent: Agent, at clocks: Clocks) {
    let status = agent.status
    self.init(
      agentID: agent.id.rawValue, name: agent.settings.value.name,
      wanted: V1.AgentStatus(agent.wanted), workState: V1.AgentWorkState(status),
      until: status.cooldownEnd(clocks), misses: agent.misses,
      sessions: UInt32(agent.sessions.count),
      queueIDs: agent.settings.value.memberships.map(\.queue.rawValue))
    if case .inactive(let reason) = agent.wanted { self.reason = reason?.rawValue ?? "" }
    if case .offered(let offer) = agent.work { offerID = offer.text }
    if case .onCallback(let attempt) = agent.work { attemptID = attempt.text }
  }
}

extension V1.StatusEffect {
  /// When a wish takes effect.
  public init(_ application: AgentReply.Application) {
    self =
      switch application {
      case .now: .now
      case .afterCall: .afterCall
      }
  }
}
