/// Quiet hours: checked where a callback enters the queue, at the offer and at the accept
/// (DOMAIN, "Dialling").
extension CallCenter {
  /// Whether a callback may be offered.
  enum Readiness {
    /// Not before a moment of the wall clock.
    case wait(until: WallTime, ScheduleReason)
    /// Now, until the calling hours end where the caller may be; nil where nothing ends them.
    case now(quietFrom: WallTime?)
  }

  /// Whether a callback may be offered at the step's moment.
  func readiness(of callback: Callback, at step: Step) -> Readiness {
    if let notBefore = callback.notBefore, notBefore > step.wall {
      return .wait(until: notBefore, .notBefore)
    }
    switch callingHours(of: callback, at: step) {
    case .quiet(let until): return .wait(until: until, .quietHours)
    case .open(let until): return .now(quietFrom: until)
    case nil: return .now(quietFrom: nil)
    }
  }

  /// The hours of the callback's location, in every zone that its number may be in; where those
  /// share no hour within a day, or none is known, in the location's. Nil without hours.
  private func callingHours(of callback: Callback, at step: Step) -> HoursAcrossZones.Moment? {
    let request = callback.request.value
    guard let location = request.location.flatMap({ locations[$0] }),
      let hours = location.callingHours
    else { return nil }
    let table = step.context.zones
    let there = HoursAcrossZones(
      hours: hours, zones: table.zones(of: request.number.e164), table: table)
    let here = HoursAcrossZones(hours: hours, zones: [location.timeZone], table: table)
    return there.moment(at: step.wall) ?? here.moment(at: step.wall)
  }

  /// Sets the state that a callback which is to wait has: scheduled or queued.
  func schedule(_ callback: inout Callback, at step: Step) {
    // Nothing of it is being dialled that could be asked for again.
    callback.askedAgain = false
    switch readiness(of: callback, at: step) {
    case .wait(let until, let reason):
      callback.state = .scheduled(until: until, reason: reason)
      callback.quietFrom = nil
    case .now(let quietFrom):
      callback.state = .queued
      callback.quietFrom = quietFrom
      // Its time has come, which a wall clock that goes back does not undo.
      callback.notBefore = nil
    }
  }

  /// Looks at the calling hours of a callback again: they have begun or ended, were changed, or
  /// the wall clock has jumped.
  mutating func checkCallingHours(of id: CallbackID, _ step: inout Step) {
    guard let callback = callbacks[id]?.value else { return }
    switch (callback.state, readiness(of: callback, at: step)) {
    case (.queued, .wait(let until, let reason)), (.offered, .wait(let until, let reason)):
      withdrawOffer(of: id, .quietHours, &step)
      emit(.callbackScheduled(id, until: until, reason), &step)
    case (.queued, .now(let quietFrom)), (.offered, .now(let quietFrom)):
      guard quietFrom != callback.quietFrom else { return }
      var changed = callback
      changed.quietFrom = quietFrom
      emit(.callbackUpdated(CallbackChange(changed)), &step)
    case (.scheduled(_, .quietHours), .now): queueAgain(id, .timeReached, &step)
    case (.scheduled(let old, .quietHours), .wait(let until, let reason)):
      if until != old { emit(.callbackScheduled(id, until: until, reason), &step) }
    case (.scheduled, _), (.dialing, _), (.connected, _), (.uncertain, _), (.retryWait, _),
      (.finished, _):
      break
    }
  }

  /// The same for every callback of a location; in proportion to what is kept.
  mutating func checkCallingHours(of location: LocationID, _ step: inout Step) {
    for id in index.callbacks.keys {
      guard let callback = callbacks[id]?.value, callback.state.isLive,
        callback.request.value.location == location
      else { continue }
      checkCallingHours(of: id, &step)
    }
  }

  /// The same for all locations that have hours.
  mutating func checkAllCallingHours(_ step: inout Step) {
    let ids = locations.values.filter { $0.callingHours != nil }.map(\.id)
    for id in ids.sorted() { checkCallingHours(of: id, &step) }
  }

  /// Lets no callback be offered whose calling hours have ended, also where a command comes
  /// before their timer.
  mutating func endCallingHours(_ step: inout Step) {
    guard let first = index.callbackWallTimers.first, first.at <= step.wall.milliseconds else {
      return
    }
    var ended: [CallbackID] = []
    for due in index.callbackWallTimers {
      guard due.at <= step.wall.milliseconds else { break }
      if callbacks[due.id]?.value.state == .queued { ended.append(due.id) }
    }
    for id in ended { checkCallingHours(of: id, &step) }
  }
}
