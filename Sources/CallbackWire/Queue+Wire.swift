public import CallbackCore
public import CallbackMessages

extension V1.Queue {
  /// A queue as set, and as in force.
  public init(_ queue: Queue) {
    self.init(
      queueID: queue.id.rawValue, name: queue.name, settings: V1.QueueSettings(queue.stored),
      effectiveSettings: V1.QueueSettings(queue.settings), etag: Etag.text(queue.revision),
      accepting: V1.QueueSwitch(isOpen: queue.isAccepting),
      offering: V1.QueueSwitch(isOpen: queue.isOffering))
  }

  /// The queue that a request wants.
  public func put(_ path: String = "queue") throws(FieldError) -> PutQueue {
    PutQueue(
      id: try Field.identifier(queueID, "\(path).queue_id"),
      name: try Field.text(name, "\(path).name", atMost: FieldLimits.nameBytes),
      settings: try (settings ?? V1.QueueSettings()).overrides("\(path).settings"))
  }
}

extension V1.QueueSettings {
  /// Settings as they are stored: what is not set stays absent.
  public init(_ stored: QueueOverrides) {
    func duration(_ span: Span?) -> GoogleProtobuf.Duration? {
      span.map { GoogleProtobuf.Duration($0) }
    }
    self.init(
      dialing: stored.dialing.map { V1.DialingMode($0) } ?? .unspecified,
      acceptedCallers: stored.classes.map { V1.AcceptedCallers($0) },
      cascadeTimeout: duration(stored.offerTimeout),
      missesBeforeNoAnswer: stored.missesUntilNotAnswering.map { .init(value: $0) },
      declineDelay: duration(stored.declineDelay),
      cooldownAfterCallback: duration(stored.cooldownAfterCallback),
      cooldownAfterRejection: duration(stored.cooldownAfterRejection),
      agentRingLimit: duration(stored.agentRing), callerRingLimit: duration(stored.callerRing),
      claimTimeout: duration(stored.claimTimeout),
      connectorReportTimeout: duration(stored.connectorReportTimeout),
      reportedReportTimeout: duration(stored.reportedReportTimeout),
      maxAttempts: stored.maxAttempts ?? 0, retryGaps: V1.RetryGaps(stored),
      expiry: duration(stored.expiry), capacity: stored.capacity.map { .init(value: $0) },
      previousCustomerCard: stored.previousCustomerCard.map { V1.PreviousCustomerCard($0) }
        ?? .unspecified,
      callerID: stored.callerID ?? "",
      strategy: stored.strategy.map { V1.AgentStrategy($0) } ?? .unspecified,
      connectorLossTimeout: duration(stored.connectorLossTimeout),
      callLimit: duration(stored.callLimit))
  }

  /// Settings as they are in force: all of them.
  public init(_ settings: QueueSettings) {
    var all = QueueOverrides()
    all.dialing = settings.dialing
    all.classes = settings.classes
    all.offerTimeout = settings.offerTimeout
    all.missesUntilNotAnswering = settings.missesUntilNotAnswering
    all.declineDelay = settings.declineDelay
    all.cooldownAfterCallback = settings.cooldownAfterCallback
    all.cooldownAfterRejection = settings.cooldownAfterRejection
    all.agentRing = settings.agentRing
    all.callerRing = settings.callerRing
    all.claimTimeout = settings.claimTimeout
    all.connectorReportTimeout = settings.connectorReportTimeout
    all.reportedReportTimeout = settings.reportedReportTimeout
    all.maxAttempts = settings.maxAttempts
    all.gapBusy = settings.gapBusy
    all.gapNoAnswer = settings.gapNoAnswer
    all.gapRejected = settings.gapRejected
    all.gapCongestion = settings.gapCongestion
    all.gapFailed = settings.gapFailed
    all.gapInvalidNumber = settings.gapInvalidNumber
    all.gapLimit = settings.gapLimit
    all.expiry = settings.expiry
    all.capacity = settings.capacity
    all.previousCustomerCard = settings.previousCustomerCard
    all.callerID = settings.callerID
    all.strategy = settings.strategy
    all.connectorLossTimeout = settings.connectorLossTimeout
    all.callLimit = settings.callLimit
    self.init(all)
  }

  /// The settings that a request wants, each within its limits.
  public func overrides(_ path: String) throws(FieldError) -> QueueOverrides {
    var stored = QueueOverrides()
    stored.dialing = try dialing.dialing("\(path).dialing")
    stored.strategy = try strategy.strategy("\(path).strategy")
    stored.previousCustomerCard = try previousCustomerCard.card("\(path).previous_customer_card")
    stored.classes = acceptedCallers?.classes
    stored.missesUntilNotAnswering = missesBeforeNoAnswer?.value
    stored.maxAttempts = maxAttempts == 0 ? nil : maxAttempts
    if let capacity {
      stored.capacity = try Field.number(
        capacity.value, "\(path).capacity", in: 1...FieldLimits.queueCapacity)
    }
    stored.callerID = callerID.isEmpty ? nil : try Field.e164(callerID, "\(path).caller_id")
    try readPauses(into: &stored, path)
    try readTimeouts(into: &stored, path)
    try retryGaps?.read(into: &stored, "\(path).retry_gaps")
    return stored
  }

