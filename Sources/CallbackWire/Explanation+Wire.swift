public import CallbackCore
public import CallbackMessages

extension V1.ExplainReason {
  /// What holds a callback back.
  public init(_ reason: Explanation.Reason) {
    self =
      switch reason {
      case .notYet: .notYet
      case .callerArrived: .callerArrived
      case .queuePaused: .queuePaused
      case .noConnector: .noConnector
      case .noMembers: .noMembers
      case .numberBusy: .numberBusy
      case .attemptRunning: .attemptRunning
      case .uncertain: .uncertain
      case .ended: .ended
      }
  }

  /// Why an agent does not have a callback.
  public init(_ reason: Explanation.AgentReason) {
    self =
      switch reason {
      case .hasOffer: .hasOffer
      case .offline: .offline
      case .notConnected: .notConnected
      case .offeredAnother: .offeredAnother
      case .onCall: .onCall
      case .cooldown: .cooldown
      case .noAnswer: .noAnswer
      case .inactive: .inactive
      case .declined: .declined
      case .available: .available
      }
  }
}
