/// What management configures of an agent.
public struct AgentSettings: Hashable, Sendable {
  /// The name that others read; at most 128 bytes.
  public var name: String
  /// Where a connector reaches the agent, like `sip:anna@example.org`; at most 128 bytes.
  public var endpoint: String
  /// The queues the agent belongs to, sorted by queue, each once.
  public var memberships: [Membership]

  /// Describes an agent.
  public init(name: String = "", endpoint: String = "", memberships: [Membership] = []) {
    self.name = name
    self.endpoint = endpoint
    self.memberships = memberships.sorted { $0.queue < $1.queue }
  }
}

/// An agent's place in a queue.
public struct Membership: Hashable, Sendable {
  /// The queue.
  public var queue: QueueID
  /// The tier: with the strategy `tiers`, lower levels are asked first. 1 by default.
  public var level: UInt16
  /// The place within the tier: lower is asked first. 1 by default.
  public var position: UInt16

  /// Names a place in a queue.
  public init(queue: QueueID, level: UInt16 = 1, position: UInt16 = 1) {
    self.queue = queue
    self.level = level
    self.position = position
  }
}
