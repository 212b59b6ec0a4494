extension CallCenter {
  /// A queue; nil if none is configured under that name.
  public func queue(_ id: QueueID) -> Queue? { queues[id] }
  /// A location; nil if none is configured under that name.
  public func location(_ id: LocationID) -> Location? { locations[id] }
  /// A number that callers dial; nil if it is not registered.
  public func number(_ line: PhoneNumber.Line) -> DialledNumber? { numbers[line] }
  /// An exclusion; nil if there is none.
  public func exclusion(_ key: Exclusion.Key) -> Exclusion? { exclusions[key] }
  /// A reason for being inactive; nil if none is configured under that name.
  public func inactiveReason(_ id: InactiveReasonID) -> InactiveReason? { inactiveReasons[id] }
  /// A connector whose stream is open; nil otherwise.
  public func dialer(_ id: DialerID) -> Dialer? { dialers[id] }

  /// All queues, by name.
  public var queueIDs: [QueueID] { queues.keys.sorted() }
  /// All agents, by name.
  public var agentIDs: [AgentID] { index.agents.keys }
  /// All locations, by name.
  public var locationIDs: [LocationID] { locations.keys.sorted() }
  /// All registered numbers, in order.
  public var numberLines: [PhoneNumber.Line] { numbers.keys.sorted() }
  /// All exclusions, in order.
  public var exclusionKeys: [Exclusion.Key] { exclusions.keys.sorted() }
  /// All reasons for being inactive, by name.
  public var inactiveReasonIDs: [InactiveReasonID] { inactiveReasons.keys.sorted() }
  /// All connectors whose streams are open, by name.
  public var dialerIDs: [DialerID] { dialers.keys.sorted() }

  mutating func set(_ queue: Queue) {
    journal.note(.queue(queue.id, queues[queue.id].map { Shared($0) }))
    replace(queue: queue.id, with: queue)
  }

  mutating func remove(queue id: QueueID) {
    journal.note(.queue(id, queues[id].map { Shared($0) }))
    replace(queue: id, with: nil)
  }

  mutating func replace(queue id: QueueID, with new: Queue?) {
    let old = queues[id]
    queues[id] = new
    if old?.settings.strategy != new?.settings.strategy { rebuildTurns(of: id) }
    stirred.queues.append(id)
  }

  mutating func set(_ session: Session?, for id: SessionID) {
    journal.note(.session(id, sessions[id]))
    sessions[id] = session
  }

  mutating func set(_ dialer: Dialer?, for id: DialerID) {
    journal.note(.dialer(id, dialers[id].map { Shared($0) }))
    dialers[id] = dialer
    if dialer != nil { stirConnectorQueues() }
  }

  mutating func set(_ location: Location?, for id: LocationID) {
    journal.note(.location(id, locations[id].map { Shared($0) }))
    locations[id] = location
  }

  mutating func set(_ number: DialledNumber?, for line: PhoneNumber.Line) {
    journal.note(.number(Shared(line), numbers[line].map { Shared($0) }))
    numbers[line] = number
  }

  mutating func set(_ exclusion: Exclusion?, for key: Exclusion.Key) {
    journal.note(.exclusion(Shared(key), exclusions[key].map { Shared($0) }))
    exclusions[key] = exclusion
  }

  mutating func set(_ reason: InactiveReason?, for id: InactiveReasonID) {
    journal.note(.inactiveReason(id, inactiveReasons[id].map { Shared($0) }))
    inactiveReasons[id] = reason
  }

  /// Changes the settings of the service, and with them what holds for every queue.
  mutating func set(_ new: ServiceSettings) {
    journal.note(.settings(Shared(settings)))
    settings = new
    for id in queueIDs {
      guard var queue = queues[id] else { continue }
      queue.settings = effectiveSettings(queue.stored)
      set(queue)
    }
  }

  /// The one place where effective settings are computed: what the queue stores, then the
  /// service's defaults, then the built-in ones.
  func effectiveSettings(_ stored: QueueOverrides) -> QueueSettings {
    QueueSettings().applying(settings.queueDefaults).applying(stored)
  }
}
