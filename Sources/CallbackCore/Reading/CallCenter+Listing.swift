/// Pages over what there is, each in an order that does not change while one pages on.
extension CallCenter {
  /// Up to `limit` callbacks, live and lately finished, in the order of requests.
  ///
  /// - Parameter id: the page begins behind this callback, kept or not; nil for the first page.
  public func callbacks(after id: CallbackID?, limit: Int) -> [Callback] {
    index.callbacks.keys(after: id, limit: limit).compactMap { callbacks[$0]?.value }
  }

  /// Up to `limit` agents by name, behind `id`.
  public func agents(after id: AgentID?, limit: Int) -> [Agent] {
    index.agents.keys(after: id, limit: limit).compactMap { agents[$0]?.value }
  }

  /// Up to `limit` agents of a queue by name, behind `id`.
  public func agents(of queue: QueueID, after id: AgentID?, limit: Int) -> [Agent] {
    index.queues[queue].members.keys(after: id, limit: limit)
      .compactMap { agents[$0]?.value }
  }

  /// The live callbacks of a line, the oldest first.
  public func callbacks(of line: PhoneNumber.Line) -> [Callback] { liveCallbacks(of: line) }

  /// How many callbacks are live.
  public var liveCallbackCount: Int { index.liveCount }

  /// How many callbacks of a queue are queued or offered.
  public func lineLength(of queue: QueueID) -> Int { index.queues[queue].line.count }

  /// Up to `limit` names of callbacks, live and lately finished, in the order of requests.
  ///
  /// - Parameter id: the page begins behind this callback, kept or not; nil for the first page.
  public func callbackIDs(after id: CallbackID?, limit: Int) -> [CallbackID] {
    index.callbacks.keys(after: id, limit: limit)
  }

  /// How many callbacks are before a callback in the line of its queue.
  public func position(of callback: Callback) -> Int {
    index.queues[callback.queue].line.rank(of: Place(callback))
  }

  /// How many offers are pending over all queues.
  public var pendingOfferCount: Int { index.offerTimers.count }

  /// How many agents have a stream that shows their offers.
  public var connectedAgentCount: Int { Set(sessions.values.lazy.flatMap(\.agents)).count }

  /// The agents of a session whose stream is open; nil for any other.
  public func agents(of session: SessionID) -> [AgentID]? { sessions[session]?.agents }

  /// How many running attempts a connector carries.
  public func runningAttempts(of dialer: DialerID) -> UInt32 { load(of: dialer) }

  /// How many agents of a queue wait for an offer.
  public func idleCount(of queue: QueueID) -> Int { index.queues[queue].idle.count }

  /// How many offers of a queue are pending.
  public func pendingOfferCount(of queue: QueueID) -> Int {
    index.queues[queue].pending.count
  }

  /// How many callbacks of a queue are not done: in line, scheduled, in a gap, being dialled or
  /// uncertain.
  public func waitingCount(of queue: QueueID) -> Int { index.queues[queue].waiting }

  /// The callback that is next in the line of a queue.
  public func nextInLine(of queue: QueueID) -> Callback? {
    index.queues[queue].line.first.flatMap { callback($0.id) }
  }

  /// How many agents belong to a queue.
  public func memberCount(of queue: QueueID) -> Int { index.queues[queue].members.count }

  /// The attempts that a connector holds: running, or uncertain.
  public func attempts(heldBy dialer: DialerID) -> [Attempt] {
    let held = index.dialers[dialer]
    return ((held?.running.keys ?? []) + (held?.uncertain.keys ?? []))
      .compactMap { attempts[$0]?.value }
  }
}
