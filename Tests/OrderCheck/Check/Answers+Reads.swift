import CallbackCore
import CallbackMessages

extension Answers {
  /// Everything that only looks.
  mutating func addReads() {
    typealias Methods = CallbackServiceMethods
    read(Methods.getCallback, \.logPosition) { request, response, state, differences in
      guard let told = response.callback else {
        return differences.require(false, "no callback in the answer")
      }
      differences.expect("callback", told.callbackID, is: request.callbackID)
      differences.compare(told, with: state)
    }
    read(Methods.explainCallback, \.logPosition) { _, response, state, differences in
      guard let told = response.callback, let id = CallbackID(text: told.callbackID) else {
        return differences.require(false, "no callback in the answer")
      }
      differences.compare(told, with: state)
      if let callback = state.callback(id) {
        // Before what is over comes nobody.
        let ahead = callback.state.isLive ? state.position(of: callback) : 0
        differences.expect("ahead", Int(response.ahead), is: ahead)
      }
    }
    read(Methods.estimateWait, \.logPosition) { request, response, state, differences in
      guard case .callbackID(let asked) = request.subject, let id = CallbackID(text: asked),
        let callback = state.callback(id)
      else { return differences.require(false, "no callback in the answer") }
      differences.expect("callback", response.callbackID, is: asked)
      differences.expect("queue", response.queueID, is: callback.queue.rawValue)
      differences.expect("ahead", Int(response.ahead), is: state.position(of: callback))
      differences.compare(response.estimate, of: callback, with: state)
    }
    read(Methods.listCallbacks, \.logPosition, Self.compareList)
    read(Methods.getAgent, \.logPosition) { request, response, state, differences in
      guard let told = response.agent else {
        return differences.require(false, "no agent in the answer")
      }
      differences.expect("agent", told.agentID, is: request.agentID)
      differences.compare(told, with: state)
      differences.expect("alert", response.offer?.offerID ?? "", is: told.offerID)
      if let offer = response.offer { differences.comparePending(offer, with: state) }
    }
    read(Methods.listAgents, \.logPosition) { request, response, state, differences in
      let limit = response.agents.count + 1
      let members =
        request.queueID.isEmpty
        ? state.agents(after: nil, limit: limit)
        : state.agents(of: QueueID(request.queueID), after: nil, limit: limit)
      differences.expect(
        "agents", response.agents.map(\.agentID),
        is: members.prefix(response.agents.count).map(\.id.rawValue))
      differences.expect(
        "more agents", response.nextPageToken.isEmpty,
        is: members.count == response.agents.count)
      for agent in response.agents { differences.compare(agent, with: state) }
    }
    read(Methods.getCallerHistory, \.logPosition, Self.compareHistory)
    read(Methods.watchOffers, \.logPosition) { _, response, state, differences in
      Self.compareStreamed(response, state, &differences)
    }
  }

  /// The first page of a list: it begins with the first callback that matches, leaves none out, and
  /// ends where there is no more, or says that there is.
  private static func compareList(
    _ request: V1.ListCallbacksRequest, _ response: V1.ListCallbacksResponse,
    _ state: CallCenter, _ differences: inout Differences
  ) {
    var listed = response.callbacks[...]
    var after: CallbackID?
    scan: while true {
      let kept = state.callbacks(after: after, limit: 64)
      for callback in kept {
        after = callback.id
        guard callback.state.isLive,
          request.queueID.isEmpty || callback.queue.rawValue == request.queueID,
          request.number.isEmpty || callback.line.e164 == request.number
        else { continue }
        guard let told = listed.popFirst() else {
          differences.require(
            !response.nextPageToken.isEmpty, "callback \(callback.id) is not in the list")
          break scan
        }
        differences.expect("the list's next", told.callbackID, is: callback.id.text)
        differences.compare(told, with: state)
      }
      if kept.isEmpty { break }
    }
    differences.require(listed.isEmpty, "the list has \(listed.count) callbacks too many")
  }

  /// The first page of a number's history: every callback that lives is in it as it stands, with
  /// all its attempts.
  private static func compareHistory(
    _ request: V1.GetCallerHistoryRequest, _ response: V1.GetCallerHistoryResponse,
    _ state: CallCenter, _ differences: inout Differences
  ) {
    var shown: Set<String> = []
    for case .callback(let kept) in response.entries.map(\.entry) {
      guard let told = kept.callback else {
        return differences.require(false, "no callback in the entry")
      }
      shown.insert(told.callbackID)
      differences.expect("number", told.number?.e164, is: response.number?.e164)
      differences.compare(told, with: state)
      differences.expect(
        "attempts of \(told.callbackID)", UInt32(kept.attempts.count), is: told.attemptsStarted)
      for attempt in kept.attempts {
        guard let known = AttemptID(text: attempt.attemptID).flatMap({ state.attempt($0) }) else {
          continue
        }
        differences.expect("attempt's agent", attempt.agentID, is: known.agent.rawValue)
        differences.expect("attempt's outcome", attempt.outcome, is: Names.outcome(known.outcome))
        differences.expect("attempt's note", attempt.note, is: known.disposition?.note ?? "")
      }
    }
    guard response.nextPageToken.isEmpty else { return }
    let live = state.callbacks(of: PhoneNumber.Line(e164: request.number)).map(\.id.text)
    differences.expect("live callbacks left out", live.filter { !shown.contains($0) }, is: [])
  }

  private static func compareStreamed(
    _ response: V1.WatchOffersResponse, _ state: CallCenter, _ differences: inout Differences
  ) {
    switch response.event {
    case .agentSnapshot(let snapshot):
      guard let agent = snapshot.agent else {
        return differences.require(false, "no agent in the snapshot")
      }
      differences.compare(agent, with: state)
      differences.expect("alert", snapshot.offer?.offerID ?? "", is: agent.offerID)
      if let offer = snapshot.offer { differences.comparePending(offer, with: state) }
    case .offered(let message):
      differences.require(message.offer != nil, "no offer in the message")
      if let offer = message.offer { differences.compare(offer, with: state) }
    case .offerUpdated(let message):
      differences.require(message.offer != nil, "no offer in the message")
      if let offer = message.offer { differences.compare(offer, with: state) }
    case .offerEnded(let message):
      let offer = OfferID(text: message.offerID).flatMap { state.offer($0) }
      differences.expect(
        "the end of an offer", message.state, is: offer.map { Names.offer($0.state) })
      differences.expect("offer's agent", message.agentID, is: offer?.agent.rawValue)
    case .agentChanged(let message):
      differences.require(message.agent != nil, "no agent in the message")
      if let agent = message.agent { differences.compare(agent, with: state) }
    case .agentRemoved(let message):
      differences.require(
        state.agent(AgentID(message.agentID)) == nil, "an agent who is said to be deleted is not")
    case .synced: break
    case nil: differences.require(false, "a message of the stream says nothing")
    }
  }
}
