/// Forgetting a caller: afterwards the state holds nothing of the number.
extension CallCenter {
  /// Refused while a call with the number goes on: what it comes to must be heard first.
  mutating func forgetCaller(_ e164: String, _ step: inout Step) throws(Rejection) -> Reply {
    // In order, so that equal states cause equal events.
    let gone = callbacksWith(e164).sorted()
    try refuseWhileCalled(gone)
    var cancelled: UInt32 = 0
    for callback in gone.compactMap({ self.callback($0) }) where callback.state.isLive {
      _ = end(callback, .cancelled, &step)
      cancelled += 1
    }
    emit(.callerForgotten(gone), &step)
    return .forgotten(cancelled: cancelled, callbacks: UInt32(clamping: gone.count))
  }

  /// Callbacks that have the number or had it: whose it was before it was changed is told by what
  /// was dialled and answered. Some are no longer kept.
  private func callbacksWith(_ e164: String) -> Set<CallbackID> {
    let now = callbacks.values.map(\.value).filter { $0.mentions(e164) }.map(\.id)
    let dialled = attempts.values.map(\.value).filter { $0.mentions(e164) }.map(\.callback)
    return Set(now).union(dialled).union(callbacksInAnswers(about: e164))
  }

  /// A call may go on although its callback is over: voicemail completes it, and an agent may hang
  /// up on their own.
  private func refuseWhileCalled(_ callbacks: [CallbackID]) throws(Rejection) {
    let running = attempts.values.map(\.value)
      .filter { $0.isRunning && $0.phase != .unclaimed }.sorted { $0.id < $1.id }
    guard let attempt = running.first(where: { callbacks.contains($0.callback) }) else { return }
    throw .callbackState(
      attempt.callback,
      attempt.phase == .talking ? .connected(attempt.id) : .dialing(attempt.id))
  }

  /// Callbacks of which an answer tells the number.
  private func callbacksInAnswers(about e164: String) -> [CallbackID] {
    remembered.values.compactMap { answer in
      switch answer.reply {
      case .requested(let reply) where reply.number.e164 == e164: reply.callback
      case .accepted(let reply) where reply.plan.value.number.e164 == e164: reply.callback
      default: nil
      }
    }
  }

  mutating func forget(_ gone: Set<CallbackID>) {
    // Removing in any order leads to the same state.
    for (id, offer) in offers where gone.contains(offer.value.callback) { remove(offer: id) }
    for (id, attempt) in attempts where gone.contains(attempt.value.callback) {
      remove(attempt: id)
    }
    for id in gone { remove(callback: id) }
    let answers = remembered.filter { $0.value.reply.isAbout(gone) }
    guard !answers.isEmpty else { return }
    for (key, answer) in answers {
      journal.note(.remembered(key, Shared(answer)))
      remembered[key] = nil
    }
    journal.note(.requestsForgotten(requestsByAge))
    counters.firstAnswer += UInt64(requestsByAge.count)
    requestsByAge.removeAll { answers[$0.id] != nil }
  }
}

extension Callback {
  /// Whether the number is the one to call back, the caller's, or one that was looked up for it.
  public func mentions(_ e164: String) -> Bool {
    line.e164 == e164 || request.value.caller.number?.e164 == e164
      || resolution.value.matches.contains { $0.matchedNumber.e164 == e164 }
  }
}

extension Attempt {
  /// Whether the number is the one that was dialled, or one that was looked up for it.
  public func mentions(_ e164: String) -> Bool {
    plan.value.number.e164 == e164
      || plan.value.resolution.matches.contains { $0.matchedNumber.e164 == e164 }
  }
}

extension Reply {
  /// Whether the answer was about one of the callbacks.
  fileprivate func isAbout(_ callbacks: Set<CallbackID>) -> Bool {
    switch self {
    case .requested(let reply): reply.callback.map { callbacks.contains($0) } ?? false
    case .callback(let reply): callbacks.contains(reply.id)
    case .cancelled(let id, _): callbacks.contains(id)
    case .accepted(let reply): callbacks.contains(reply.callback)
    case .done, .callerReached, .rejected, .agent, .sessionOpened, .dialerAttached, .granted,
      .revoked, .reported, .forgotten, .put:
      false
    }
  }
}
