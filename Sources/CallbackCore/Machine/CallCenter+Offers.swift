extension CallCenter {
  /// An offer that is pending, or was closed a short while ago; nil for any other.
  public func offer(_ id: OfferID) -> Offer? { offers[id]?.value }

  mutating func set(_ offer: Offer) {
    journal.note(.offer(offer.id, offers[offer.id]))
    replace(offer: offer.id, with: Shared(offer))
  }

  mutating func remove(offer id: OfferID) {
    journal.note(.offer(id, offers[id]))
    replace(offer: id, with: nil)
  }

  mutating func replace(offer id: OfferID, with new: Shared<Offer>?) {
    let old =
      if let new { offers.updateValue(new, forKey: id) } else {
        offers.removeValue(forKey: id)
      }
    if let old = old?.value, old.state == .pending {
      index.offerTimers.remove(Due(at: old.deadline.milliseconds, id: id))
      index.queues[old.queue].pending.remove(id)
    }
    if let new = new?.value, new.state == .pending {
      index.offerTimers.insert(Due(at: new.deadline.milliseconds, id: id))
      index.queues[new.queue].pending.insert(id)
    }
  }

  /// An attempt that runs, is uncertain, or ended a short while ago; nil for any other.
  public func attempt(_ id: AttemptID) -> Attempt? { attempts[id]?.value }

  mutating func set(_ attempt: Attempt) {
    journal.note(.attempt(attempt.id, attempts[attempt.id]))
    replace(attempt: attempt.id, with: Shared(attempt))
  }

  mutating func remove(attempt id: AttemptID) {
    journal.note(.attempt(id, attempts[id]))
    replace(attempt: id, with: nil)
  }

  mutating func change(attempt id: AttemptID, _ change: (inout Attempt) -> Void) {
    guard var attempt = attempts[id]?.value else { return }
    change(&attempt)
    set(attempt)
  }

  mutating func replace(attempt id: AttemptID, with new: Shared<Attempt>?) {
    let old =
      if let new { attempts.updateValue(new, forKey: id) } else {
        attempts.removeValue(forKey: id)
      }
    let (oldDue, newDue) = (old?.value.due, new?.value.due)
    if oldDue != newDue {
      if let oldDue { index.attemptTimers.remove(oldDue) }
      if let newDue { index.attemptTimers.insert(newDue) }
    }
    let wasRunning = old?.value.isRunning ?? false
    let isRunning = new?.value.isRunning ?? false
    if wasRunning != isRunning, let line = (new ?? old)?.value.plan.value.number.line {
      let callback = (new ?? old)?.value.callback
      if isRunning {
        index.dials[line] = id
        if let callback { index.running[callback] = id }
      } else {
        if index.dials[line] == id { index.dials[line] = nil }
        if let callback, index.running[callback] == id { index.running[callback] = nil }
      }
      for waiting in index.lines.callbacks(at: line) where waiting != callback {
        refreshOfferable(waiting)
      }
      if let callback { refreshOfferable(callback) }
    }
    reindexDialer(id, from: old, to: new)
  }

  private mutating func reindexDialer(
    _ id: AttemptID, from old: Shared<Attempt>?, to new: Shared<Attempt>?
  ) {
    let (before, after) = (old?.value.holding ?? .nobody, new?.value.holding ?? .nobody)
    guard before != after else { return }
    switch before {
    case .nobody: break
    case .unassigned: index.unassigned.remove(id)
    case .uncertain(let dialer): index.dialers[dialer]?.uncertain.remove(id)
    case .running(let dialer):
      index.dialers[dialer]?.running.remove(id)
      if let capacity = dialers[dialer]?.capacity, capacity > 0 { stirConnectorQueues() }
    }
    switch after {
    case .nobody: break
    case .unassigned: index.unassigned.insert(id)
    case .uncertain(let dialer):
      index.dialers[dialer, default: DialerIndex()].uncertain.insert(id)
    case .running(let dialer):
      index.dialers[dialer, default: DialerIndex()].running.insert(id)
    }
    for holding in [before, after] {
      if let dialer = holding.dialer, index.dialers[dialer]?.isEmpty == true {
        index.dialers[dialer] = nil
      }
    }
  }

  /// Notes that a connector has more room than before.
  mutating func stirConnectorQueues() {
    for queue in queues.values where queue.settings.dialing == .connector {
      stirred.queues.append(queue.id)
    }
  }
}

extension Attempt {
  fileprivate var due: Due<AttemptID>? {
    guard phase != .ended, let deadline else { return nil }
    return Due(at: deadline.milliseconds, id: id)
  }

  /// Who has the dial command.
  fileprivate enum Holding: Equatable {
    case nobody, unassigned
    case running(DialerID)
    case uncertain(DialerID)

    var dialer: DialerID? {
      switch self {
      case .nobody, .unassigned: nil
      case .running(let id), .uncertain(let id): id
      }
    }
  }

  fileprivate var holding: Holding {
    guard dialing == .connector else { return .nobody }
    switch phase {
    case .ended: return .nobody
    case .uncertain: return dialer.map(Holding.uncertain) ?? .nobody
    case .unclaimed, .dialing, .talking: return dialer.map(Holding.running) ?? .unassigned
    }
  }
}
