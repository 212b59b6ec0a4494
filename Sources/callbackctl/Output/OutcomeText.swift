import CallbackMessages

/// Outcomes for people.
enum OutcomeText {
  /// One line: when, which number, what happened, where the callback stands.
  static func line(_ event: V1.OutcomeEvent, _ look: Look) -> String {
    let at = Moment(event.occurredAt).map { look.time.readable($0) } ?? ""
    var what: [String] = []
    if event.outcome.isSpecified {
      let agent = event.agentID.isEmpty ? "" : " (\(SafeText.line(event.agentID)))"
      what.append(event.outcome.words + agent)
    }
    let end = event.endReason.isSpecified ? ", \(event.endReason.words)" : ""
    what.append("callback \(event.callbackID) is \(event.state.words)\(end)")
    let queue = SafeText.line(event.queueID)
    return "\(look.style.faint(at))  \(event.number)  \(queue)  " + what.joined(separator: "; ")
  }
}
