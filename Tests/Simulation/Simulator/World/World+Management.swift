import CallbackCore

extension World {
  /// What management sets up before anything happens.
  mutating func configure() {
    node.start(usesSnapshot: false)
    clocks.start(from: Instant(1_000_000))
    now(.serviceStarted)
    now(.putSettings(profile.settings, ifRevision: nil))
    for (id, hours) in zip(profile.locations, profile.callingHours) {
      now(.putLocation(location(id, hours), ifRevision: nil))
    }
    for (id, settings) in zip(profile.queues, profile.overrides) {
      now(.putQueue(PutQueue(id: id, settings: settings), ifRevision: nil))
    }
    for (id, memberships) in zip(profile.agents, profile.memberships) {
      now(.putAgent(id, AgentSettings(memberships: memberships), ifRevision: nil))
    }
    for (index, id) in profile.agents.enumerated() {
      let stream = nextStream()
      desktops[SessionID("s\(index)")] = stream
      now(.openSession(SessionID("s\(index)"), stream: stream, agents: [id]))
      now(.setAgentStatus(id, wanted: .ready, endCooldown: false))
    }
    for id in profile.dialers where profile.attachesConnectors {
      attach(id, capacity: 0, locations: [])
      pump()
    }
  }

  private func location(_ id: LocationID, _ hours: CallingHours?) -> Location {
    Location(
      id: id, name: id.rawValue, region: "US", timeZone: hours == nil ? "" : "quick",
      callingHours: hours)
  }

  mutating func manage(_ kind: Action.Kind) {
    guard let queue = chance.pick(profile.queues), let agent = drawAgent() else { return }
    switch kind {
    case .pauseQueue:
      send(
        .setQueueState(
          queue, accepting: chance.pick([nil, true, true, false]) ?? nil,
          offering: chance.pick([nil, true, true, false]) ?? nil))
    case .queueSettings:
      let settings = Profile.queue(&chance)
      send(.putQueue(PutQueue(id: queue, settings: settings), ifRevision: nil))
    case .agentQueues:
      send(
        .setAgentQueues(
          agent, Profile.memberships(of: profile.queues, &chance), ifRevision: nil))
    case .replaceAgent:
      if chance.oneIn(2) { send(.deleteAgent(agent, ifRevision: nil)) }
      let memberships = Profile.memberships(of: profile.queues, &chance)
      send(.putAgent(agent, AgentSettings(memberships: memberships), ifRevision: nil))
    case .callingHours:
      guard let id = chance.pick(profile.locations) else { return }
      send(.putLocation(location(id, Profile.hours(&chance)), ifRevision: nil))
    default:
      var settings = profile.settings
      settings.presenceGrace = chance.among(.seconds(10), .seconds(2))
      settings.queueDefaults.offerTimeout = chance.among(nil, .seconds(15))
      send(.putSettings(settings, ifRevision: nil))
    }
  }
}
