import CallbackCore
import CallbackMessages

/// Compares what answers show of callbacks, offers and agents with the state. Moments are left out
/// where the answer counts them by the clocks of when it was made.
extension Differences {
  /// A callback as a read shows it.
  mutating func compare(_ told: V1.Callback, with state: CallCenter) {
    guard let id = CallbackID(text: told.callbackID), let callback = state.callback(id) else {
      // Only history knows callbacks that ended long before.
      return require(told.endedAt != nil, "callback \(told.callbackID) is not in the log's state")
    }
    expect("state", told.state, is: Names.state(callback.state))
    expect("etag", told.etag, is: Names.etag(callback.revision))
    expect("queue", told.queueID, is: callback.queue.rawValue)
    expect("number", told.number?.e164, is: callback.line.e164)
    expect("priority", told.priority, is: callback.priority)
    expect("note", told.note, is: callback.request.value.note)
    expect("merged requests", told.mergedRequests, is: callback.merged)
    expect("attempts started", told.attemptsStarted, is: callback.attemptsStarted)
    expect("attempts counted", told.attemptsCounted, is: callback.attemptsCounted)
    expect("last outcome", told.lastOutcome, is: Names.outcome(callback.lastOutcome))
    expect("cancel pending", told.cancelPending, is: callback.pendingEnd != nil)
    expect(
      "requested at", told.requestedAt.map(Self.milliseconds), is: callback.requestedAt.milliseconds
    )
    compareHolder(of: callback, told, state)
  }

  /// Who has the offer or the attempt of a callback.
  private mutating func compareHolder(
    of callback: Callback, _ told: V1.Callback, _ state: CallCenter
  ) {
    var (offer, attempt, agent) = ("", "", "")
    switch callback.state {
    case .offered(let id):
      offer = id.text
      agent = state.offer(id)?.agent.rawValue ?? ""
    case .dialing(let id), .connected(let id), .uncertain(let id):
      attempt = id.text
      agent = state.attempt(id)?.agent.rawValue ?? ""
    case .scheduled, .queued, .retryWait, .finished: break
    }
    expect("offer", told.offerID, is: offer)
    expect("attempt", told.attemptID, is: attempt)
    expect("agent", told.agentID, is: agent)
  }

  /// An alert that waits for its answer.
  mutating func comparePending(_ told: V1.Offer, with state: CallCenter) {
    compare(told, with: state)
    guard let id = OfferID(text: told.offerID), let offer = state.offer(id) else { return }
    expect("offer's state", told.state, is: Names.offer(offer.state))
    expect("offer's state", told.state, is: .pending)
  }

  /// An alert; one that a stream shows may be closed again at the same position.
  mutating func compare(_ told: V1.Offer, with state: CallCenter) {
    guard let id = OfferID(text: told.offerID), let offer = state.offer(id) else {
      return require(false, "offer \(told.offerID) is not in the log's state")
    }
    expect("offer's callback", told.callbackID, is: offer.callback.text)
    expect("offer's agent", told.agentID, is: offer.agent.rawValue)
    expect("offer's queue", told.queueID, is: offer.queue.rawValue)
    guard let callback = state.callback(offer.callback) else {
      return require(false, "callback \(told.callbackID) of an offer is not in the log's state")
    }
    expect("offer's number", told.number?.e164, is: callback.line.e164)
    expect("alert's revision", told.revision, is: callback.revision)
    expect("alert's note", told.note, is: callback.request.value.note)
  }

  /// An agent at work.
  mutating func compare(_ told: V1.AgentPresence, with state: CallCenter) {
    guard let agent = state.agent(AgentID(told.agentID)) else {
      return require(false, "agent \(told.agentID) is not in the log's state")
    }
    expect("work state", told.workState, is: Names.work(agent.status))
    expect("wanted", told.wanted, is: Names.wanted(agent.wanted))
    expect("misses", told.misses, is: agent.misses)
    expect("sessions", told.sessions, is: UInt32(agent.sessions.count))
    expect(
      "queues", told.queueIDs, is: agent.settings.value.memberships.map(\.queue.rawValue))
    var (offer, attempt) = ("", "")
    switch agent.work {
    case .offered(let id): offer = id.text
    case .onCallback(let id): attempt = id.text
    case .none, .onOtherCall, .cooldown: break
    }
    expect("agent's offer", told.offerID, is: offer)
    expect("agent's attempt", told.attemptID, is: attempt)
  }

  private static func milliseconds(_ time: GoogleProtobuf.Timestamp) -> Int64 {
    time.seconds * 1_000 + Int64(time.nanos) / 1_000_000
  }
}

extension Differences {
  /// An estimate, unless it counts from a clock that no position tells.
  mutating func compare(
    _ told: V1.WaitEstimate?, of callback: Callback, with state: CallCenter
  ) {
    switch callback.state {
    case .scheduled, .retryWait: return
    case .queued, .offered, .dialing, .connected, .uncertain, .finished: break
    }
    guard let told else { return require(false, "no estimate in the answer") }
    let counters = state.counters
    switch state.waitEstimate(of: callback, at: counters.now, wall: counters.wall) {
    case .interval(let wait):
      expect("earliest", milliseconds(told.earliest), is: wait.earliest.milliseconds)
      expect("median", milliseconds(told.median), is: wait.median.milliseconds)
      expect("latest", milliseconds(told.latest), is: wait.latest.milliseconds)
      expect("agents", told.agents, is: wait.agents)
      expect("observations", told.observations, is: wait.observations)
    case .unknown:
      require(told.unknown != .unspecified && told.latest == nil, "an interval is told")
    }
  }

  private func milliseconds(_ duration: GoogleProtobuf.Duration?) -> Int64? {
    duration.map { $0.seconds * 1_000 + Int64($0.nanos) / 1_000_000 }
  }
}
