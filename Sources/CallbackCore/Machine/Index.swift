/// Everything that is kept sorted to decide quickly; derived from the entities alone.
struct Index: Sendable {
  var queues = QueueTable()
  var lines = LineIndex()
  /// The running attempt of a line; at most one (DOMAIN, "Taking requests").
  var dials: [PhoneNumber.Line: AttemptID] = [:]
  /// The running attempt of a callback; at most one, and no offer beside it.
  var running: [CallbackID: AttemptID] = [:]
  var dialers: [DialerID: DialerIndex] = [:]
  /// Dial commands that no connector has.
  var unassigned = OrderedIndex<AttemptID>()
  /// All callbacks that are kept, in the order of requests.
  var callbacks = OrderedIndex<CallbackID>()
  /// All agents, by name.
  var agents = OrderedIndex<AgentID>()
  var liveCount = 0
  var callbackTimers = OrderedIndex<Due<CallbackID>>()
  var callbackWallTimers = OrderedIndex<Due<CallbackID>>()
  var offerTimers = OrderedIndex<Due<OfferID>>()
  var attemptTimers = OrderedIndex<Due<AttemptID>>()
  var agentTimers = OrderedIndex<AgentDue>()

  init() {}
}

/// What has changed so that an offer may have become possible.
struct Stirred: Sendable {
  /// Callbacks that became offerable.
  var callbacks: [CallbackID] = []
  /// Agents who became idle.
  var agents: [AgentID] = []
  /// Queues whose settings or connectors changed.
  var queues: [QueueID] = []

  init() {}

  var isEmpty: Bool { callbacks.isEmpty && agents.isEmpty && queues.isEmpty }

  mutating func clear() {
    callbacks.removeAll(keepingCapacity: true)
    agents.removeAll(keepingCapacity: true)
    queues.removeAll(keepingCapacity: true)
  }
}
