import CallbackMessages
import CallbackWire
import Testing
import UnixRPC

@Suite("Offers over the socket")
struct OfferStreamTests {
  typealias Methods = CallbackServiceMethods

  @Test("from request to outcome: alert, accept, answer, end, history")
  func wholeWay() async throws {
    try await TestService.run { service in
      try await service.configure()
      let desk = try await service.desk()
      let taken = try await service.request()
      let offer = try await desk.offer()
      #expect(offer.callbackID == taken.callbackID)
      #expect(offer.queueName == "Sales")
      #expect(offer.resolution?.labels.map(\.text) == ["Unknown"])
      #expect(offer.remaining?.seconds == 20)

      let accept = V1.AcceptOfferRequest(
        requestID: "a-1", offerID: offer.offerID, agentID: "anna", sessionID: "desk-1")
      let accepted = try await service.call(Methods.acceptOffer, accept)
      #expect(accepted.attempt?.card?.kind == .greeting)
      let again = try await service.call(Methods.acceptOffer, accept)
      #expect(again.attempt == accepted.attempt)
      let ended = try await desk.first { message -> V1.OfferEnded? in
        if case .offerEnded(let ended) = message.event { ended } else { nil }
      }
      #expect(ended.state == .accepted)
      #expect(ended.sessionID == "desk-1")

      let attempt = accepted.attempt?.attemptID ?? ""
      let answered = try await service.call(
        Methods.reportOutcome,
        .init(report: .init(attemptID: attempt, sequence: 1, phase: .answered)))
      #expect(answered.state == .connected)
      let over = try await service.call(
        Methods.reportOutcome,
        .init(report: .init(attemptID: attempt, sequence: 2, phase: .ended)))
      #expect(over.state == .completed)
      #expect(over.outcome == .answered)
      let old = try await service.call(
        Methods.reportOutcome,
        .init(report: .init(attemptID: attempt, sequence: 1, phase: .answered)))
      #expect(old.ignored)
      _ = try await service.call(
        Methods.recordDisposition,
        .init(attemptID: attempt, disposition: .resolved, note: "done"))

      let history = try await service.call(
        Methods.getCallerHistory, .init(number: "212 555 0123"))
      guard case .callback(let kept)? = history.entries.first?.entry else {
        Issue.record("the history has no callback")
        return
      }
      #expect(kept.callback?.endReason == .answered)
      #expect(kept.attempts.first?.disposition == .resolved)
    }
  }

  @Test("a closed offer is refused with how it ended")
  func closed() async throws {
    try await TestService.run { service in
      try await service.configure()
      let desk = try await service.desk()
      try await service.request()
      let offer = try await desk.offer()
      _ = try await service.call(
        Methods.rejectOffer, .init(offerID: offer.offerID, agentID: "anna"))
      let refusal = await service.refusal(
        Methods.acceptOffer, .init(offerID: offer.offerID, agentID: "anna"))
      #expect(refusal?.reason == .offerClosed)
      #expect(
        refusal?.detail == .offerClosed(.init(offerID: offer.offerID, state: .rejected)))
      let other = await service.refusal(
        Methods.acceptOffer, .init(offerID: offer.offerID, agentID: "bob"))
      #expect(other?.reason == .notYourOffer)
    }
  }

  @Test("a stream begins with the pending alert, then SYNCED")
  func snapshot() async throws {
    try await TestService.run { service in
      try await service.configure()
      let desk = try await service.desk()
      try await service.request()
      let offer = try await desk.offer()
      let second = try await service.stream(
        Methods.watchOffers, .init(sessionID: "desk-2", agentIDs: ["anna"]))
      guard case .agentSnapshot(let snapshot)? = try await second.next()?.event else {
        Issue.record("no snapshot")
        return
      }
      #expect(snapshot.offer?.offerID == offer.offerID)
      #expect(snapshot.agent?.workState == .offered)
      guard case .synced? = try await second.next()?.event else {
        Issue.record("not synced")
        return
      }
    }
  }

  @Test("a second stream of a session ends the first, and the agent stays present")
  func replaced() async throws {
    try await TestService.run { service in
      try await service.configure()
      let first = try await service.desk(session: "desk-1")
      let second = try await service.desk(session: "desk-1")
      #expect(await first.end()?.reason == .streamReplaced)
      try await service.request()
      #expect(try await second.offer().agentID == "anna")
    }
  }

  @Test("closing the stream closes the session")
  func closing() async throws {
    try await TestService.run { service in
      try await service.configure()
      let watcher = try await service.desk(session: "desk-2")
      let desk = try await service.desk(session: "desk-1")
      let both = try await service.call(Methods.getAgent, .init(agentID: "anna"))
      #expect(both.agent?.sessions == 2)
      desk.cancel()
      let left = try await watcher.first { message -> UInt32? in
        guard case .agentChanged(let changed) = message.event, changed.agent?.sessions == 1
        else { return nil }
        return changed.agent?.sessions
      }
      #expect(left == 1)
    }
  }

  @Test("an unknown agent is refused, and nothing is opened")
  func unknownAgent() async throws {
    try await TestService.run { service in
      try await service.configure()
      let reader = try await service.stream(
        Methods.watchOffers, .init(sessionID: "s", agentIDs: ["anna", "nobody"]))
      #expect(await reader.end()?.reason == .agentNotFound)
    }
  }

  @Test("of a deleted agent ends; one that shows others says so and goes on")
  func deletedAgent() async throws {
    try await TestService.run { service in
      try await service.configure(agents: ["anna", "bob"])
      let desk = try await service.desk(session: "desk-1")
      let both = try await service.stream(
        Methods.watchOffers, .init(sessionID: "both", agentIDs: ["anna", "bob"]))
      try await both.first { if case .synced = $0.event { () } else { nil } }
      _ = try await service.call(
        AdminServiceMethods.deleteAgent, .init(requestID: "d-1", agentID: "anna"))
      #expect(await desk.end()?.reason == .agentNotFound)
      let removed = try await both.first { message -> String? in
        if case .agentRemoved(let removed) = message.event { removed.agentID } else { nil }
      }
      #expect(removed == "anna")

      // Made anew, the agent is shown again where somebody attaches them, and nowhere else.
      _ = try await service.call(
        AdminServiceMethods.putAgent,
        .init(agent: .init(agentID: "anna", memberships: [.init(queueID: "sales")])))
      _ = try await service.call(
        Methods.setAgentStatus, .init(agentID: "bob", status: .ready))
      try await service.request()
      #expect(try await both.offer().agentID == "bob")
      _ = try await service.call(
        Methods.attachAgent, .init(requestID: "t-1", agentID: "anna", sessionID: "both"))
      let back = try await both.first { message -> String? in
        guard case .agentSnapshot(let snapshot) = message.event else { return nil }
        return snapshot.agent?.agentID
      }
      #expect(back == "anna")
    }
  }

  @Test("a reader that is too slow is ended with RESOURCE_EXHAUSTED; others go on")
  func slowReader() async throws {
    try await TestService.run(backlogBytes: 8 * 1024) { service in
      try await service.configure()
      let slow = try await service.desk(session: "slow")
      let agent = V1.SetAgentStatusRequest(agentID: "anna", status: .inactive)
      var ready = agent
      ready.status = .ready
      // Far more than all windows and buffers of the connection hold.
      for _ in 0..<6_000 {
        _ = try await service.call(Methods.setAgentStatus, agent)
        _ = try await service.call(Methods.setAgentStatus, ready)
      }
      let end = await slow.end()
      #expect(end?.code == .resourceExhausted)
      #expect(end?.reason == .slowReader)
    }
  }
}
