/// What lists and counts are read from.
extension CallCenter {
  /// Live callbacks.
  public var liveCallbackCount: Int { index.liveCount }

  /// Offers that wait for an answer.
  public var pendingOfferCount: Int { index.queues.values.reduce(0) { $0 + $1.pending.count } }

  /// Agents whose offers some stream shows.
  public var connectedAgentCount: Int { Set(sessions.values.lazy.flatMap(\.agents)).count }

  /// How many running attempts a connector carries.
  public func runningAttempts(of dialer: DialerID) -> UInt32 { load(of: dialer) }

  /// Some of the callbacks that are kept, live or ended a short while ago, in the order of requests.
  ///
  /// - Parameters:
  ///   - id: begins after this one; nil: with the first.
  ///   - limit: at most so many.
  public func callbackIDs(after id: CallbackID?, limit: Int) -> [CallbackID] {
    index.callbacks.keys(after: id, limit: limit)
  }
}
