/// How long callbacks wait (DOMAIN, "Waiting").
extension CallCenter {
  /// How long a callback will wait until it is first offered to an agent, or is offered again.
  ///
  /// Not foreseen are: requests of higher priority that come later, agents who come or go, and a
  /// connector that has no room. Takes logarithmic time in the callbacks that wait, and time in
  /// proportion to the different sets of queues that agents serve.
  ///
  /// - Parameters:
  ///   - callback: one that is kept, or one as it would be made.
  ///   - now: the engine's clock.
  ///   - wall: the wall clock.
  public func waitEstimate(
    of callback: Callback, at now: Instant, wall: WallTime
  ) -> WaitEstimate {
    if let obstacle = obstacle(of: callback) { return .unknown(obstacle) }
    let queue = callback.queue
    let line = index.queues[queue].line(before: Place(callback)) {
      $0 == queue || queues[$0]?.isOffering == true && !index.queues[$0].offerable.isEmpty
    }
    guard line.share > 0 || callback.state.isOffered else {
      return .unknown(memberCount(of: queue) == 0 ? .noMembers : .nobodyOnDuty)
    }
    let record = serviceRecord(of: queue)
    var interval = WaitInterval(
      earliest: .zero, median: .zero, latest: .zero, model: .departures,
      agents: UInt32(clamping: line.onDuty), observations: record.observations)
    if callback.state.isOffered { return .interval(interval) }
    let delay = delay(of: callback, at: now, wall: wall)
    let idle = canOffer(in: queue) ? line.idle : 0
    let exclusions = exclusions(from: callback, at: now)
    let free = max(idle - exclusions.count, 0)
    if free > line.ahead {
      (interval.earliest, interval.median, interval.latest) = (delay, delay, delay)
      return .interval(interval)
    }
    // Who is free and has declined it is offered it again when that is over.
    let again = idle > line.ahead ? exclusions.first.map { max($0 - now, delay) } : nil
    if let again, line.onDuty <= idle {
      (interval.earliest, interval.median, interval.latest) = (again, again, again)
      return .interval(interval)
    }
    let model = DepartureModel(record, agents: Double(line.share) / Double(Duty.unit))
    var turn = model.times(to: line.ahead - free + 1)
    if delay > .zero {
      // While its time has not come others go before it; then it needs one agent in any case.
      let next = model.times(to: 1)
      turn.earliest = max(turn.earliest, delay + next.earliest)
      turn.median = max(turn.median, delay + next.median)
      turn.latest = max(turn.latest, delay + next.latest)
    }
    if let again {
      turn.earliest = min(turn.earliest, again)
      turn.median = min(turn.median, again)
      turn.latest = min(turn.latest, again)
    }
    (interval.earliest, interval.median, interval.latest) = turn
    return .interval(interval)
  }

  /// When the queue's free agents who are not offered the callback for now will be again; sorted.
  private func exclusions(from callback: Callback, at now: Instant) -> [Instant] {
    callback.declines.filter { decline in
      guard decline.until > now, let agent = agents[decline.agent]?.value else { return false }
      return agent.isIdle && agent.settings.value.membership(in: callback.queue) != nil
    }
    .map(\.until)
  }

  /// How long at least its own time keeps a callback from being offered.
  private func delay(of callback: Callback, at now: Instant, wall: WallTime) -> Span {
    switch callback.state {
    case .scheduled(let until, _): max(until - wall, .zero)
    case .retryWait(let until): max(until - now, (callback.notBefore ?? wall) - wall, .zero)
    case .queued, .offered, .dialing, .connected, .uncertain, .finished: .zero
    }
  }

  /// What makes it impossible to tell.
  private func obstacle(of callback: Callback) -> WaitObstacle? {
    switch callback.state {
    case .offered: return nil
    case .dialing, .connected: return .attemptRunning
    case .uncertain: return .uncertain
    case .finished: return .ended
    case .scheduled, .queued, .retryWait: break
    }
    if callback.suspendedUntil != nil { return .callerArrived }
    if callback.state == .queued,
      index.dials[callback.line] != nil || index.running[callback.id] != nil
    {
      return .attemptRunning
    }
    guard let queue = queues[callback.queue], queue.isOffering else { return .queuePaused }
    let location = callback.request.value.location
    if queue.settings.dialing == .connector,
      !dialers.values.contains(where: { $0.serves(location) })
    {
      return .noConnector
    }
    return nil
  }
}
