import CallbackCore

extension World {
  mutating func performDialling(_ kind: Action.Kind) {
    switch kind {
    case .report: reportByDesktop()
    case .connectorAttaches: attachConnector()
    case .connectorDetaches: detachConnector()
    case .claim: claim()
    case .connectorReports: connectorReports()
    case .staleReport: repeatReport()
    case .answerQueries: answerQueries()
    case .settle:
      guard let id = drawAttempt(where: { $0.phase == .uncertain }) else { return }
      ask(.settleAttempt(id, chance.among(.answered, .voicemail, .busy, .notDialled, .noAnswer)))
    case .disposition:
      if let id = drawAttempt(where: { _ in true }) {
        ask(.recordDisposition(id, Disposition(kind: .other)))
      }
    default: break
    }
  }

  mutating func drawAttempt(where holds: (SeenAttempt) -> Bool) -> AttemptID? {
    chance.pick(observer.attempts.filter { holds($0.value) }.keys.sorted().suffix(20))
  }

  /// The agent's desktop tells what became of a call that the agent dialled; or, of a connector's
  /// attempt, that voicemail answered.
  private mutating func reportByDesktop() {
    let isAny = chance.oneIn(10)
    guard
      let id = drawAttempt(where: { isAny || $0.phase != .ended && $0.dialing == .reported }),
      let attempt = observer.attempts[id]
    else { return }
    let step = chance.among(UInt32(1), 1, 1, 0, 2)
    var report = drawReport(of: id, sequence: attempt.lastSequence &+ step)
    if attempt.dialing == .connector { report.kind = .voicemail }
    send(.reportAttempt(report, dialer: nil))
  }
}
