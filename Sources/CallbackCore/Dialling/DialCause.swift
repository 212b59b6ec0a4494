/// Why a leg ended, as the network said.
public struct DialCause: Hashable, Sendable {
  /// The Q.850 cause, 1 to 127; nil where none was given.
  public var q850: UInt16?
  /// The SIP status, 100 to 699; nil where none was given.
  public var sip: UInt16?

  /// Names a cause.
  public init(q850: UInt16? = nil, sip: UInt16? = nil) { (self.q850, self.sip) = (q850, sip) }

  /// No cause given.
  public static let none = DialCause()

  /// The outcome that a cause means for an attempt that was not answered (DOMAIN, the table of
  /// causes). The SIP status is read only where there is no Q.850 cause.
  ///
  /// - Parameters:
  ///   - agentHungUpFirst: the agent ended the call before anybody answered.
  ///   - wasCancelled: the service had asked for the end.
  public func outcome(agentHungUpFirst: Bool, wasCancelled: Bool) -> AttemptOutcome {
    if let q850 { return Self.outcome(q850: q850, agentHungUpFirst: agentHungUpFirst) }
    guard let sip else { return agentHungUpFirst ? .agentSide : .failed }
    return Self.outcome(sip: sip, wasCancelled: wasCancelled)
  }

  private static func outcome(q850: UInt16, agentHungUpFirst: Bool) -> AttemptOutcome {
    switch q850 {
    case 17: .busy
    case 18, 19, 20, 27: .noAnswer
    case 16, 31: agentHungUpFirst ? .agentSide : .noAnswer
    case 21: .rejected
    case 1, 3, 22, 28: .invalidNumber
    case 34, 38, 41, 42: .congestion
    default: .failed
    }
  }

  private static func outcome(sip: UInt16, wasCancelled: Bool) -> AttemptOutcome {
    switch sip {
    case 486, 600: .busy
    case 408, 480: .noAnswer
    case 603: .rejected
    case 404, 410, 484, 604: .invalidNumber
    case 500...504: .congestion
    case 487: wasCancelled ? .cancelled : .agentSide
    default: .failed
    }
  }
}
