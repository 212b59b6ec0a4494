import CallbackMessages

/// Turns the messages of an offers stream into what an agent reads, one after another.
struct AlertDesk {
  private var names: [String: String] = [:]
  private var shown: [String: String] = [:]

  /// What to print for a message: a card for an alert, a line for anything else.
  mutating func take(_ message: V1.WatchOffersResponse, _ look: Look) -> [String] {
    switch message.event {
    case .agentSnapshot(let snapshot):
      var lines = status(snapshot.agent, look)
      if let offer = snapshot.offer { lines.append(card(offer, look)) }
      return lines
    case .synced: return [stamped("connected: alerts come as soon as there are any", look)]
    case .offered(let offered): return [card(offered.offer ?? V1.Offer(), look)]
    case .offerUpdated(let updated):
      let offer = updated.offer ?? V1.Offer()
      return [stamped("\(name(offer.agentID)): the alert changed", look), card(offer, look)]
    case .offerEnded(let ended): return [stamped(text(ended), look)]
    case .agentChanged(let changed): return status(changed.agent, look)
    case .agentRemoved(let removed):
      shown[removed.agentID] = nil
      return [stamped("\(name(removed.agentID)): deleted, alerts no longer come", look)]
    case nil: return []
    }
  }

  /// Whether the message shows an alert for the first time.
  static func isAlert(_ message: V1.WatchOffersResponse) -> Bool {
    switch message.event {
    case .offered: true
    case .agentSnapshot(let snapshot): snapshot.offer != nil
    default: false
    }
  }

  private func card(_ offer: V1.Offer, _ look: Look) -> String {
    AlertCard(offer: offer, agentName: names[offer.agentID] ?? "").rendered(look)
  }

  /// A line where the status reads differently from the last time; a change of nothing that is
  /// shown, such as of the sessions, needs none.
  private mutating func status(_ agent: V1.AgentPresence?, _ look: Look) -> [String] {
    guard let agent else { return [] }
    names[agent.agentID] = agent.name
    let text = AgentText.status(agent, look)
    guard shown.updateValue(text, forKey: agent.agentID) != text else { return [] }
    return [stamped("\(name(agent.agentID)): \(text)", look)]
  }

  private func text(_ ended: V1.OfferEnded) -> String {
    let agent = name(ended.agentID)
    switch ended.state {
    case .accepted:
      let session = ended.sessionID.isEmpty ? "" : " at \(SafeText.line(ended.sessionID))"
      return "\(agent): accepted\(session), offer \(ended.offerID)"
    case .rejected: return "\(agent): rejected, on to the next agent, offer \(ended.offerID)"
    case .timedOut: return "\(agent): missed, on to the next agent, offer \(ended.offerID)"
    case .withdrawn:
      return "\(agent): the alert was withdrawn, \(WithdrawalText.because(ended.withdrawal)), "
        + "offer \(ended.offerID)"
    default: return "\(agent): the alert is closed (\(ended.state.words)), offer \(ended.offerID)"
    }
  }

  private func name(_ agentID: String) -> String {
    let name = names[agentID] ?? ""
    return SafeText.line(name.isEmpty ? agentID : name)
  }

  private func stamped(_ text: String, _ look: Look) -> String {
    "\(look.style.faint(look.time.clock(look.time.now)))  \(text)"
  }
}
