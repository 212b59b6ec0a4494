/// A callback's place in line: higher priority first, then the order of requests.
///
/// Callback ids are made in the order of requests, so that the id stands for "original request
/// time, then id" (DOMAIN, "Offering").
struct Place: Hashable, Comparable, Sendable {
  let priority: Int32
  let id: CallbackID

  init(_ callback: Callback) {
    priority = callback.priority
    id = callback.id
  }

  init(priority: Int32, id: CallbackID) {
    self.priority = priority
    self.id = id
  }

  static func < (a: Place, b: Place) -> Bool {
    a.priority != b.priority ? a.priority > b.priority : a.id < b.id
  }
}

/// A moment at which time alone changes something with a made id.
struct Due<ID: MadeIdentifier>: Hashable, Comparable, Sendable {
  let at: Int64
  let id: ID

  static func < (a: Due, b: Due) -> Bool { a.at != b.at ? a.at < b.at : a.id < b.id }
}

/// A moment at which time alone changes an agent.
struct AgentDue: Hashable, Comparable, Sendable {
  let at: Int64
  let id: AgentID

  static func < (a: AgentDue, b: AgentDue) -> Bool { a.at != b.at ? a.at < b.at : a.id < b.id }
}

/// An idle agent's turn in a queue, by the queue's strategy.
struct Turn: Hashable, Comparable, Sendable {
  let rank: Int64
  let idleSince: Int64
  let id: AgentID

  init(_ agent: Agent, in membership: Membership, by strategy: AgentStrategy) {
    rank =
      switch strategy {
      case .longestIdle: 0
      case .roundRobin: agent.lastOfferedAt?.milliseconds ?? .min
      case .fewestToday: Int64(agent.acceptedToday)
      case .tiers: Int64(membership.level) << 16 | Int64(membership.position)
      }
    idleSince = agent.idleSince.milliseconds
    id = agent.id
  }

  static func < (a: Turn, b: Turn) -> Bool {
    if a.rank != b.rank { return a.rank < b.rank }
    return a.idleSince != b.idleSince ? a.idleSince < b.idleSince : a.id < b.id
  }
}
