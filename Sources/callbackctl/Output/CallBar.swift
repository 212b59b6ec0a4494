import CallbackMessages

/// What an agent sees on accepting: the call bar (F) and the card that opens (G, H, I).
struct CallBar {
  /// The accepted offer.
  let accepted: V1.AcceptOfferResponse

  /// The lines.
  func rendered(_ look: Look) -> String {
    let attempt = accepted.attempt ?? V1.Attempt()
    let style = look.style
    var lines = [style.bold("☎ \(SafeText.line(attempt.callBarText))")]
    lines.append("")
    lines.append(cardTitle(attempt, style))
    lines.append(card(attempt, look))
    lines.append("")
    lines.append(next(attempt))
    return lines.joined(separator: "\n")
  }

  private func cardTitle(_ attempt: V1.Attempt, _ style: Style) -> String {
    let kind = attempt.card?.kind.words ?? "no"
    return style.bold(kind.prefix(1).uppercased() + kind.dropFirst() + " card")
  }

  private func card(_ attempt: V1.Attempt, _ look: Look) -> String {
    let matches = accepted.resolution?.matches ?? []
    let match = matches.first { $0.recordID == attempt.card?.recordID }
    var fields = FieldList()
    if let match {
      fields.add("record", match.recordID)
      fields.add("name", match.name)
      fields.add("location", match.locationID)
    }
    fields.add("caller", accepted.callerName)
    fields.add("number", CallerText.number(attempt.number))
    fields.add("call type", styled: CallerText.labels(accepted.resolution, look.style))
    fields.add("stale", CallerText.staleness(accepted.resolution))
    let others = matches.filter { $0.recordID != match?.recordID }
    fields.add("also", others.map { "\($0.recordID) \($0.name)" }.joined(separator: ", "))
    if attempt.card?.kind == .greeting {
      fields.add("start a Lead", "callbackctl lead start --attempt \(attempt.attemptID) --name …")
      fields.add("or match", "callbackctl match RECORD --attempt \(attempt.attemptID)")
    }
    return fields.rendered(look.style, indent: "  ")
  }

  private func next(_ attempt: V1.Attempt) -> String {
    switch attempt.dialing {
    case .connector:
      return "Attempt \(attempt.attemptID): the connector calls you first, then the caller."
    default:
      return """
        Attempt \(attempt.attemptID): dial the number, then report what happened:
          callbackctl outcome answered --agent \(SafeText.line(attempt.agentID))
          callbackctl outcome ended --agent \(SafeText.line(attempt.agentID))
        """
    }
  }
}
