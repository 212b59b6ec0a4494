/// Locations, numbers, exclusions and reasons for being inactive.
extension CallCenter {
  mutating func decidePlaces(
    _ command: Command, _ step: inout Step
  ) throws(Rejection) -> Reply {
    switch command {
    case .putLocation(var location, let revision):
      let old = locations[location.id]
      try check(revision, against: old?.revision, .location(location.id))
      if old == nil, locations.count >= Self.configurationLimit { throw .tooMany(.location) }
      try checkHours(of: location, at: step)
      location.revision = nextRevision
      emit(.locationPut(location), &step)
      if location.callingHours != old?.callingHours || location.timeZone != old?.timeZone {
        checkCallingHours(of: location.id, &step)
      }
      return .put(revision: location.revision)
    case .deleteLocation(let id, let revision):
      try deleteLocation(id, revision, &step)
    case .putNumber(let number, let revision):
      return try putNumber(number, revision, &step)
    case .deleteNumber(let line, let revision):
      guard let number = numbers[line] else { throw .notFound(.number(line)) }
      try check(revision, against: number.revision, .number(line))
      emit(.numberDeleted(line), &step)
    case .putExclusion(let exclusion, let revision):
      return try putExclusion(exclusion, revision, &step)
    case .deleteExclusion(let key, let revision):
      guard let exclusion = exclusions[key] else { throw .notFound(.exclusion(key)) }
      try check(revision, against: exclusion.revision, .exclusion(key))
      emit(.exclusionDeleted(key), &step)
    case .putInactiveReason(var reason, let revision):
      let old = inactiveReasons[reason.id]
      try check(revision, against: old?.revision, .inactiveReason(reason.id))
      if old == nil, inactiveReasons.count >= Self.configurationLimit {
        throw .tooMany(.inactiveReason)
      }
      if let timeout = reason.timeout, timeout < .zero {
        throw .invalid(field: "timeout", reason: "must not be negative")
      }
      reason.revision = nextRevision
      emit(.inactiveReasonPut(reason), &step)
      return .put(revision: reason.revision)
    case .deleteInactiveReason(let id, let revision):
      try deleteInactiveReason(id, revision, &step)
    default: break
    }
    return .done
  }

  private mutating func deleteLocation(
    _ id: LocationID, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) {
    guard let location = locations[id] else { throw .notFound(.location(id)) }
    try check(revision, against: location.revision, .location(id))
    if let number = numberLines.first(where: { numbers[$0]?.location == id }) {
      throw .inUse(.location(id), by: .number(number))
    }
    if let exclusion = exclusionKeys.first(where: { $0.location == id }) {
      throw .inUse(.location(id), by: .exclusion(exclusion))
    }
    emit(.locationDeleted(id), &step)
    if location.callingHours != nil { checkCallingHours(of: id, &step) }
  }

  private func checkHours(of location: Location, at step: Step) throws(Rejection) {
    if !location.timeZone.isEmpty,
      step.context.zones.offset(of: location.timeZone, at: step.wall) == nil
    {
      throw .invalid(field: "time_zone", reason: "is not the IANA name of a time zone")
    }
    guard let hours = location.callingHours else { return }
    guard hours.isValid else {
      throw .invalid(
        field: "calling_hours", reason: "must be two different minutes of a day")
    }
    guard !location.timeZone.isEmpty else {
      throw .invalid(field: "time_zone", reason: "is needed where there are calling hours")
    }
  }

  private mutating func deleteInactiveReason(
    _ id: InactiveReasonID, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) {
    guard let reason = inactiveReasons[id] else { throw .notFound(.inactiveReason(id)) }
    try check(revision, against: reason.revision, .inactiveReason(id))
    let agent = agentIDs.first { agents[$0]?.value.wanted == .inactive(id) }
    if let agent { throw .inUse(.inactiveReason(id), by: .agent(agent)) }
    emit(.inactiveReasonDeleted(id), &step)
  }

  private mutating func putNumber(
    _ number: DialledNumber, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let line = number.number.line
    try check(revision, against: numbers[line]?.revision, .number(line))
    if numbers[line] == nil, numbers.count >= Self.configurationLimit {
      throw .tooMany(.number)
    }
    if let location = number.location, locations[location] == nil {
      throw .notFound(.location(location))
    }
    if let queue = number.queue, queues[queue] == nil { throw .notFound(.queue(queue)) }
    var put = number
    put.revision = nextRevision
    emit(.numberPut(put), &step)
    return .put(revision: put.revision)
  }

  private mutating func putExclusion(
    _ exclusion: Exclusion, _ revision: UInt64?, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let key = exclusion.key
    try check(revision, against: exclusions[key]?.revision, .exclusion(key))
    if exclusions[key] == nil, exclusions.count >= Self.configurationLimit {
      throw .tooMany(.exclusion)
    }
    if let location = key.location, locations[location] == nil {
      throw .notFound(.location(location))
    }
    var put = exclusion
    put.revision = nextRevision
    emit(.exclusionPut(put), &step)
    cancelExcluded(by: key, &step)
    return .put(revision: put.revision)
  }

  /// Who is not to be called is not called either where a callback waits already.
  private mutating func cancelExcluded(by key: Exclusion.Key, _ step: inout Step) {
    // In order, so that equal states cause equal events.
    let waiting = callbacks.values.map(\.value).filter { callback in
      callback.line.e164 == key.e164 && !callback.state.hasLeftQueue
        && (key.location == nil || callback.request.value.location == key.location)
    }
    for callback in waiting.sorted(by: { $0.id < $1.id }) { _ = end(callback, .cancelled, &step) }
  }
}
