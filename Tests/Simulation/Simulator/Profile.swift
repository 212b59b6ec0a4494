import CallbackCore

/// What a seed decides before anything happens: how large the world is, its settings, and how
/// often each thing happens. Every seed leaves out some kinds of actions and favours others, which
/// reaches corners that an even mixture never does.
struct Profile: Sendable {
  var agents: [AgentID]
  var queues: [QueueID]
  var dialers: [DialerID]
  var locations: [LocationID]
  /// Of each location; none in most runs.
  var callingHours: [CallingHours?]
  /// How many hosts share the log, so that streams are of one or another.
  var hosts: Int
  var lines: Int
  var settings: ServiceSettings
  var overrides: [QueueOverrides]
  var memberships: [[Membership]]
  var weights: [(kind: Action.Kind, weight: Int)]
  /// In how many of a hundred actions a message is late, doubled or its answer lost.
  var networkFaults: Int
  /// Whether the connectors are there from the beginning.
  var attachesConnectors: Bool

  init(seed: UInt64) {
    var chance = Chance(seed: seed)
    agents = (1...(1 + chance.below(5))).map { AgentID("a\($0)") }
    queues = (1...(1 + chance.below(3))).map { QueueID("q\($0)") }
    dialers = (1...(1 + chance.below(2))).map { DialerID("d\($0)") }
    locations = (1...2).map { LocationID("l\($0)") }
    lines = chance.among(1, 2, 3, 5, 8, 12)
    settings = Self.service(&chance)
    overrides = queues.map { _ in Self.queue(&chance) }
    let queues = queues
    memberships = agents.map { _ in Self.memberships(of: queues, &chance) }
    weights = Self.weights(&chance)
    networkFaults = chance.among(0, 0, 5, 20)
    attachesConnectors = !chance.oneIn(4)
    let hasHours = chance.oneIn(2)
    callingHours = locations.map { _ in hasHours ? Self.hours(&chance) : nil }
    hosts = chance.among(1, 2, 3)
  }

  /// The actions of a run.
  func actions(seed: UInt64, count: Int) -> [Action] {
    var chance = Chance(seed: seed ^ 0x5eed)
    let total = weights.reduce(0) { $0 + $1.weight }
    return (0..<count).map { _ in
      var drawn = chance.below(total)
      let kind = weights.first { entry in
        drawn -= entry.weight
        return drawn < 0
      }
      return Action(kind?.kind ?? .pass, seed: chance.next())
    }
  }

  static func memberships(of queues: [QueueID], _ chance: inout Chance) -> [Membership] {
    let chosen = chance.oneIn(3) ? chance.some(of: queues) : queues
    return chosen.map {
      Membership(queue: $0, level: UInt16(1 + chance.below(2)), position: UInt16(chance.below(3)))
    }
  }

  static func hours(_ chance: inout Chance) -> CallingHours? {
    let night = CallingHours(opens: 20 * 60, closes: 9 * 60)
    return chance.among(nil, CallingHours(opens: 8 * 60, closes: 20 * 60), night)
  }

  private static func service(_ chance: inout Chance) -> ServiceSettings {
    var settings = ServiceSettings()
    settings.presenceGrace = chance.among(.seconds(10), .seconds(10), .seconds(3))
    settings.inactivityTimeout = chance.among(.minutes(30), .minutes(2), .zero)
    settings.cooldownAfterOtherCall = chance.among(.zero, .seconds(10))
    settings.otherCallLimit = chance.among(.hours(4), .minutes(3))
    settings.requestMemory = chance.among(.hours(24), .hours(24), .minutes(10))
    settings.closedRetention = chance.among(.minutes(15), .minutes(1), .seconds(20))
    return settings
  }

  /// Settings of a queue, each at its default or near it, so that deadlines meet each other.
  static func queue(_ chance: inout Chance) -> QueueOverrides {
    var queue = QueueOverrides()
    queue.dialing = chance.among(.reported, .connector)
    queue.strategy = chance.pick(AgentStrategy.allCases)
    queue.offerTimeout = chance.among(nil, .seconds(5), .seconds(60))
    queue.missesUntilNotAnswering = chance.among(nil, 0, 2)
    queue.declineDelay = chance.among(nil, .seconds(10), .zero, .seconds(20))
    queue.cooldownAfterCallback = chance.among(nil, .zero, .seconds(5))
    queue.cooldownAfterRejection = chance.among(nil, .seconds(5))
    queue.maxAttempts = chance.among(nil, nil, 1, 3)
    queue.expiry = chance.among(nil, nil, .minutes(10), .minutes(1))
    queue.capacity = chance.among(nil, nil, nil, 3)
    queue.gapBusy = chance.among(nil, .seconds(20), .seconds(5))
    queue.gapNoAnswer = chance.among(nil, .seconds(5))
    queue.gapFailed = chance.among(nil, .seconds(10))
    queue.gapLimit = chance.among(nil, nil, .minutes(20), .seconds(30))
    queue.callLimit = chance.among(nil, .minutes(5))
    queue.callerArrivedTimeout = chance.among(nil, .minutes(1))
    return queue
  }

  private static let usual: [Action.Kind: Int] = [
    .request: 16, .repeatRequest: 4, .cancel: 3, .update: 4, .requeue: 2, .callerReached: 3,
    .lateLookup: 1, .forget: 1, .openSession: 6, .closeSession: 3, .joinSession: 1,
    .leaveSession: 1,
    .status: 10, .otherCall: 3, .override: 1, .accept: 12, .reject: 5, .report: 10,
    .connectorAttaches: 4, .connectorDetaches: 1, .claim: 8, .connectorReports: 10,
    .staleReport: 2, .answerQueries: 3, .settle: 1, .disposition: 1, .pauseQueue: 2,
    .queueSettings: 1, .agentQueues: 2, .replaceAgent: 1, .serviceSettings: 1, .callingHours: 1,
    .pass: 10, .passToDeadline: 10, .wallJumps: 1, .logFault: 2, .logSlow: 2, .logAnswers: 2,
    .crash: 2, .snapshot: 1, .hostEnds: 1, .burst: 4,
  ]

  private static func weights(_ chance: inout Chance) -> [(kind: Action.Kind, weight: Int)] {
    let isEven = chance.oneIn(4)
    let essential: Set<Action.Kind> = [.request, .pass, .passToDeadline]
    return Action.Kind.allCases.map { kind in
      let weight = usual[kind] ?? 1
      let factor = isEven ? 2 : chance.among(0, 1, 2, 2, 4)
      return (kind, essential.contains(kind) ? weight * max(factor, 1) : weight * factor)
    }
  }
}
