extension CallCenter {
  /// A callback that is live, or ended a short while ago; nil for any other.
  public func callback(_ id: CallbackID) -> Callback? { callbacks[id]?.value }

  /// Changes a callback through the one door that keeps indexes and journal in step.
  mutating func set(_ callback: Callback) {
    let new = Shared(callback)
    journal.note(.callback(callback.id, callbacks[callback.id]))
    replace(callback: callback.id, with: new)
  }

  /// Drops a callback that nobody needs any more.
  mutating func remove(callback id: CallbackID) {
    journal.note(.callback(id, callbacks[id]))
    replace(callback: id, with: nil)
  }

  /// Applies `change` to a callback and counts the revision; nothing if it is not kept.
  mutating func change(callback id: CallbackID, _ change: (inout Callback) -> Void) {
    guard var callback = callbacks[id]?.value else { return }
    change(&callback)
    callback.revision &+= 1
    set(callback)
  }

  mutating func replace(callback id: CallbackID, with new: Shared<Callback>?) {
    let old =
      if let new {
        callbacks.updateValue(new, forKey: id)
      } else {
        callbacks.removeValue(forKey: id)
      }
    if old == nil, new != nil { index.callbacks.insert(id) }
    if old != nil, new == nil { index.callbacks.remove(id) }
    reindexQueue(id, from: old, to: new)
    reindexTimers(id, from: old, to: new)
    reindexLine(id, from: old, to: new)
  }

  /// Counts and the position in line.
  private mutating func reindexQueue(
    _ id: CallbackID, from old: Shared<Callback>?, to new: Shared<Callback>?
  ) {
    if let old, let new, old.value.queue == new.value.queue,
      old.value.priority == new.value.priority, old.value.state.tally == new.value.state.tally
    {
      return
    }
    if let old = old?.value, old.state.isLive {
      let tally = old.state.tally
      index.liveCount -= 1
      index.queues[old.queue].live -= 1
      if tally != .answered { index.queues[old.queue].waiting -= 1 }
      if tally == .inLine { index.queues[old.queue].line.remove(Place(old)) }
    }
    if let new = new?.value, new.state.isLive {
      let tally = new.state.tally
      index.liveCount += 1
      index.queues[new.queue].live += 1
      if tally != .answered { index.queues[new.queue].waiting += 1 }
      if tally == .inLine { index.queues[new.queue].line.insert(Place(new)) }
    }
  }

  private mutating func reindexTimers(
    _ id: CallbackID, from old: Shared<Callback>?, to new: Shared<Callback>?
  ) {
    let (oldDue, newDue) = (old?.value.deadline, new?.value.deadline)
    if oldDue != newDue {
      if let oldDue { index.callbackTimers.remove(Due(at: oldDue.milliseconds, id: id)) }
      if let newDue { index.callbackTimers.insert(Due(at: newDue.milliseconds, id: id)) }
    }
    let (oldWall, newWall) = (old?.value.wallDeadline, new?.value.wallDeadline)
    if oldWall != newWall {
      if let oldWall { index.callbackWallTimers.remove(Due(at: oldWall.milliseconds, id: id)) }
      if let newWall { index.callbackWallTimers.insert(Due(at: newWall.milliseconds, id: id)) }
    }
  }

  /// The callbacks of the line, and who of them may be offered.
  private mutating func reindexLine(
    _ id: CallbackID, from old: Shared<Callback>?, to new: Shared<Callback>?
  ) {
    let oldLive = old?.value.state.isLive ?? false
    let newLive = new?.value.state.isLive ?? false
    let sameLine =
      oldLive && newLive
      && (old?.value.request === new?.value.request || old?.value.line == new?.value.line)
    if !sameLine {
      if oldLive, let line = old?.value.line { index.lines.remove(id, at: line) }
      if newLive, let line = new?.value.line { index.lines.insert(id, at: line) }
    }
    if let old = old?.value, old.state == .queued {
      if let new = new?.value, sameLine, old.hasSameTurn(as: new) { return }
      index.queues[old.queue].offerable.remove(Place(old))
    }
    if let new = new?.value { offerIfPossible(new) }
    let wasOffered = old?.value.state.isOffered ?? false
    let isOffered = new?.value.state.isOffered ?? false
    if wasOffered != isOffered || !sameLine {
      if oldLive, let line = old?.value.line { refreshShared(line, but: id) }
      if newLive, !sameLine, let line = new?.value.line { refreshShared(line, but: id) }
    }
  }

  private mutating func offerIfPossible(_ callback: Callback) {
    guard callback.state == .queued, callback.suspendedUntil == nil,
      index.running[callback.id] == nil,
      !isLineInUse(callback.line, byOtherThan: callback.id)
    else { return }
    index.queues[callback.queue].offerable.insert(Place(callback))
    stirred.callbacks.append(callback.id)
  }

  /// Whether a dial runs on the line, or another callback of it is being offered: a second one
  /// must not be accepted meanwhile.
  func isLineInUse(_ line: PhoneNumber.Line, byOtherThan id: CallbackID) -> Bool {
    if index.dials[line] != nil { return true }
    guard index.lines.isShared(line) else { return false }
    return index.lines.callbacks(at: line).contains {
      $0 != id && callbacks[$0]?.value.state.isOffered == true
    }
  }

  private mutating func refreshShared(_ line: PhoneNumber.Line, but id: CallbackID) {
    for other in index.lines.callbacks(at: line) where other != id { refreshOfferable(other) }
  }

  /// Looks again whether a callback may be offered, after its line came into use or free.
  mutating func refreshOfferable(_ id: CallbackID) {
    guard let callback = callbacks[id]?.value, callback.state == .queued else { return }
    index.queues[callback.queue].offerable.remove(Place(callback))
    offerIfPossible(callback)
  }
}

extension CallbackState {
  /// What a state counts as in its queue.
  enum Tally { case inLine, waiting, answered, over }

  var tally: Tally {
    switch self {
    case .queued, .offered: .inLine
    case .scheduled, .dialing, .uncertain, .retryWait: .waiting
    case .connected: .answered
    case .finished: .over
    }
  }

  var isOffered: Bool {
    if case .offered = self { true } else { false }
  }
}

extension Callback {
  /// When time alone changes it next, on the engine's clock.
  var deadline: Instant? {
    guard state.isLive else { return nil }
    var earliest: Instant?
    func consider(_ moment: Instant?) {
      if let moment, moment < earliest ?? Instant(.max) { earliest = moment }
    }
    if case .retryWait(let until) = state { consider(until) }
    if state == .queued { consider(declines.first?.until) }
    consider(suspendedUntil)
    if pendingEnd == nil { consider(expiresAt) }
    return earliest
  }

  /// When time alone changes it next, on the wall clock.
  var wallDeadline: WallTime? {
    switch state {
    case .scheduled(let until, _): until
    case .queued, .offered: quietFrom
    case .dialing, .connected, .uncertain, .retryWait, .finished: nil
    }
  }

  /// Whether nothing has changed that decides when it is offered, and to whom.
  fileprivate func hasSameTurn(as other: Callback) -> Bool {
    state == other.state && queue == other.queue && priority == other.priority
      && suspendedUntil == other.suspendedUntil && declines == other.declines
  }
}
