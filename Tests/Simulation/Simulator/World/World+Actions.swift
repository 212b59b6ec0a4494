import CallbackCore

extension World {
  mutating func perform(_ kind: Action.Kind) {
    switch kind {
    case .request, .repeatRequest, .cancel, .update, .requeue, .callerReached, .lateLookup,
      .forget:
      performAsCaller(kind)
    case .openSession, .closeSession, .joinSession, .leaveSession, .status, .otherCall, .override,
      .accept, .reject:
      performAsAgent(kind)
    case .report, .connectorAttaches, .connectorDetaches, .claim, .connectorReports, .staleReport,
      .answerQueries, .settle, .disposition:
      performDialling(kind)
    case .pauseQueue, .queueSettings, .agentQueues, .replaceAgent, .serviceSettings,
      .callingHours:
      manage(kind)
    case .pass, .passToDeadline, .wallJumps: passTime(kind)
    case .logFault, .logSlow, .logAnswers, .crash, .snapshot, .hostEnds: disturb(kind)
    case .burst: burst()
    }
  }

  /// Several commands reach the service at once.
  private mutating func burst() {
    isGathering = true
    for _ in 0..<(2 + chance.below(5)) {
      let kinds: [Action.Kind] = [
        .request, .request, .accept, .accept, .reject, .status, .status, .cancel, .update, .report,
        .claim, .connectorReports, .openSession, .callerReached, .repeatRequest, .agentQueues,
      ]
      perform(chance.pick(kinds) ?? .request)
    }
    isGathering = false
    pump()
  }

  private mutating func passTime(_ kind: Action.Kind) {
    switch kind {
    case .pass:
      let spans: [Span] = [
        Span(1), .seconds(1), .seconds(5), .seconds(10), .seconds(20), .seconds(61), .minutes(10),
      ]
      clocks.pass(chance.pick(spans) ?? .seconds(1))
    case .passToDeadline:
      guard let next = state.nextDeadline, next > clocks.now else { return }
      clocks.pass(Span(max(0, (next - clocks.now).milliseconds + Int64(chance.below(3)) - 1)))
    default:
      let span = chance.among(Span.hours(24 * 365), .hours(1), .minutes(1))
      clocks.jump(chance.oneIn(2) ? span : Span(-span.milliseconds))
    }
    let time = clocks.time
    note("it is \(time.now.milliseconds), wall \(time.wall.milliseconds)")
  }

  /// Lets time pass to a moment, one millisecond before it or behind it; the service is late, so
  /// that what comes next comes before its timers.
  mutating func passClosely(to moment: Instant?) {
    guard let moment, moment > clocks.now, !isGathering else { return }
    clocks.pass(Span(max(0, (moment - clocks.now).milliseconds + Int64(chance.below(3)) - 1)))
    note("it is \(moment.milliseconds), or nearly")
  }

  /// Sets the wall clock to a moment ahead, one millisecond before it or behind it, in the same way.
  mutating func jumpClosely(to moment: WallTime?) {
    guard let moment, moment > clocks.wall, !isGathering else { return }
    clocks.jump(Span((moment - clocks.wall).milliseconds + Int64(chance.below(3)) - 1))
    note("the wall clock shows \(moment.milliseconds), or nearly")
  }

  /// The lease of one of the hosts has run out, and another tells so.
  private mutating func endHost() {
    let hosts = (0..<profile.hosts).map { HostID(rawValue: UInt32($0)) }
    guard hosts.count > 1, let gone = chance.pick(hosts) else { return }
    desktops = desktops.filter { $0.value.host != gone }
    for (id, connector) in connectors where connector.stream?.host == gone {
      connectors[id]?.stream = nil
    }
    let end = EndHosts(
      alive: hosts.filter { $0 != gone }, below: HostID(rawValue: UInt32(hosts.count)),
      grace: .zero)
    send(.endHosts(end), actor: .service)
  }

  private mutating func disturb(_ kind: Action.Kind) {
    switch kind {
    case .logFault:
      let fate = chance.pick(SimulatedDisk.Fate.allCases) ?? .refused
      node.fates.append(fate)
      note("an append will end as \(fate)")
    case .logSlow: node.isSlow = true
    case .logAnswers: diskAnswers()
    case .snapshot: node.saveSnapshot()
    case .hostEnds: endHost()
    default:
      crash()
      if chance.oneIn(2) { clocks.pass(chance.among(.seconds(1), .seconds(30), .hours(1))) }
      restart()
    }
  }
}
