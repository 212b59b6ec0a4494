import CallbackMessages

/// How long a callback waits, for people.
enum WaitText {
  /// Whether a request would be taken, and how long it or a callback waits.
  static func rendered(_ answer: V1.EstimateWaitResponse, _ look: Look) -> String {
    guard answer.admissible else {
      return look.style.bold("It would be refused.") + "\n  "
        + SafeText.line(answer.refusal?.message ?? "")
    }
    let headline =
      switch (answer.callbackID.isEmpty, answer.wouldMerge) {
      case (true, _): "It would be taken."
      case (false, true): "It would be taken, as one with callback \(answer.callbackID)."
      case (false, false): "Callback \(answer.callbackID)"
      }
    var fields = FieldList()
    fields.add("queue", answer.queueID)
    fields.add("ahead", RequestText.ahead(answer.ahead))
    if let eligible = Moment(answer.eligibleAt), eligible > look.time.now {
      fields.add("not before", look.time.both(eligible))
    }
    addWait(answer.estimate, to: &fields)
    fields.add("based on", grounds(answer.estimate))
    return look.style.bold(headline) + "\n" + fields.rendered(look.style, indent: "  ")
  }

  /// Adds how long the wait is, where the daemon says it.
  static func addWait(_ estimate: V1.WaitEstimate?, to fields: inout FieldList) {
    fields.add("wait", wait(estimate))
  }

  private static func wait(_ estimate: V1.WaitEstimate?) -> String {
    guard let estimate else { return "" }
    guard let median = estimate.median, let earliest = estimate.earliest,
      let latest = estimate.latest
    else { return estimate.unknown.isSpecified ? "unknown: \(obstacle(estimate.unknown))" : "" }
    func text(_ duration: GoogleProtobuf.Duration) -> String {
      DurationText.coarse(Duration(wire: duration))
    }
    if latest == GoogleProtobuf.Duration() { return "none: an agent is free" }
    if earliest == latest { return "\(text(median)): then an agent is free" }
    return "about \(text(median)); 8 in 10 wait \(text(earliest)) to \(text(latest))"
  }

  private static func obstacle(_ reason: V1.ExplainReason) -> String {
    switch reason {
    case .offline: "no agent of the queue is on duty"
    case .queuePaused: "the queue makes no offers"
    case .callerArrived: "the caller has phoned in and may be served"
    default: ExplainText.sentence(reason)
    }
  }

  private static func grounds(_ estimate: V1.WaitEstimate?) -> String {
    guard let estimate, estimate.model.isSpecified else { return "" }
    let agents = estimate.agents == 1 ? "1 agent" : "\(estimate.agents) agents"
    let calls = estimate.observations == 1 ? "1 callback" : "\(estimate.observations) callbacks"
    return "\(agents) on duty, \(calls) so far (model \(estimate.model.words))"
  }
}
