extension CallCenter {
  mutating func applyToConfiguration(_ event: Event) {
    counters.revisions += 1
    switch event {
    case .queuePut(var queue):
      queue.settings = effectiveSettings(queue.stored)
      set(queue)
    case .queueDeleted(let id):
      remove(queue: id)
      removeService(of: id)
    case .agentPut(let id, let settings, let revision):
      guard agents[id] != nil else {
        set(Agent(id: id, settings: settings, revision: revision))
        return
      }
      change(agent: id, at: counters.now) {
        $0.settings = Shared(settings)
        $0.revision = revision
      }
    case .agentDeleted(let id):
      for session in agents[id]?.value.sessions ?? [] {
        guard var open = sessions[session] else { continue }
        open.agents.removeAll { $0 == id }
        set(open, for: session)
      }
      remove(agent: id)
    case .locationPut(let location): set(location, for: location.id)
    case .locationDeleted(let id): set(nil as Location?, for: id)
    case .numberPut(let number): set(number, for: number.number.line)
    case .numberDeleted(let line): set(nil as DialledNumber?, for: line)
    case .exclusionPut(let exclusion): set(exclusion, for: exclusion.key)
    case .exclusionDeleted(let key): set(nil as Exclusion?, for: key)
    case .inactiveReasonPut(let reason): set(reason, for: reason.id)
    case .inactiveReasonDeleted(let id): set(nil as InactiveReason?, for: id)
    case .settingsPut(let new): set(new)
    default: break
    }
  }
}
