/// Keeping account of how long callbacks hold agents. Applied with the events themselves, so that
/// estimates need no history.
extension CallCenter {
  /// How long callbacks of a queue have lately held an agent.
  public func serviceRecord(of queue: QueueID) -> ServiceRecord {
    services[queue]?.value ?? ServiceRecord()
  }

  /// An attempt lets go of its agent.
  mutating func observeService(of attempt: Attempt) {
    guard let agent = agents[attempt.agent]?.value, agent.work == .onCallback(attempt.id)
    else { return }
    let began = agent.lastOfferedAt ?? attempt.acceptedAt.at
    let tries = callbacks[attempt.callback]?.value.attemptsStarted ?? 1
    let span = counters.now - began
    changeService(of: attempt.queue) { $0.observe(span, isReturned: tries > 1) }
  }

  /// An alert is over that its agent has not accepted.
  mutating func chargeAlert(_ offer: Offer) {
    guard let agent = agents[offer.agent]?.value, agent.work == .offered(offer.id),
      let began = agent.lastOfferedAt
    else { return }
    charge(counters.now - began, to: offer.queue)
  }

  /// A pause begins.
  mutating func chargeCooldown(of agent: AgentID, until: Instant) {
    guard let agent = agents[agent]?.value, agent.work == .none, let queue = agent.servedQueue
    else { return }
    charge(until - counters.now, to: queue)
  }

  /// A pause is over, or interrupted: what is left of it was not needed.
  mutating func takeBackCooldown(of agent: AgentID) {
    guard let agent = agents[agent]?.value, case .cooldown(let until) = agent.work,
      until > counters.now, let queue = agent.servedQueue
    else { return }
    charge(counters.now - until, to: queue)
  }

  private mutating func charge(_ span: Span, to queue: QueueID) {
    changeService(of: queue) { $0.charge(span) }
  }

  private mutating func changeService(
    of queue: QueueID, _ change: (inout ServiceRecord) -> Void
  ) {
    let old = services[queue]
    // An attempt may outlive its queue.
    guard old != nil || queues[queue] != nil else { return }
    var record = old?.value ?? ServiceRecord()
    change(&record)
    journal.note(.service(queue, old))
    services[queue] = Shared(record)
  }

  /// Forgets a queue that was deleted.
  mutating func removeService(of queue: QueueID) {
    journal.note(.service(queue, services[queue]))
    services[queue] = nil
  }
}
