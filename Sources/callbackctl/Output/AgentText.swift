import CallbackMessages

/// Agents at work, for people.
enum AgentText {
  /// What an agent is doing, with what ends it and what is wanted after it.
  static func status(_ agent: V1.AgentPresence, _ look: Look) -> String {
    var text = name(agent.workState)
    if agent.workState == .inactive, !agent.reason.isEmpty {
      text += " (\(SafeText.line(agent.reason)))"
    }
    if agent.workState == .ready, agent.sessions == 0 { text += ", not connected" }
    if let until = Moment(agent.until) { text += " until \(look.time.readable(until))" }
    if let then = wish(agent) { text += ", then \(then)" }
    return text
  }

  /// A line each.
  static func table(_ agents: [V1.AgentPresence], _ look: Look) -> String {
    if agents.isEmpty { return "No agents. callbackctl agent put adds one." }
    var table = Table("AGENT", "NAME", "STATUS", "QUEUES", "DESKTOPS", "MISSED", "HAS")
    for agent in agents {
      table.add(
        agent.agentID, agent.name, status(agent, look), agent.queueIDs.joined(separator: ","),
        String(agent.sessions), String(agent.misses), has(agent))
    }
    return table.rendered(look.style)
  }

  /// Everything about one, and the card of the alert that the agent has.
  static func detail(_ answer: V1.GetAgentResponse, _ look: Look) -> String {
    let agent = answer.agent ?? V1.AgentPresence()
    var fields = FieldList()
    fields.add("agent", agent.agentID)
    fields.add("name", agent.name)
    fields.add("status", styled: look.style.bold(SafeText.line(status(agent, look))))
    fields.add("queues", agent.queueIDs.joined(separator: ", "))
    fields.add("desktops", agent.sessions == 0 ? "none connected" : String(agent.sessions))
    fields.add("missed", agent.misses == 0 ? "" : "\(agent.misses) in a row")
    fields.add("offer", agent.offerID)
    fields.add("attempt", agent.attemptID)
    let lines = fields.rendered(look.style)
    guard let offer = answer.offer else { return lines }
    return lines + "\n\n" + AlertCard(offer: offer, agentName: agent.name).rendered(look)
  }

  /// A work state as agents know it.
  static func name(_ state: V1.AgentWorkState) -> String {
    state.words.prefix(1).uppercased() + state.words.dropFirst()
  }

  /// What the agent wants to be after what it is doing now, where that is something else.
  private static func wish(_ agent: V1.AgentPresence) -> String? {
    switch (agent.workState, agent.wanted) {
    case (.onCall, _), (.cooldown, _), (.offered, .inactive), (.offered, .offline):
      agent.wanted == .inactive && !agent.reason.isEmpty
        ? "inactive (\(SafeText.line(agent.reason)))" : agent.wanted.words
    default: nil
    }
  }

  private static func has(_ agent: V1.AgentPresence) -> String {
    if !agent.attemptID.isEmpty { return "attempt \(agent.attemptID)" }
    return agent.offerID.isEmpty ? "" : "offer \(agent.offerID)"
  }
}
