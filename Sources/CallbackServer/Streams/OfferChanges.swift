import CallbackCore
import CallbackMessages
import CallbackWire

/// What a batch of events means for offers streams: messages in the order of the events, then one
/// message for each agent whose status may have changed.
struct OfferChanges {
  typealias Message = V1.WatchOffersResponse.Event

  /// Messages, each for the streams of an agent.
  private(set) var messages: [(agent: AgentID, event: Message)] = []
  /// Agents whose status may have changed, in the order of the first change.
  private(set) var agents: [AgentID] = []
  private var seen: Set<AgentID> = []

  /// Says what an event means.
  ///
  /// - Parameters:
  ///   - sessions: the agents of a session that has just closed.
  ///   - isWatched: whether any stream shows an agent's offers.
  mutating func note(
    _ event: Event, in state: borrowing CallCenter, at clocks: Clocks,
    sessions: (SessionID) -> [AgentID], isWatched: (AgentID) -> Bool
  ) {
    switch event {
    case .offerMade(let offer):
      touch(offer.agent)
      if isWatched(offer.agent), let alert = state.alert(of: offer, at: clocks) {
        messages.append((offer.agent, .offered(.init(offer: alert))))
      }
    case .offerClosed(let offer, _), .offerAccepted(let offer, _):
      touch(offer.agent)
      messages.append((offer.agent, .offerEnded(V1.OfferEnded(offer))))
    case .resolutionUpdated(let callback, _): update(callback, state, clocks, isWatched)
    case .requestMerged(let change), .callbackUpdated(let change):
      update(change.id, state, clocks, isWatched)
    case .agentDeleted(let id):
      messages.append((id, .agentRemoved(.init(agentID: id.rawValue))))
    case .sessionClosed(let session, _): sessions(session).forEach { touch($0) }
    case .sessionOpened(_, _, let agents): agents.forEach { touch($0) }
    case .attemptBecameUncertain(let id): state.attempt(id).map { touch($0.agent) }
    case .attemptEnded(let attempt): touch(attempt.agent)
    case .agentAttached(let id, _), .agentDetached(let id, _, _), .statusWanted(let id, _, _),
      .agentStoppedAnswering(let id), .cooldownBegan(let id, _), .cooldownEnded(let id),
      .agentCallStarted(let id, _, _), .agentCallEnded(let id, _), .agentCallsCleared(let id),
      .graceBegan(let id, _), .agentDisconnected(let id), .agentPut(let id, _, _):
      touch(id)
    default: break
    }
  }

  private mutating func touch(_ agent: AgentID) {
    if seen.insert(agent).inserted { agents.append(agent) }
  }

  private mutating func update(
    _ id: CallbackID, _ state: borrowing CallCenter, _ clocks: Clocks,
    _ isWatched: (AgentID) -> Bool
  ) {
    guard let pending = state.callback(id)?.state.offer, let offer = state.offer(pending),
      isWatched(offer.agent), let alert = state.alert(of: offer, at: clocks)
    else { return }
    messages.append((offer.agent, .offerUpdated(.init(offer: alert))))
  }
}

extension V1.OfferEnded {
  /// How an offer ended.
  init(_ offer: Offer) {
    self.init(
      offerID: offer.id.text, agentID: offer.agent.rawValue, state: V1.OfferState(offer.state))
    switch offer.state {
    case .accepted(_, let session): sessionID = session?.rawValue ?? ""
    case .withdrawn(let reason): withdrawal = V1.WithdrawalReason(reason)
    case .pending, .rejected, .timedOut: break
    }
  }
}
