import CallbackCore

extension World {
  mutating func performAsAgent(_ kind: Action.Kind) {
    switch kind {
    case .openSession: openSession()
    case .closeSession:
      guard let id = chance.pick(desktops.keys.sorted()), let stream = desktops[id] else { return }
      desktops[id] = nil
      send(.closeSession(id, stream: stream))
    case .joinSession:
      if let agent = drawAgent(), let id = chance.pick(desktops.keys.sorted()) {
        send(.attachAgent(agent, session: id))
      }
    case .leaveSession:
      if let agent = drawAgent(), let id = chance.pick(desktops.keys.sorted()) {
        send(.detachAgent(agent, session: id))
      }
    case .status: changeStatus()
    case .otherCall:
      guard let agent = drawAgent() else { return }
      send(
        .reportAgentCall(
          agent, reference: chance.among("x", "y"), chance.oneIn(2) ? .started : .ended))
    case .override:
      guard let agent = drawAgent() else { return }
      ask(.overrideAgent(agent, wanted: chance.among(.ready, .offline, .inactive(nil))))
    case .accept, .reject: answerOffer(kind)
    default: break
    }
  }

  mutating func drawAgent() -> AgentID? { chance.pick(profile.agents) }

  private mutating func openSession() {
    let id = SessionID("s\(chance.below(profile.agents.count + 1))")
    let stream = nextStream()
    // A desktop that reconnects may open its new stream before the service hears of the old one.
    if let old = desktops[id], chance.oneIn(2) {
      late.append(
        Node.Item(
          submission: Submission(.closeSession(id, stream: old), actor: Actor(userID: 7)),
          ticket: .nobody))
    }
    desktops[id] = stream
    let members = state.agentIDs.filter { _ in chance.oneIn(2) }
    send(.openSession(id, stream: stream, agents: members))
  }

  private mutating func changeStatus() {
    guard let agent = drawAgent() else { return }
    let wanted: WantedStatus? =
      switch chance.below(10) {
      case 0: .offline
      case 1: .inactive(nil)
      case 2: nil
      default: .ready
      }
    ask(.setAgentStatus(agent, wanted: wanted, endCooldown: chance.oneIn(4)))
  }

  private mutating func answerOffer(_ kind: Action.Kind) {
    let all = observer.offers.keys.sorted().suffix(20)
    let pending = all.filter { observer.offers[$0]?.state == .pending }
    let drawn = chance.pick(chance.oneIn(8) ? Array(all) : pending)
    guard let id = drawn, let offer = observer.offers[id] else { return }
    let agent = chance.oneIn(20) ? drawAgent() : offer.agent
    if offer.state == .pending, chance.oneIn(8) { passClosely(to: offer.deadline) }
    if offer.state == .pending, chance.oneIn(8) {
      jumpClosely(to: state.callback(offer.callback)?.quietFrom)
    }
    let session = chance.pick([nil, SessionID("s0"), SessionID("s1")]) ?? nil
    if kind == .accept {
      ask(.acceptOffer(id, agent: agent, session: session))
    } else {
      ask(.rejectOffer(id, agent: agent, session: session))
    }
  }
}
