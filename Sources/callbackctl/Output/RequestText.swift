import CallbackMessages

/// What became of a request, for people.
enum RequestText {
  /// One line that says what was taken, and fields that say where it stands.
  static func taken(_ taken: V1.RequestCallbackResponse, check: Bool, _ look: Look) -> String {
    let merged = taken.disposition == .merged
    let headline =
      switch (check, merged) {
      case (false, false): "Callback \(taken.callbackID) to \(number(taken)) is requested."
      case (false, true): "\(number(taken)) waits already: one with callback \(taken.callbackID)."
      case (true, false): "It would be taken."
      case (true, true): "It would be taken, as one with callback \(taken.callbackID)."
      }
    var fields = FieldList()
    fields.add("queue", taken.queueID)
    fields.add("ahead", ahead(taken.ahead))
    if let eligible = Moment(taken.eligibleAt), eligible > look.time.now {
      fields.add("not before", look.time.both(eligible))
    }
    WaitText.addWait(taken.estimate, to: &fields)
    return headline + "\n" + fields.rendered(look.style, indent: "  ")
  }

  /// How many callbacks are in line before one.
  static func ahead(_ count: UInt32) -> String {
    switch count {
    case 0: "nobody: it is next"
    case 1: "1 callback"
    default: "\(count) callbacks"
    }
  }

  private static func number(_ taken: V1.RequestCallbackResponse) -> String {
    CallerText.number(taken.number)
  }
}
