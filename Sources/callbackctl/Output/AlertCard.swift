import CallbackClient
import CallbackMessages

/// The CallBack Alert as an agent sees it: what is known (A to E) and what can be done (F, J).
struct AlertCard {
  /// The alert.
  let offer: V1.Offer
  /// The agent's name; the id stands for it where it is empty.
  let agentName: String

  /// The lines of the card.
  func rendered(_ look: Look) -> String {
    let style = look.style
    let edge = style.faint("│")
    var lines = [style.faint("╭─ ") + style.bold("CallBack Alert") + style.faint(" for ") + agent]
    lines += known(look).map { "\(edge) \(style.bold($0.letter))  \(pad($0.name)) \($0.value)" }
    lines += extra(look).map { "\(edge)    \(pad($0.name)) \($0.value)" }
    lines += actions.map { "\(edge) \(style.bold($0.letter))  \(pad($0.name)) \($0.value)" }
    lines.append(style.faint("╰─ ") + closing(look))
    return lines.joined(separator: "\n")
  }

  private typealias Line = (letter: String, name: String, value: String)

  private var agent: String {
    SafeText.line(agentName.isEmpty ? offer.agentID : agentName)
  }

  private func known(_ look: Look) -> [Line] {
    [
      ("A", "Caller", CallerText.line(offer.caller, calling: offer.number)),
      ("B", "Call type", CallerText.labels(offer.resolution, look.style)),
      ("C", "Location", named(offer.locationName, offer.locationID)),
      ("D", "Ad source", named(offer.adSource, "")),
      ("E", "Queue", named(offer.queueName, offer.queueID)),
    ]
  }

  private func extra(_ look: Look) -> [(name: String, value: String)] {
    var lines: [(String, String)] = []
    if let requested = Moment(offer.requestedAt) {
      let attempts =
        switch offer.attemptsCounted {
        case 0: ""
        case 1: ", 1 attempt did not connect"
        default: ", \(offer.attemptsCounted) attempts did not connect"
        }
      let waited = DurationText.coarse(look.time.now - requested)
      lines.append(("Waiting", waited + attempts))
    }
    let staleness = CallerText.staleness(offer.resolution)
    if !staleness.isEmpty { lines.append(("Stale", staleness)) }
    if !offer.note.isEmpty { lines.append(("Note", SafeText.line(offer.note))) }
    return lines
  }

  private var actions: [Line] {
    let card = CallerText.card(
      offer.resolution?.card, matches: offer.resolution?.matches ?? [])
    let number = CallerText.number(offer.number)
    return [
      ("F", "Start call", "calls \(number) and opens \(card)"),
      ("J", "Reject", "sends it to the next available agent"),
    ]
  }

  private func closing(_ look: Look) -> String {
    guard let deadline = Moment(offer.deadline) else { return "offer \(offer.offerID)" }
    let left = offer.remaining.map { Duration(wire: $0) } ?? max(.zero, deadline - look.time.now)
    return "\(DurationText.readable(rounded(left))) to answer, until "
      + "\(look.time.readable(deadline)), offer \(offer.offerID)"
  }

  /// Whole seconds, so that 19.998 s reads as 20 s.
  private func rounded(_ duration: Duration) -> Duration {
    let (seconds, attoseconds) = duration.components
    return .seconds(attoseconds >= 500_000_000_000_000_000 ? seconds + 1 : seconds)
  }

  private func named(_ name: String, _ id: String) -> String {
    let shown = name.isEmpty ? id : name
    return shown.isEmpty ? "unknown" : SafeText.line(shown)
  }

  private func pad(_ name: String) -> String {
    name + String(repeating: " ", count: max(0, 11 - name.count))
  }
}
