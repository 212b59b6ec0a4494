import CallbackMessages

/// Why a callback is where it is, for people.
enum ExplainText {
  /// The callback, the reasons that hold for it, and those of each agent.
  static func rendered(_ answer: V1.ExplainCallbackResponse, _ look: Look) -> String {
    let callback = answer.callback ?? V1.Callback()
    var parts = [headline(callback, answer, look)]
    var fields = FieldList()
    for reason in answer.reasons { fields.add("because", sentence(reason)) }
    fields.add("next change", nextChange(answer, look))
    if !answer.counts.isEmpty { fields.add("agents", counts(answer)) }
    let lines = fields.rendered(look.style, indent: "  ")
    if !lines.isEmpty { parts.append(lines) }
    if !answer.agents.isEmpty { parts.append(agents(answer, look)) }
    return parts.joined(separator: "\n")
  }

  /// A reason in a sentence without a full stop.
  static func sentence(_ reason: V1.ExplainReason) -> String {
    switch reason {
    case .hasOffer: "has the alert now"
    case .offline: "is Offline"
    case .notConnected: "is Ready but not connected: no offers stream is open"
    case .offeredAnother: "has another alert to answer"
    case .onCall: "is on a call"
    case .cooldown: "is in Cooldown"
    case .noAnswer: "missed an alert and has not said Ready since"
    case .inactive: "is Inactive"
    case .declined: "rejected or missed this callback a short while ago"
    case .notYet: "its time has not come: a not-before, quiet hours, or the gap after an attempt"
    case .noConnector: "the queue dials by connector and none is attached"
    case .noMembers: "the queue has no agents"
    case .queuePaused: "the queue's offers are closed"
    case .callerArrived: "the caller has phoned in"
    case .numberBusy: "another call of this number is running"
    case .attemptRunning: "the call is being placed, or runs"
    case .uncertain: "the fate of the last attempt is unknown; callbackctl settle decides it"
    case .ended: "it has ended"
    case .available: "is available"
    default: reason.words
    }
  }

  private static func headline(
    _ callback: V1.Callback, _ answer: V1.ExplainCallbackResponse, _ look: Look
  ) -> String {
    let line =
      "Callback \(callback.callbackID) to \(CallerText.number(callback.number)) is "
      + "\(CallbackText.state(callback, look))"
    let ahead = answer.ahead == 0 ? "" : ", with \(RequestText.ahead(answer.ahead)) before it"
    return look.style.bold(line + ahead + ".")
  }

  private static func nextChange(_ answer: V1.ExplainCallbackResponse, _ look: Look) -> String {
    guard let next = Moment(answer.nextChangeAt) else {
      return answer.callback?.endReason.isSpecified == true ? "" : "only by an event, not by time"
    }
    return look.time.both(next)
  }

  private static func counts(_ answer: V1.ExplainCallbackResponse) -> String {
    answer.counts.map { count in
      let has = count.reason == .hasOffer
      return "\(count.agents) \(has ? "has the alert" : count.reason.words)"
    }.joined(separator: ", ")
  }

  private static func agents(_ answer: V1.ExplainCallbackResponse, _ look: Look) -> String {
    var table = Table("AGENT", "WHY NOT", "UNTIL")
    for agent in answer.agents {
      let isNext = agent.reason == .available && answer.reasons.isEmpty
      table.add(
        agent.agentID, sentence(agent.reason) + (isNext ? ": the alert is about to come" : ""),
        look.both(Moment(agent.until)))
    }
    return table.rendered(look.style)
  }
}
