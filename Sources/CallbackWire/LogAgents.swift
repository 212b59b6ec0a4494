import CallbackCore
import CallbackMessages

extension LogV1.WantedStatus {
  init(_ wanted: WantedStatus) {
    switch wanted {
    case .offline: self.init(wanted: .offline(LogV1.WantsOffline()))
    case .ready: self.init(wanted: .ready(LogV1.WantsReady()))
    case .inactive(let reason):
      self.init(wanted: .inactive(LogV1.WantsInactive(reason: reason.map { LogV1.Text($0) })))
    }
  }

  func core() throws(LogCodecError) -> WantedStatus {
    switch try wanted.required("wanted") {
    case .offline: return .offline
    case .ready: return .ready
    case .inactive(let inactive): return .inactive(inactive.reason?.named())
    }
  }
}

extension LogV1.AgentStatus {
  init(_ status: AgentStatus) {
    switch status {
    case .offline: self.init(status: .offline(LogV1.WantsOffline()))
    case .ready: self.init(status: .ready(LogV1.AgentReady()))
    case .offered(let offer): self.init(status: .offered(LogV1.Id(offer)))
    case .onCall(let attempt): self.init(status: .onCall(LogV1.Id(attempt)))
    case .onOtherCall: self.init(status: .onOtherCall(LogV1.AgentOnOtherCall()))
    case .cooldown(let until): self.init(status: .cooldownEngine(LogV1.Time(until)))
    case .notAnswering: self.init(status: .notAnswering(LogV1.AgentNotAnswering()))
    case .inactive(let reason):
      self.init(status: .inactive(LogV1.WantsInactive(reason: reason.map { LogV1.Text($0) })))
    }
  }

  func core() throws(LogCodecError) -> AgentStatus {
    switch try status.required("status") {
    case .offline: return .offline
    case .ready: return .ready
    case .offered(let id): return .offered(id.made())
    case .onCall(let id): return .onCall(id.made())
    case .onOtherCall: return .onOtherCall
    case .cooldownEngine(let until): return .cooldown(until: until.engine)
    case .notAnswering: return .notAnswering
    case .inactive(let inactive): return .inactive(inactive.reason?.named())
    }
  }
}

extension LogV1.AgentSettings {
  init(_ settings: AgentSettings) {
    self.init(
      name: settings.name, endpoint: settings.endpoint,
      memberships: settings.memberships.map {
        LogV1.Membership(
          queue: $0.queue.rawValue, level: UInt32($0.level), position: UInt32($0.position))
      })
  }

  func core() throws(LogCodecError) -> AgentSettings {
    AgentSettings(
      name: name, endpoint: endpoint,
      memberships: try memberships.decoded { place throws(LogCodecError) in
        Membership(
          queue: QueueID(place.queue), level: try place.level.narrowed("membership.level"),
          position: try place.position.narrowed("membership.position"))
      })
  }
}
