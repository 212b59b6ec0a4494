import CallbackCore
import CallbackMessages

extension LogV1.QueueOverrides {
  init(_ overrides: QueueOverrides) {
    func length(_ span: Span?) -> LogV1.Length? { span.map { LogV1.Length($0) } }
    func count(_ value: UInt32?) -> LogV1.Count? { value.map { LogV1.Count(value: $0) } }
    self.init(
      classes: count(overrides.classes.map { UInt32($0.rawValue) }),
      dialing: .init(overrides.dialing), strategy: .init(overrides.strategy),
      offerTimeout: length(overrides.offerTimeout),
      missesUntilNotAnswering: count(overrides.missesUntilNotAnswering),
      declineDelay: length(overrides.declineDelay),
      cooldownAfterCallback: length(overrides.cooldownAfterCallback),
      cooldownAfterRejection: length(overrides.cooldownAfterRejection),
      previousCustomerCard: .init(overrides.previousCustomerCard),
      capacity: count(overrides.capacity), maxAttempts: count(overrides.maxAttempts),
      expiry: length(overrides.expiry), gapBusy: length(overrides.gapBusy),
      gapNoAnswer: length(overrides.gapNoAnswer), gapRejected: length(overrides.gapRejected),
      gapCongestion: length(overrides.gapCongestion), gapFailed: length(overrides.gapFailed),
      gapInvalidNumber: length(overrides.gapInvalidNumber), gapLimit: length(overrides.gapLimit),
      agentRing: length(overrides.agentRing), callerRing: length(overrides.callerRing),
      claimTimeout: length(overrides.claimTimeout),
      connectorReportTimeout: length(overrides.connectorReportTimeout),
      reportedReportTimeout: length(overrides.reportedReportTimeout),
      connectorLossTimeout: length(overrides.connectorLossTimeout),
      callLimit: length(overrides.callLimit),
      callerArrivedTimeout: length(overrides.callerArrivedTimeout),
      callerID: overrides.callerID.map { LogV1.Text(value: $0) })
  }

  func core() throws(LogCodecError) -> QueueOverrides {
    var overrides = QueueOverrides()
    if let classes {
      overrides.classes = CallerClasses(rawValue: try classes.value.narrowed("queue.classes"))
    }
    overrides.dialing = try dialing.optional("queue.dialing")
    overrides.strategy = try strategy.optional("queue.strategy")
    overrides.offerTimeout = offerTimeout?.core
    overrides.missesUntilNotAnswering = missesUntilNotAnswering?.value
    overrides.declineDelay = declineDelay?.core
    overrides.cooldownAfterCallback = cooldownAfterCallback?.core
    overrides.cooldownAfterRejection = cooldownAfterRejection?.core
    overrides.previousCustomerCard = try previousCustomerCard.optional("queue.card")
    overrides.capacity = capacity?.value
    overrides.maxAttempts = maxAttempts?.value
    overrides.expiry = expiry?.core
    overrides.gapBusy = gapBusy?.core
    overrides.gapNoAnswer = gapNoAnswer?.core
    overrides.gapRejected = gapRejected?.core
    overrides.gapCongestion = gapCongestion?.core
    overrides.gapFailed = gapFailed?.core
    overrides.gapInvalidNumber = gapInvalidNumber?.core
    overrides.gapLimit = gapLimit?.core
    overrides.agentRing = agentRing?.core
    overrides.callerRing = callerRing?.core
    overrides.claimTimeout = claimTimeout?.core
    overrides.connectorReportTimeout = connectorReportTimeout?.core
    overrides.reportedReportTimeout = reportedReportTimeout?.core
    overrides.connectorLossTimeout = connectorLossTimeout?.core
    overrides.callLimit = callLimit?.core
    overrides.callerArrivedTimeout = callerArrivedTimeout?.core
    overrides.callerID = callerID?.value
    return overrides
  }
}

extension LogV1.Queue {
  init(_ queue: Queue) {
    self.init(
      id: queue.id.rawValue, name: queue.name, stored: LogV1.QueueOverrides(queue.stored),
      closed: !queue.isAccepting, paused: !queue.isOffering, revision: queue.revision)
  }

