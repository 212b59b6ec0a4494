public import CallbackCore
public import CallbackMessages

extension V1.WaitEstimate {
  /// How long a callback will wait, or why nobody can tell.
  public init(_ estimate: CallbackCore.WaitEstimate) {
    switch estimate {
    case .interval(let wait):
      self.init(
        earliest: GoogleProtobuf.Duration(wait.earliest),
        median: GoogleProtobuf.Duration(wait.median),
        latest: GoogleProtobuf.Duration(wait.latest), model: V1.WaitModel(wait.model),
        agents: wait.agents, observations: wait.observations)
    case .unknown(let obstacle): self.init(unknown: V1.ExplainReason(obstacle))
    }
  }
}

extension V1.WaitModel {
  /// How a wait is computed.
  public init(_ model: CallbackCore.WaitModel) {
    self =
      switch model {
      case .departures: .departures
      }
  }
}

extension V1.ExplainReason {
  /// Why nobody can tell how long a callback will wait.
  public init(_ obstacle: WaitObstacle) {
    self =
      switch obstacle {
      case .queuePaused: .queuePaused
      case .noConnector: .noConnector
      case .noMembers: .noMembers
      case .nobodyOnDuty: .offline
      case .callerArrived: .callerArrived
      case .attemptRunning: .attemptRunning
      case .uncertain: .uncertain
      case .ended: .ended
      }
  }
}
