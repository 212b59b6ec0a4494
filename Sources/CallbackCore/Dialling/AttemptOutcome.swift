/// What became of an attempt (DOMAIN, "Dialling").
public enum AttemptOutcome: UInt8, Hashable, Sendable, CaseIterable {
  /// The caller answered: complete (seed).
  case answered = 1
  /// Voicemail answered: complete (seed).
  case voicemail = 2
  /// The line was busy.
  case busy = 3
  /// Nobody answered.
  case noAnswer = 4
  /// The caller's side refused the call.
  case rejected = 5
  /// The number does not exist or is incomplete.
  case invalidNumber = 6
  /// The network could not carry the call.
  case congestion = 7
  /// A fax, or a cause that maps to nothing else.
  case failed = 8
  /// Ended by our own cancel.
  case cancelled = 9
  /// The agent's leg failed: not an attempt.
  case agentSide = 10
  /// Surely not dialled: not an attempt.
  case notDialled = 11
  /// No connector claimed it in time: not an attempt.
  case notClaimed = 12
  /// Answered; when the call ended is unknown.
  case answeredEndUnknown = 13
  /// Nobody knows: no final report came.
  case unknown = 14

  /// Whether it counts as an attempt that did not connect and is followed by a gap.
  public var isCounted: Bool {
    switch self {
    case .busy, .noAnswer, .rejected, .invalidNumber, .congestion, .failed: true
    case .answered, .voicemail, .cancelled, .agentSide, .notDialled, .notClaimed,
      .answeredEndUnknown, .unknown:
      false
    }
  }
}
