/// The agents of a queue who are on duty, counted by the queues that they serve.
struct Duty: Hashable, Sendable {
  /// How many there are.
  private(set) var count = 0
  /// How many there are of each set of queues.
  private var groups: [[QueueID]: Int] = [:]
  /// One agent in shares of queues: divides by every number up to 16, and so exactly.
  static let unit = 720_720

  init() {}

  mutating func add(_ queues: [QueueID]) {
    count += 1
    groups[queues, default: 0] += 1
  }

  mutating func remove(_ queues: [QueueID]) {
    guard let members = groups[queues] else { return }
    count -= 1
    groups[queues] = members == 1 ? nil : members - 1
  }

  /// How many agents the queue has for itself, in units: one who serves `n` queues that want
  /// agents counts as an `n`th. In proportion to the number of different sets of queues.
  func share(_ wantsAgents: (QueueID) -> Bool) -> Int {
    // A sum of whole numbers, whatever the order.
    groups.reduce(0) { sum, group in
      let queues = group.key.count == 1 ? 1 : group.key.count(where: wantsAgents)
      return sum + group.value * (Self.unit / max(1, queues))
    }
  }
}

extension Agent {
  /// Whether the agent takes callbacks now, or will when what holds them is over. One who is on a
  /// call that telephony reported does not count: nobody knows for how long.
  var isOnDuty: Bool {
    wanted == .ready && !isNotAnswering && !sessions.isEmpty && work != .onOtherCall
  }
}
