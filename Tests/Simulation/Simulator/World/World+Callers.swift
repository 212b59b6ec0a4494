import CallbackCore

extension World {
  mutating func performAsCaller(_ kind: Action.Kind) {
    switch kind {
    case .request: ask(.requestCallback(drawRequest()))
    case .repeatRequest: repeatRequest()
    case .cancel: if let id = drawCallback() { ask(.cancelCallback(id, ifRevision: nil)) }
    case .update: update()
    case .forget: ask(.forgetCaller(e164: drawNumber().e164))
    case .requeue: if let id = drawCallback() { ask(.requeueCallback(id)) }
    case .callerReached:
      let phase = chance.pick(CallerReachedPhase.allCases) ?? .served
      if chance.oneIn(2), let id = drawCallback() {
        ask(.reportCallerReached(.callback(id), phase))
      } else {
        ask(.reportCallerReached(.number(drawNumber().line), phase))
      }
    default:
      guard let id = drawCallback(), let callback = state.callback(id) else { return }
      // Sometimes about the number that it had before it was changed.
      let line = chance.oneIn(4) ? drawNumber().line : callback.line
      let match = CallerMatch(
        recordID: "c", recordClass: .customer, name: "C", matchedNumber: line)
      send(
        .updateResolution(id, CallerLookup(status: .resolved, matches: [match]), asked: line))
    }
  }

  mutating func drawNumber() -> PhoneNumber {
    PhoneNumber(e164: "+12025550\(100 + chance.below(profile.lines))")
  }

  private mutating func drawRequest() -> RequestCallback {
    let number = drawNumber()
    var request = RequestCallback(
      caller: Caller(name: "C", number: number), number: .number(number, kind: .ordinary),
      location: chance.pick([nil, nil] + profile.locations.map(Optional.some)) ?? nil,
      queue: chance.pick(profile.queues), lookup: CallerLookup(status: .resolved))
    request.priority = Int32(chance.among(0, 0, 0, 1, 2))
    if chance.oneIn(5) {
      request.notBefore = clocks.wall + chance.among(.seconds(5), .minutes(2), .hours(1), Span(-5))
    }
    if chance.oneIn(8) { request.expiresAt = clocks.wall + chance.among(.minutes(1), .hours(2)) }
    request.validateOnly = chance.oneIn(15)
    return request
  }

  /// A callback that the service knows; live ones more often.
  mutating func drawCallback() -> CallbackID? {
    let all = state.callbacks(after: nil, limit: 500)
    let live = all.filter(\.state.isLive)
    return chance.pick(live.isEmpty || chance.oneIn(6) ? all : live)?.id
  }

  private mutating func update() {
    guard let id = drawCallback() else { return }
    var update = UpdateCallback(id: id)
    if chance.oneIn(2) { update.queue = chance.pick(profile.queues) }
    if chance.oneIn(2) { update.priority = Int32(chance.below(4)) }
    if chance.oneIn(3) { update.notBefore = clocks.wall + chance.among(.seconds(20), Span(-1)) }
    if chance.oneIn(4) { update.number = .number(drawNumber(), kind: .ordinary) }
    ask(.updateCallback(update))
  }
}
