import CallbackMessages

/// Callbacks for people.
enum CallbackText {
  /// A line each.
  static func table(_ callbacks: [V1.Callback], _ look: Look) -> String {
    if callbacks.isEmpty { return "No live callbacks." }
    var table = Table(
      "CALLBACK", "STATE", "QUEUE", "NUMBER", "CALLER", "CALL TYPE", "WAITING", "TRIES", "WITH")
    for callback in callbacks {
      table.add(
        callback.callbackID, state(callback, look), callback.queueID,
        CallerText.number(callback.number), TextWidth.cut(callback.caller?.name ?? "", to: 24),
        CallerText.labelNames(callback.resolution), waiting(callback, look),
        String(callback.attemptsCounted), callback.agentID)
    }
    return table.rendered(look.style)
  }

  /// Everything about one.
  static func detail(_ callback: V1.Callback, _ look: Look) -> String {
    var fields = FieldList()
    fields.add("callback", callback.callbackID)
    fields.add("state", styled: look.style.bold(state(callback, look)))
    fields.add("end", endReason(callback))
    fields.add("queue", callback.queueID)
    fields.add("caller", CallerText.line(callback.caller, calling: callback.number))
    fields.add("call type", styled: CallerText.labels(callback.resolution, look.style))
    fields.add("stale", CallerText.staleness(callback.resolution))
    fields.add("card", card(callback.resolution))
    fields.add("dialled", CallerText.number(callback.dialledNumber))
    fields.add("location", named(callback.locationName, callback.locationID))
    fields.add("ad source", callback.adSource)
    fields.add("priority", callback.priority == 0 ? "" : String(callback.priority))
    fields.add("requested", look.both(Moment(callback.requestedAt)))
    fields.add("not before", look.both(Moment(callback.notBefore)))
    fields.add("offered from", waits(callback) ? look.both(Moment(callback.eligibleAt)) : "")
    fields.add("expires", look.both(Moment(callback.expiresAt)))
    fields.add("ended", look.both(Moment(callback.endedAt)))
    fields.add("attempts", attempts(callback))
    fields.add("merged", merged(callback))
    fields.add("offer", callback.offerID)
    fields.add("attempt", callback.attemptID)
    fields.add("agent", callback.agentID)
    fields.add("cancel", callback.cancelPending ? "pending: decided when the call ends" : "")
    fields.add("call reference", callback.callReference)
    fields.add("note", callback.note)
    fields.add("etag", callback.etag)
    return fields.rendered(look.style)
  }

  /// The state, with the time at which it ends by itself.
  static func state(_ callback: V1.Callback, _ look: Look) -> String {
    guard waits(callback), let eligible = Moment(callback.eligibleAt), eligible > look.time.now
    else { return callback.state.words }
    return "\(callback.state.words), \(DurationText.readable(eligible - look.time.now))"
  }

  private static func waits(_ callback: V1.Callback) -> Bool {
    callback.state == .scheduled || callback.state == .retryWait
  }

  private static func waiting(_ callback: V1.Callback, _ look: Look) -> String {
    guard let requested = Moment(callback.requestedAt) else { return "" }
    return DurationText.coarse(look.time.now - requested)
  }

  private static func endReason(_ callback: V1.Callback) -> String {
    guard callback.endReason.isSpecified else { return "" }
    let into = callback.mergedInto.isEmpty ? "" : " into \(callback.mergedInto)"
    return callback.endReason.words + into
  }

  private static func card(_ resolution: V1.Resolution?) -> String {
    guard let resolution, resolution.card?.kind.isSpecified == true else { return "" }
    let card = CallerText.card(resolution.card, matches: resolution.matches)
    return resolution.rule.isSpecified ? "\(card), by rule: \(resolution.rule.words)" : card
  }

  private static func attempts(_ callback: V1.Callback) -> String {
    guard callback.attemptsStarted > 0 else { return "none" }
    let last = callback.lastOutcome.isSpecified ? ", last: \(callback.lastOutcome.words)" : ""
    return "\(callback.attemptsStarted) begun, \(callback.attemptsCounted) counted\(last)"
  }

  private static func merged(_ callback: V1.Callback) -> String {
    switch callback.mergedRequests {
    case 0: ""
    case 1: "1 further request"
    default: "\(callback.mergedRequests) further requests"
    }
  }

  private static func named(_ name: String, _ id: String) -> String {
    name.isEmpty || name == id ? id : "\(name) (\(id))"
  }
}
