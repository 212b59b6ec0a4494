import CallbackCore
import CallbackMessages

/// What the contract calls the states of the rules: said here once more, so that a mistake of the
/// service's own table shows.
enum Names {
  static func state(_ state: CallbackState) -> V1.CallbackState {
    switch state {
    case .scheduled: .scheduled
    case .queued: .queued
    case .offered: .offered
    case .dialing: .dialing
    case .connected: .connected
    case .uncertain: .uncertain
    case .retryWait: .retryWait
    case .finished(.answered), .finished(.answeredEndUnknown), .finished(.voicemail): .completed
    case .finished(.exhausted): .failed
    case .finished(.cancelled), .finished(.callerReached), .finished(.merged): .cancelled
    case .finished(.expired): .expired
    }
  }

  static func offer(_ state: OfferState) -> V1.OfferState {
    switch state {
    case .pending: .pending
    case .accepted: .accepted
    case .rejected: .rejected
    case .timedOut: .timedOut
    case .withdrawn: .withdrawn
    }
  }

  static func work(_ status: AgentStatus) -> V1.AgentWorkState {
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

  static func wanted(_ status: WantedStatus) -> V1.AgentStatus {
    switch status {
    case .offline: .offline
    case .ready: .ready
    case .inactive: .inactive
    }
  }

  static func outcome(_ outcome: AttemptOutcome?) -> V1.Outcome {
    switch outcome {
    case nil: .unspecified
    case .answered, .answeredEndUnknown: .answered
    case .voicemail: .voicemail
    case .busy: .busy
    case .noAnswer: .noAnswer
    case .rejected: .rejected
    case .invalidNumber: .invalidNumber
    case .congestion: .congestion
    case .failed: .failed
    case .cancelled: .cancelled
    case .agentSide: .agentSide
    case .notDialled, .notClaimed: .notDialled
    case .unknown: .unknown
    }
  }

  /// As the metadata of a refusal names it: CALLBACK_STATE_QUEUED is QUEUED there.
  static func unprefixed(_ state: V1.CallbackState) -> String {
    String((state.protoName ?? "").dropFirst("CALLBACK_STATE_".count))
  }

  static func phase(_ phase: AttemptPhase) -> String {
    switch phase {
    case .unclaimed: "UNCLAIMED"
    case .dialing: "DIALING"
    case .talking: "TALKING"
    case .uncertain: "UNCERTAIN"
    case .ended: "ENDED"
    }
  }

  static func etag(_ revision: UInt32) -> String { "r\(revision)" }
}
