import CallbackMessages

/// Why an alert was taken back, for people.
enum WithdrawalText {
  /// The reason as it follows `withdrawn,`.
  static func because(_ reason: V1.WithdrawalReason) -> String {
    switch reason {
    case .callbackCancelled: "the callback was cancelled or its caller reached"
    case .callbackExpired: "the callback's time ran out"
    case .callbackChanged: "the callback was changed"
    case .callerArrived: "the caller has phoned in"
    case .quietHours: "it became a quiet hour"
    case .agentLeft: "the agent went Offline or Inactive"
    case .agentDisconnected: "the agent's connection was lost"
    case .agentBusy: "the agent is on another call"
    case .agentMoved: "the agent no longer belongs to the queue"
    case .queuePaused: "the queue no longer offers"
    case .serviceRestarted: "the service was down at its deadline"
    default: "the callback is gone or settings changed"
    }
  }
}