  /// The queue with settings that follow the built-in defaults: what really holds also depends on
  /// the service's defaults, which the core applies.
  func core() throws(LogCodecError) -> Queue {
    let overrides = try stored.required("queue.stored").core()
    return Queue(
      id: QueueID(id), name: name, stored: overrides,
      settings: QueueSettings().applying(overrides), isAccepting: !closed, isOffering: !paused,
      revision: revision)
  }
}

extension LogV1.Location {
  init(_ location: Location) {
    self.init(
      id: location.id.rawValue, name: location.name, region: location.region,
      revision: location.revision, timeZone: location.timeZone,
      callingHours: location.callingHours.map {
        LogV1.CallingHours(opensMinute: UInt32($0.opens), closesMinute: UInt32($0.closes))
      })
  }

  var core: Location {
    Location(
      id: LocationID(id), name: name, region: region, timeZone: timeZone,
      callingHours: callingHours.map {
        CallingHours(
          opens: UInt16(clamping: $0.opensMinute), closes: UInt16(clamping: $0.closesMinute))
      }, revision: revision)
  }
}

extension LogV1.DialledNumber {
  init(_ number: DialledNumber) {
    self.init(
      number: LogV1.PhoneNumber(number.number), location: number.location.map { LogV1.Text($0) },
      adSource: number.adSource, queue: number.queue.map { LogV1.Text($0) },
      revision: number.revision)
  }

  func core() throws(LogCodecError) -> DialledNumber {
    DialledNumber(
      number: try number.required("dialled_number.number").core, location: location?.named(),
      adSource: adSource, queue: queue?.named(), revision: revision)
  }
}

extension LogV1.ExclusionKey {
  init(_ key: Exclusion.Key) {
    self.init(e164: key.e164, location: key.location.map { LogV1.Text($0) })
  }

  var core: Exclusion.Key { Exclusion.Key(e164: e164, location: location?.named()) }
}

extension LogV1.Exclusion {
  init(_ exclusion: Exclusion) {
    self.init(
      key: LogV1.ExclusionKey(exclusion.key), note: exclusion.note, revision: exclusion.revision)
  }

  func core() throws(LogCodecError) -> Exclusion {
    Exclusion(key: try key.required("exclusion.key").core, note: note, revision: revision)
  }
}

extension LogV1.InactiveReason {
  init(_ reason: InactiveReason) {
    self.init(
      id: reason.id.rawValue, name: reason.name, timeout: reason.timeout.map { LogV1.Length($0) },
      revision: reason.revision)
  }

  var core: InactiveReason {
    InactiveReason(
      id: InactiveReasonID(id), name: name, timeout: timeout?.core, revision: revision)
  }
}

extension LogV1.ServiceSettings {
  init(_ settings: ServiceSettings) {
    self.init(
      queueDefaults: LogV1.QueueOverrides(settings.queueDefaults),
      presenceGraceMs: settings.presenceGrace.milliseconds,
      inactivityTimeoutMs: settings.inactivityTimeout.milliseconds,
      cooldownAfterOtherCallMs: settings.cooldownAfterOtherCall.milliseconds,
      requestMemoryMs: settings.requestMemory.milliseconds,
      requestMemoryLimit: settings.requestMemoryLimit,
      closedRetentionMs: settings.closedRetention.milliseconds,
      closedLimit: settings.closedLimit, revision: settings.revision,
      otherCallLimitMs: settings.otherCallLimit.milliseconds)
  }

  func core() throws(LogCodecError) -> ServiceSettings {
    var settings = ServiceSettings()
    settings.queueDefaults = try queueDefaults.required("settings.queue_defaults").core()
    settings.presenceGrace = Span(presenceGraceMs)
    settings.inactivityTimeout = Span(inactivityTimeoutMs)
    settings.cooldownAfterOtherCall = Span(cooldownAfterOtherCallMs)
    settings.requestMemory = Span(requestMemoryMs)
    settings.requestMemoryLimit = requestMemoryLimit
    settings.closedRetention = Span(closedRetentionMs)
    settings.closedLimit = closedLimit
    settings.revision = revision
    settings.otherCallLimit = Span(otherCallLimitMs)
    return settings
  }
}
