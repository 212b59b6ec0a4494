import CallbackMessages

/// A number's history for people.
enum HistoryText {
  /// The entries, each with its attempts under it.
  static func rendered(_ page: V1.GetCallerHistoryResponse, _ look: Look) -> String {
    let title = look.style.bold("History of \(CallerText.number(page.number))")
    if page.entries.isEmpty { return "\(title)\nNo calls yet." }
    return ([title] + page.entries.flatMap { lines($0, look) }).joined(separator: "\n")
  }

  private static func lines(_ entry: V1.HistoryEntry, _ look: Look) -> [String] {
    let at = look.readable(Moment(entry.at))
    switch entry.entry {
    case .callback(let history):
      return ["\(at)  \(callback(history.callback ?? V1.Callback()))"]
        + history.attempts.flatMap { attempt($0, look) }
    case .link(let link):
      let agent = link.agentID.isEmpty ? "" : " by \(SafeText.line(link.agentID))"
      let record = SafeText.line(link.recordID)
      return [
        link.unmatched
          ? "\(at)  taken off record \(record)\(agent)"
          : link.startedLead
            ? "\(at)  Lead \(record) started\(agent)"
            : "\(at)  matched to record \(record)\(agent)"
      ]
    case nil: return []
    }
  }

  private static func callback(_ callback: V1.Callback) -> String {
    let end = callback.endReason.isSpecified ? " (\(callback.endReason.words))" : ""
    let name = callback.caller?.name ?? ""
    let caller = name.isEmpty ? "" : " of \(SafeText.line(name))"
    return "callback\(caller) in \(SafeText.line(callback.queueID)): "
      + "\(callback.state.words)\(end), \(callback.callbackID)"
  }

  private static func attempt(_ attempt: V1.HistoryAttempt, _ look: Look) -> [String] {
    let outcome = attempt.outcome.isSpecified ? attempt.outcome.words : "running"
    var parts = ["\(SafeText.line(attempt.agentID)): \(outcome)"]
    if let connected = Moment(attempt.connectedAt), let ended = Moment(attempt.endedAt) {
      parts.append("talked \(DurationText.readable(max(.zero, ended - connected)))")
    }
    if attempt.q850Cause > 0 { parts.append("Q.850 \(attempt.q850Cause)") }
    if attempt.sipStatus > 0 { parts.append("SIP \(attempt.sipStatus)") }
    if attempt.card?.kind.isSpecified == true { parts.append(CallerText.card(attempt.card)) }
    if attempt.disposition.isSpecified { parts.append(attempt.disposition.words) }
    parts.append(attempt.attemptID)
    let at = look.readable(Moment(attempt.acceptedAt))
    let line = "    \(at)  " + parts.joined(separator: ", ")
    return attempt.note.isEmpty ? [line] : [line, "      “\(SafeText.line(attempt.note))”"]
  }
}
