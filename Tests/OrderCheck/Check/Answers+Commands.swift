import CallbackCore
import CallbackMessages

extension Answers {
  private typealias Methods = CallbackServiceMethods

  /// Everything that changes callbacks, offers, attempts and agents.
  mutating func addCommands() {
    addRequests()
    addOffers()
    addAttempts()
    addAgents()
  }

  private mutating func addRequests() {
    command(Methods.requestCallback, \.logPosition) { _, told, reply, state, differences in
      guard case .requested(let kept) = reply, let id = kept.callback,
        let callback = state.callback(id)
      else { return differences.require(false, "the log remembers \(reply)") }
      differences.expect("callback", told.callbackID, is: id.text)
      differences.expect("disposition", told.disposition, is: kept.merged ? .merged : .created)
      differences.expect("merged before", callback.merged > 0, is: kept.merged)
      differences.expect("queue", told.queueID, is: callback.queue.rawValue)
      differences.expect("number", told.number?.e164, is: callback.line.e164)
      differences.expect("etag", told.etag, is: Names.etag(callback.revision))
      differences.expect("ahead", Int(told.ahead), is: state.position(of: callback))
    }
    command(Methods.updateCallback, \.logPosition) { _, told, reply, state, differences in
      differences.compareChanged(
        told.callbackID, told.state, told.etag, merged: told.merged, with: reply, state)
    }
    command(Methods.requeueCallback, \.logPosition) { _, told, reply, state, differences in
      differences.compareChanged(
        told.callbackID, told.state, told.etag, merged: told.merged, with: reply, state)
    }
    command(Methods.cancelCallback, \.logPosition) { request, told, reply, state, differences in
      guard case .cancelled(let id, let isPending) = reply, let callback = state.callback(id)
      else { return differences.require(false, "the log remembers \(reply)") }
      differences.expect("callback", id.text, is: request.callbackID)
      differences.expect(
        "disposition", told.disposition, is: isPending ? .cancelPending : .cancelled)
      if isPending {
        differences.require(
          callback.pendingEnd != nil && callback.state.isLive, "no cancel is pending")
      } else {
        differences.expect("state", callback.state, is: .finished(.cancelled))
      }
    }
    command(Methods.reportCallerReached, \.logPosition) {
      request, told, reply, state, differences in
      guard case .callerReached(let changed, let pending) = reply else {
        return differences.require(false, "the log remembers \(reply)")
      }
      differences.expect("changed", told.changed, is: changed)
      differences.expect("cancels pending", told.cancelsPending, is: pending)
      guard case .number(let number) = request.target, request.phase == .served else { return }
      let waiting = state.callbacks(of: PhoneNumber.Line(e164: number))
        .filter { !$0.state.hasLeftQueue && $0.pendingEnd == nil }
      differences.expect("callbacks that wait on", waiting.map(\.id.text), is: [])
    }
  }

  private mutating func addOffers() {
    command(Methods.acceptOffer, \.logPosition) { request, told, reply, state, differences in
      guard case .accepted(let kept) = reply, let attempt = state.attempt(kept.attempt),
        let offer = state.offer(kept.offer)
      else { return differences.require(false, "the log remembers \(reply)") }
      differences.expect("offer", offer.id.text, is: request.offerID)
      differences.expect("attempt", told.attempt?.attemptID, is: attempt.id.text)
      differences.expect("attempt's offer", told.attempt?.offerID, is: attempt.offer.text)
      differences.expect("callback", told.attempt?.callbackID, is: attempt.callback.text)
      differences.expect("agent", told.attempt?.agentID, is: attempt.agent.rawValue)
      differences.expect("number", told.attempt?.number?.e164, is: attempt.plan.value.number.e164)
      differences.expect(
        "call bar", told.attempt?.callBarText,
        is: "Call to \(attempt.plan.value.number.display)")
      guard case .accepted(attempt.id, _) = offer.state else {
        return differences.require(false, "the offer is \(offer.state) by the log")
      }
    }
    command(Methods.rejectOffer, \.logPosition) { request, told, reply, state, differences in
      guard case .rejected(let id, _) = reply, let offer = state.offer(id),
        let agent = state.agent(offer.agent)
      else { return differences.require(false, "the log remembers \(reply)") }
      differences.expect("offer", id.text, is: request.offerID)
      differences.expect("offer's state", offer.state, is: .rejected)
      differences.expect("work state", told.workState, is: Names.work(agent.status))
    }
  }

