/// Taking requests (DOMAIN, "Taking requests").
extension CallCenter {
  mutating func requestCallback(
    _ request: RequestCallback, _ step: inout Step
  ) throws(Rejection) -> Reply {
    let admitted = try admit(request, at: step)
    if let waiting = waitingCallback(of: admitted.number.line, in: admitted.queue.id) {
      return merge(admitted, into: waiting, validateOnly: request.validateOnly, &step)
    }
    guard waitingCount(in: admitted.queue.id) < admitted.queue.settings.capacity else {
      throw .refused(.queueFull)
    }
    let callback = makeCallback(admitted, id: nextID(step), step)
    if !request.validateOnly { emit(.callbackRequested(callback), &step) }
    return .requested(
      reply(for: callback, merged: false, validateOnly: request.validateOnly, at: step))
  }

  /// A request that passed the guards, with what was worked out on the way.
  struct Admitted {
    let request: RequestCallback
    let number: PhoneNumber
    let queue: Queue
    let location: LocationID?
    let adSource: String
    let resolution: CallerResolution
    let expiresAt: Instant?
  }

  /// Applies the guards in a fixed order; the first that refuses names its reason.
  func admit(_ request: RequestCallback, at step: Step) throws(Rejection) -> Admitted {
    let number = try dialable(request.number)
    if let named = request.location, locations[named] == nil {
      throw .notFound(.location(named))
    }
    let dialled = request.dialled.flatMap { numbers[$0] }
    let location = request.location ?? dialled?.location
    guard let queueID = request.queue ?? dialled?.queue else { throw .refused(.noQueue) }
    guard let queue = queues[queueID] else { throw .notFound(.queue(queueID)) }
    guard queue.isAccepting else { throw .refused(.queueClosed) }
    try checkExclusion(of: number, at: location)
    let resolution = CallerRanking.resolve(
      request.lookup, at: location, previousCustomerCard: queue.settings.previousCustomerCard)
    if let classes = CallerClasses(of: resolution),
      queue.settings.classes.isDisjoint(with: classes)
    {
      throw .refused(.classNotTaken)
    }
    return Admitted(
      request: request, number: number, queue: queue, location: location,
      adSource: dialled?.adSource ?? "", resolution: resolution,
      expiresAt: try expiry(of: request, in: queue, at: step))
  }

  /// The number if it may be called at all.
  func dialable(_ reading: NumberReading) throws(Rejection) -> PhoneNumber {
    switch reading {
    case .none: throw .refused(.noCallbackNumber)
    case .impossible: throw .refused(.impossibleNumber)
    case .number(_, .premiumRate): throw .refused(.premiumRateNumber)
    case .number(_, .emergency): throw .refused(.emergencyNumber)
    case .number(let number, .ordinary):
      if numbers[number.line] != nil || numbers[PhoneNumber.Line(e164: number.e164)] != nil {
        throw .refused(.ownNumber)
      }
      return number
    }
  }

  /// Refuses a number that is excluded everywhere or for the location.
  func checkExclusion(of number: PhoneNumber, at location: LocationID?) throws(Rejection) {
    if exclusions[Exclusion.Key(e164: number.e164)] != nil { throw .refused(.excludedNumber) }
    if let location, exclusions[Exclusion.Key(e164: number.e164, location: location)] != nil {
      throw .refused(.excludedNumber)
    }
  }

  /// The earlier of what the requester names and what the queue sets, on the engine's clock, so
  /// that a wall clock that jumps later expires nothing. A callback that would expire before its
  /// own not-before could never be offered: it is refused by the field that makes it so.
  private func expiry(
    of request: RequestCallback, in queue: Queue, at step: Step
  ) throws(Rejection) -> Instant? {
    var expiresAt: Instant?
    if queue.settings.expiry > .zero { expiresAt = step.now + queue.settings.expiry }
    if let named = request.expiresAt {
      guard named > step.wall else {
        throw .invalid(field: "expires_at", reason: "lies in the past")
      }
      if let notBefore = request.notBefore, named <= notBefore {
        throw .invalid(field: "expires_at", reason: "must lie after not_before")
      }
      let moment = step.now + (named - step.wall)
      expiresAt = min(expiresAt ?? moment, moment)
    }
    try checkNotBefore(request.notBefore, liesBefore: expiresAt, at: step)
    return expiresAt
  }

  /// Refuses a not-before at which the callback would have expired.
  func checkNotBefore(
    _ notBefore: WallTime?, liesBefore expiresAt: Instant?, at step: Step
  ) throws(Rejection) {
    guard let notBefore, notBefore > step.wall, let expiresAt else { return }
    guard step.now + (notBefore - step.wall) < expiresAt else {
      throw .invalid(field: "not_before", reason: "must lie before the callback expires")
    }
  }

  /// The live callback of a number in a queue that has not been answered; there is at most one.
  func waitingCallback(of line: PhoneNumber.Line, in queue: QueueID) -> Callback? {
    for id in index.lines.callbacks(at: line) {
      guard let callback = callbacks[id], callback.value.queue == queue,
        !callback.value.state.hasLeftQueue
      else { continue }
      return callback.value
    }
    return nil
  }

  /// How many callbacks wait in a queue: live, and not answered.
  public func waitingCount(in queue: QueueID) -> Int { index.queues[queue].waiting }

  private func makeCallback(_ admitted: Admitted, id: CallbackID, _ step: Step) -> Callback {
    let request = admitted.request
    let wanted = CallbackRequest(
      caller: request.caller, number: admitted.number, numberSource: request.numberSource,
      dialled: request.dialled, location: admitted.location, adSource: admitted.adSource,
      callReference: request.callReference, callArrivedAt: request.callArrivedAt,
      note: request.note, labelsAtRequest: admitted.resolution.labels)
    var callback = Callback(
      id: id, queue: admitted.queue.id, state: .queued, priority: request.priority,
      requestedAt: step.wall, placedAt: step.now, request: Shared(wanted),
      resolution: Shared(admitted.resolution), notBefore: request.notBefore,
      expiresAt: admitted.expiresAt)
    schedule(&callback, at: step)
    return callback
  }

  /// What the requester is told.
  func reply(
    for callback: Callback, merged: Bool, validateOnly: Bool, at step: Step
  ) -> RequestReply {
    let eligibleAt =
      if case .scheduled(let until, _) = callback.state { until } else { step.wall }
    return RequestReply(
      callback: validateOnly && !merged ? nil : callback.id, merged: merged, queue: callback.queue,
      position: UInt32(clamping: position(of: callback)), eligibleAt: eligibleAt,
      requestedAt: callback.requestedAt, number: callback.request.value.number,
      revision: validateOnly ? 0 : callback.revision,
      wait: Shared(waitEstimate(of: callback, at: step.now, wall: step.wall)))
  }
}
