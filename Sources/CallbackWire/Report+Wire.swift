public import CallbackCore
public import CallbackMessages

extension V1.Outcome {
  /// How an attempt came out. That the end of an answered call is unknown, the end reason says.
  public init(_ outcome: AttemptOutcome) {
    self =
      switch outcome {
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

  /// The outcome that a request names; nil where it leaves it to the cause.
  public func outcome(_ path: String) throws(FieldError) -> AttemptOutcome? {
    switch self {
    case .unspecified: return nil
    case .answered: return .answered
    case .voicemail: return .voicemail
    case .busy: return .busy
    case .noAnswer: return .noAnswer
    case .rejected: return .rejected
    case .invalidNumber: return .invalidNumber
    case .congestion: return .congestion
    case .failed: return .failed
    case .cancelled: return .cancelled
    case .agentSide: return .agentSide
    case .notDialled: return .notDialled
    default: throw FieldError(path, .invalid("must be an outcome that can be reported"))
    }
  }
}

extension V1.CallReport {
  /// The report that a request or a connector makes.
  ///
  /// - Parameter path: the field that holds it.
  public func report(_ path: String = "report") throws(FieldError) -> AttemptReport {
    AttemptReport(
      attempt: try Field.madeIdentifier(attemptID, "\(path).attempt_id"),
      sequence: try Field.number(sequence, "\(path).sequence", in: 1...UInt32.max),
      kind: try kind("\(path).phase"), leg: try callLeg("\(path).leg"),
      outcome: try endOutcome("\(path).outcome"),
      cause: DialCause(
        q850: q850Cause == 0
          ? nil : UInt16(try Field.number(q850Cause, "\(path).q850_cause", in: 1...127)),
        sip: sipStatus == 0
          ? nil : UInt16(try Field.number(sipStatus, "\(path).sip_status", in: 100...699))),
      agentHungUpFirst: agentHungUpFirst,
      occurredAt: try wallTime(occurredAt, "\(path).occurred_at"))
  }

  private func kind(_ path: String) throws(FieldError) -> AttemptReport.Kind {
    switch phase {
    case .ringing: return .ringing
    case .agentAnswered: return .agentAnswered
    case .answered: return .answered
    case .voicemail: return .voicemail
    case .fax: return .fax
    case .ended: return .ended
    case .unspecified: throw FieldError(path, .missing)
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }

  private func callLeg(_ path: String) throws(FieldError) -> AttemptReport.Leg {
    switch leg {
    case .agent: return .agent
    case .caller, .unspecified: return .caller
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }

  /// Completion needs ANSWERED or VOICEMAIL reported as a phase, never as the outcome of an end
  /// (DOMAIN, "Dialling").
  private func endOutcome(_ path: String) throws(FieldError) -> AttemptOutcome? {
    guard phase == .ended || phase == .fax else {
      guard outcome == .unspecified else {
        throw FieldError(path, .invalid("must be empty unless the phase is ENDED"))
      }
      return nil
    }
    switch outcome {
    case .answered, .voicemail:
      throw FieldError(path, .invalid("must be reported as the phase ANSWERED or VOICEMAIL"))
    default: return try outcome.outcome(path)
    }
  }
}

/// The moment of an optional timestamp.
func wallTime(
  _ timestamp: GoogleProtobuf.Timestamp?, _ path: String
) throws(FieldError) -> WallTime? {
  guard let timestamp else { return nil }
  return try timestamp.wallTime(path)
}

extension V1.Disposition {
  /// What an agent said.
  public init(_ kind: Disposition.Kind) {
    self =
      switch kind {
      case .resolved: .resolved
      case .followUp: .followUp
      case .voicemailLeft: .voicemailLeft
      case .wrongNumber: .wrongNumber
      case .notInterested: .notInterested
      case .other: .other
      }
  }

  /// What a request says that the agent said.
  public func kind(_ path: String) throws(FieldError) -> Disposition.Kind {
    switch self {
    case .resolved: return .resolved
    case .followUp: return .followUp
    case .voicemailLeft: return .voicemailLeft
    case .wrongNumber: return .wrongNumber
    case .notInterested: return .notInterested
    case .other: return .other
    case .unspecified: throw FieldError(path, .missing)
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}

extension V1.HistoryAttempt {
  /// An attempt as it is, or as it ended.
  public init(_ attempt: Attempt) {
    self.init(
      attemptID: attempt.id.text, agentID: attempt.agent.rawValue,
      acceptedAt: GoogleProtobuf.Timestamp(attempt.acceptedAt.wall),
      connectedAt: attempt.answeredAt.map { GoogleProtobuf.Timestamp($0) },
      endedAt: attempt.endedAt.map { GoogleProtobuf.Timestamp($0.wall) },
      outcome: attempt.outcome.map { V1.Outcome($0) } ?? .unspecified,
      q850Cause: UInt32(attempt.cause.q850 ?? 0), sipStatus: UInt32(attempt.cause.sip ?? 0),
      card: V1.Card(attempt.plan.value.resolution.card),
      disposition: attempt.disposition.map { V1.Disposition($0.kind) } ?? .unspecified,
      note: attempt.disposition?.note ?? "")
  }
}