  private mutating func addAttempts() {
    command(Methods.reportOutcome, \.logPosition) { request, told, reply, state, differences in
      guard case .reported(let kept) = reply, let attempt = state.attempt(kept.attempt),
        let callback = state.callback(attempt.callback)
      else { return differences.require(false, "the log remembers \(reply)") }
      differences.expect("attempt", kept.attempt.text, is: request.report?.attemptID ?? "")
      differences.expect("state", told.state, is: Names.state(callback.state))
      differences.expect("outcome", told.outcome, is: Names.outcome(attempt.outcome))
      differences.expect("ignored", told.ignored, is: !kept.applied)
    }
    command(Methods.recordDisposition, \.logPosition) { request, _, _, state, differences in
      let attempt = AttemptID(text: request.attemptID).flatMap { state.attempt($0) }
      differences.expect("note", attempt?.disposition?.note, is: request.note)
    }
  }

  private mutating func addAgents() {
    command(Methods.setAgentStatus, \.logPosition) { request, told, reply, state, differences in
      differences.compareAgent(request.agentID, told.workState, with: reply, state)
      guard let agent = state.agent(AgentID(request.agentID)) else { return }
      differences.expect("wanted", Names.wanted(agent.wanted), is: request.status)
    }
    command(Methods.reportAgentCall, \.logPosition) { request, told, reply, state, differences in
      differences.compareAgent(request.agentID, told.workState, with: reply, state)
      guard let agent = state.agent(AgentID(request.agentID)) else { return }
      differences.expect(
        "call is known", agent.otherCalls.contains(request.callReference),
        is: request.phase == .started)
    }
  }

  /// What a load configures.
  mutating func addConfiguration() {
    command(AdminServiceMethods.putQueue, \.logPosition) {
      request, told, reply, state, differences in
      guard let queue = state.queue(QueueID(request.queue?.queueID ?? "")) else {
        return differences.require(false, "the log remembers \(reply)")
      }
      differences.expect("etag", told.queue?.etag, is: "r\(queue.revision)")
    }
    command(AdminServiceMethods.putAgent, \.logPosition) {
      request, told, reply, state, differences in
      guard let agent = state.agent(AgentID(request.agent?.agentID ?? "")) else {
        return differences.require(false, "the log remembers \(reply)")
      }
      differences.expect("etag", told.agent?.etag, is: "r\(agent.revision)")
    }
  }
}

extension Differences {
  /// A callback that a command changed.
  fileprivate mutating func compareChanged(
    _ id: String, _ told: V1.CallbackState, _ etag: String, merged: Bool, with reply: Reply,
    _ state: CallCenter
  ) {
    guard case .callback(let kept) = reply, let callback = state.callback(kept.id) else {
      return require(false, "the log remembers \(reply)")
    }
    expect("callback", id, is: kept.id.text)
    expect("merged", merged, is: kept.merged)
    expect("state", told, is: Names.state(callback.state))
    expect("etag", etag, is: Names.etag(callback.revision))
  }

  /// An agent whom a command changed.
  fileprivate mutating func compareAgent(
    _ id: String, _ told: V1.AgentWorkState, with reply: Reply, _ state: CallCenter
  ) {
    guard case .agent(let kept) = reply, let agent = state.agent(kept.id) else {
      return require(false, "the log remembers \(reply)")
    }
    expect("agent", kept.id.rawValue, is: id)
    expect("work state", told, is: Names.work(agent.status))
  }
}