  private func readPauses(into stored: inout QueueOverrides, _ path: String) throws(FieldError) {
    stored.declineDelay = try declineDelay?.span("\(path).decline_delay")
    stored.cooldownAfterCallback = try cooldownAfterCallback?.span(
      "\(path).cooldown_after_callback")
    stored.cooldownAfterRejection = try cooldownAfterRejection?.span(
      "\(path).cooldown_after_rejection")
    stored.expiry = try expiry?.span("\(path).expiry")
  }

  private func readTimeouts(into stored: inout QueueOverrides, _ path: String) throws(FieldError) {
    let range =
      FieldLimits.shortestTimeoutMilliseconds...FieldLimits.longestSettingMilliseconds
    stored.offerTimeout = try cascadeTimeout?.span("\(path).cascade_timeout", in: range)
    stored.agentRing = try agentRingLimit?.span("\(path).agent_ring_limit", in: range)
    stored.callerRing = try callerRingLimit?.span("\(path).caller_ring_limit", in: range)
    stored.claimTimeout = try claimTimeout?.span("\(path).claim_timeout", in: range)
    stored.connectorReportTimeout = try connectorReportTimeout?.span(
      "\(path).connector_report_timeout", in: range)
    stored.reportedReportTimeout = try reportedReportTimeout?.span(
      "\(path).reported_report_timeout", in: range)
    stored.connectorLossTimeout = try connectorLossTimeout?.span(
      "\(path).connector_loss_timeout", in: range)
    stored.callLimit = try callLimit?.span("\(path).call_limit", in: range)
  }
}

extension V1.RetryGaps {
  fileprivate init?(_ stored: QueueOverrides) {
    func duration(_ span: Span?) -> GoogleProtobuf.Duration? {
      span.map { GoogleProtobuf.Duration($0) }
    }
    self.init(
      busy: duration(stored.gapBusy), noAnswer: duration(stored.gapNoAnswer),
      rejected: duration(stored.gapRejected), congestion: duration(stored.gapCongestion),
      failed: duration(stored.gapFailed), invalidNumber: duration(stored.gapInvalidNumber),
      limit: duration(stored.gapLimit))
    if self == V1.RetryGaps() { return nil }
  }

  fileprivate func read(into stored: inout QueueOverrides, _ path: String) throws(FieldError) {
    stored.gapBusy = try busy?.span("\(path).busy")
    stored.gapNoAnswer = try noAnswer?.span("\(path).no_answer")
    stored.gapRejected = try rejected?.span("\(path).rejected")
    stored.gapCongestion = try congestion?.span("\(path).congestion")
    stored.gapFailed = try failed?.span("\(path).failed")
    stored.gapInvalidNumber = try invalidNumber?.span("\(path).invalid_number")
    stored.gapLimit = try limit?.span("\(path).limit")
  }
}

extension V1.AcceptedCallers {
  /// The classes as switches.
  public init(_ classes: CallerClasses) {
    self.init(
      leads: classes.contains(.leads), customers: classes.contains(.customers),
      previousCustomers: classes.contains(.previousCustomers),
      unknown: classes.contains(.unknownNumbers))
  }

  fileprivate var classes: CallerClasses {
    var classes: CallerClasses = []
    if leads { classes.insert(.leads) }
    if customers { classes.insert(.customers) }
    if previousCustomers { classes.insert(.previousCustomers) }
    if unknown { classes.insert(.unknownNumbers) }
    return classes
  }
}

extension V1.DialingMode {
  fileprivate func dialing(_ path: String) throws(FieldError) -> Dialing? {
    switch self {
    case .unspecified: return nil
    case .reported: return .reported
    case .connector: return .connector
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}

extension V1.AgentStrategy {
  /// A strategy.
  public init(_ strategy: AgentStrategy) {
    self =
      switch strategy {
      case .longestIdle: .longestIdle
      case .roundRobin: .roundRobin
      case .fewestToday: .fewestToday
      case .tiers: .tiers
      }
  }

  fileprivate func strategy(_ path: String) throws(FieldError) -> AgentStrategy? {
    switch self {
    case .unspecified: return nil
    case .longestIdle: return .longestIdle
    case .roundRobin: return .roundRobin
    case .fewestToday: return .fewestToday
    case .tiers: return .tiers
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}

extension V1.PreviousCustomerCard {
  /// A card.
  public init(_ card: PreviousCustomerCard) {
    self =
      switch card {
      case .customer: .customer
      case .greeting: .greeting
      }
  }

  fileprivate func card(_ path: String) throws(FieldError) -> PreviousCustomerCard? {
    switch self {
    case .unspecified: return nil
    case .customer: return .customer
    case .greeting: return .greeting
    default: throw FieldError(path, .invalid("must be a value that has a name"))
    }
  }
}
