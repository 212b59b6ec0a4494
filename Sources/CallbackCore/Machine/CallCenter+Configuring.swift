/// Management's commands (CONTRACT, AdminService).
extension CallCenter {
  /// How many things of a kind can be configured; bounds what an operator's script can do.
  static var configurationLimit: Int { 100_000 }
  /// How many queues an agent may belong to: each is looked at when the agent becomes idle.
  static var membershipLimit: Int { 64 }

  mutating func decideConfiguration(
    _ command: Command, _ step: inout Step
  ) throws(Rejection) -> Reply {
    switch command {
    case .putQueue(let put, let revision): return try putQueue(put, revision, &step)
    case .deleteQueue(let id, let revision): return try deleteQueue(id, revision, &step)
    case .setQueueState(let id, let accepting, let offering):
      return try setQueueState(id, accepting, offering, &step)
    case .putAgent(let id, let settings, let revision):
      return try putAgent(id, settings, revision, &step)
    case .setAgentQueues(let id, let memberships, let revision):
      guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
      var settings = agent.settings.value
      settings.memberships = memberships.sorted { $0.queue < $1.queue }
      return try putAgent(id, settings, revision, &step)
    case .deleteAgent(let id, let revision): return try deleteAgent(id, revision, &step)
    case .putSettings(let settings, let revision):
      return try putSettings(settings, revision, &step)
    default: return try decidePlaces(command, &step)
    }
  }

  /// The etag of the next change; the event that carries it counts it.
  var nextRevision: UInt64 { counters.revisions + 1 }

  /// Refuses a change of what somebody else has changed or removed since it was read.
  func check(
    _ revision: UInt64?, against current: UInt64?, _ subject: Subject
  ) throws(Rejection) {
    if let revision, revision != current ?? 0 { throw .changed(subject) }
  }

  private mutating func putQueue(
    _ put: PutQueue, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let old = queues[put.id]
    try check(revision, against: old?.revision, .queue(put.id))
    if old == nil, queues.count >= Self.configurationLimit { throw .tooMany(.queue) }
    try QueueSettings().applying(settings.queueDefaults).applying(put.settings).validate()
    let queue = Queue(
      id: put.id, name: put.name, stored: put.settings,
      isAccepting: old?.isAccepting ?? true, isOffering: old?.isOffering ?? true,
      revision: nextRevision)
    emit(.queuePut(queue), &step)
    return .put(revision: queue.revision)
  }

  private mutating func deleteQueue(
    _ id: QueueID, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let queue = queues[id] else { throw .notFound(.queue(id)) }
    try check(revision, against: queue.revision, .queue(id))
    let sorted = index.queues[id]
    if let agent = sorted.members.first { throw .inUse(.queue(id), by: .agent(agent)) }
    if let number = numberLines.first(where: { numbers[$0]?.queue == id }) {
      throw .inUse(.queue(id), by: .number(number))
    }
    if sorted.live > 0 {
      let callback = index.callbacks.first {
        callbacks[$0]?.value.queue == id && callbacks[$0]?.value.state.isLive == true
      }
      if let callback { throw .inUse(.queue(id), by: .callback(callback)) }
    }
    emit(.queueDeleted(id), &step)
    return .done
  }

  private mutating func setQueueState(
    _ id: QueueID, _ accepting: Bool?, _ offering: Bool?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard var queue = queues[id] else { throw .notFound(.queue(id)) }
    if let accepting { queue.isAccepting = accepting }
    if let offering { queue.isOffering = offering }
    guard queue != queues[id] else { return .put(revision: queue.revision) }
    queue.revision = nextRevision
    emit(.queuePut(queue), &step)
    if !queue.isOffering {
      for offer in index.queues[id].pending.keys { withdraw(offer, .queuePaused, &step) }
    }
    return .put(revision: queue.revision)
  }

  private mutating func putAgent(
    _ id: AgentID, _ settings: AgentSettings, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let old = agents[id]?.value
    try check(revision, against: old?.revision, .agent(id))
    if old == nil, agents.count >= Self.configurationLimit { throw .tooMany(.agent) }
    guard settings.memberships.count <= Self.membershipLimit else { throw .tooMany(.queue) }
    var seen: QueueID?
    for membership in settings.memberships {
      guard queues[membership.queue] != nil else { throw .notFound(.queue(membership.queue)) }
      if seen == membership.queue {
        throw .invalid(field: "memberships", reason: "names a queue twice")
      }
      seen = membership.queue
    }
    let next = nextRevision
    emit(.agentPut(id, settings, revision: next), &step)
    if case .offered(let offer) = old?.work, let queue = offers[offer]?.value.queue,
      settings.membership(in: queue) == nil
    {
      withdraw(offer, .agentMoved, &step)
    }
    return .put(revision: next)
  }

  private mutating func deleteAgent(
    _ id: AgentID, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    guard let agent = agents[id]?.value else { throw .notFound(.agent(id)) }
    try check(revision, against: agent.revision, .agent(id))
    if case .onCallback(let attempt) = agent.work {
      throw .inUse(.agent(id), by: .attempt(attempt))
    }
    withdrawOffer(to: id, .agentMoved, &step)
    emit(.agentDeleted(id), &step)
    // A stream that shows nobody would stay silent, also when the agent is made anew.
    for session in agent.sessions.sorted() where sessions[session]?.agents.isEmpty == true {
      emit(.sessionClosed(session, graceUntil: step.now), &step)
    }
    return .done
  }

  private mutating func putSettings(
    _ new: ServiceSettings, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    try check(revision, against: settings.revision, .settings)
    try new.validate()
    for id in queueIDs {
      guard let queue = queues[id] else { continue }
      try QueueSettings().applying(new.queueDefaults).applying(queue.stored).validate()
    }
    var settings = new
    settings.revision = nextRevision
    emit(.settingsPut(settings), &step)
    return .put(revision: settings.revision)
  }
}
