import CallbackClient
import CallbackMessages

extension ErrorText {
  /// What to do next; nil where the message says all there is to say.
  var advice: String? {
    switch error.cause {
    case .unreachable where isForbidden:
      "The daemon's socket_mode and socket_group say who may connect: join that group, or ask who"
        + " runs it."
    case .unreachable:
      "Start it with: callbackd --socket \(socket) (or say with --socket where it listens)"
    case .connectionLost:
      if let requestID {
        "Whether it was done is not known: look, or repeat with the same \(requestID.rawValue)."
      } else {
        "Try again."
      }
    case .deadline where requestID == nil: "Try again; --timeout gives it longer."
    case .deadline: "Look before you repeat it; --timeout gives it longer."
    case .cancelled, .malformedAnswer: nil
    case nil: adviceByReason
    }
  }

  private var adviceByReason: String? {
    switch error.reason {
    case .callbackNotFound: "callbackctl list shows the live callbacks."
    case .agentNotFound: "callbackctl agent list shows the agents; agent put adds one."
    case .queueNotFound: "callbackctl queue list shows the queues; queue put adds one."
    case .locationNotFound: "callbackctl location list shows the locations; location put adds one."
    case .numberNotFound: "callbackctl number list shows the numbers; number put adds one."
    case .recordNotFound: "callbackctl search finds records by name or number."
    case .inactiveReasonNotFound: "callbackctl reason list shows the reasons; reason put adds one."
    case .exclusionNotFound: "callbackctl exclusion list shows the excluded numbers."
    case .excludedNumber: "callbackctl exclusion list shows the excluded numbers."
    case .offerNotFound, .notYourOffer: "callbackctl agent show AGENT names the pending offer."
    case .attemptNotFound: "callbackctl list --state dialing,connected shows running attempts."
    case .offerClosed: closedOffer
    case .noCallbackNumber: "Give the caller's number, or --callback with another one."
    case .noQueue: "Name one with --queue, or tie one to the dialled number: number put … --queue."
    case .numberImpossible: "Write it in full, such as +15105550123."
    case .classNotAccepted: "queue put QUEUE --accept says from whom a queue takes requests."
    case .queueFull: "Wait for room, or raise the limit: queue put QUEUE --capacity."
    case .queueClosed: "callbackctl queue open QUEUE opens it."
    case .roleMissing: "Ask whoever runs the daemon: access in its configuration grants roles."
    case .agentNotYours:
      "Ask whoever runs the daemon: access.bound in its configuration names your agents."
    case .inUse: "First delete or change what uses it."
    case .stopping, .logUnavailable, .overloaded:
      if let requestID {
        "Repeat it in a moment with the same \(requestID.rawValue)."
      } else {
        "Try again in a moment."
      }
    case .tokenTooOld: "Begin with --since, or from now."
    default: nil
    }
  }

  private var closedOffer: String? {
    guard case .offerClosed(let closed) = error.detail else { return nil }
    switch closed.state {
    case .timedOut: return "It timed out and went to the next available agent."
    case .withdrawn: return "It was withdrawn, \(WithdrawalText.because(closed.withdrawal))."
    case .accepted: return "It was accepted already."
    case .rejected: return "It was rejected already."
    default: return nil
    }
  }
}
