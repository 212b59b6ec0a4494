import CallbackMessages

/// An event for people, on one line.
enum EventText {
  /// When, what, and what it is about.
  static func line(_ event: V1.ServiceEvent, _ look: Look) -> String {
    var parts = [event.kind.replacing("_", with: " ")]
    func add(_ name: String, _ value: String) {
      if !value.isEmpty { parts.append("\(name) \(SafeText.line(value))") }
    }
    add("number", event.number)
    add("queue", event.queueID)
    add("agent", event.agentID)
    add("location", event.locationID)
    add("connector", event.dialerID)
    add("session", event.sessionID)
    if event.outcome.isSpecified { parts.append(event.outcome.words) }
    if event.callbackState.isSpecified { parts.append("now \(event.callbackState.words)") }
    add("callback", event.callbackID)
    add("offer", event.offerID)
    add("attempt", event.attemptID)
    if event.kind == "caller_forgotten" { add("callbacks", "\(event.forgottenCallbacks)") }
    if let user = event.actorUid { parts.append("by user \(user.value)") }
    return "\(look.readable(Moment(event.occurredAt)))  " + parts.joined(separator: ", ")
  }
}
