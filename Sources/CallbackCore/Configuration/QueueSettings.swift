/// Every setting of a queue with the value that holds; the initial values are the built-in
/// defaults (DOMAIN). This is the one place where effective settings are computed.
public struct QueueSettings: Hashable, Sendable {
  /// From whom requests are taken (seed; Previous Customers get a switch too).
  public var classes: CallerClasses = .all
  /// Who dials.
  public var dialing: Dialing = .reported
  /// Which of the eligible agents is asked first.
  public var strategy: AgentStrategy = .longestIdle
  /// Cascade: how long an alert stays with an agent. More than zero.
  public var offerTimeout: Span = .seconds(20)
  /// Misses in a row after which an agent is No answer; 0 for never.
  public var missesUntilNotAnswering: UInt32 = 1
  /// How long an agent is not offered a callback that they rejected, missed or failed.
  public var declineDelay: Span = .seconds(60)
  /// The pause after a callback; zero for none (seed: may).
  public var cooldownAfterCallback: Span = .seconds(30)
  /// The pause after a rejection; zero for none (row J, seed: by setting).
  public var cooldownAfterRejection: Span = .zero
  /// The card of a Previous Customer.
  public var previousCustomerCard: PreviousCustomerCard = .customer
  /// How many callbacks may wait at once; the next is refused. 1 to 1,000,000.
  public var capacity: UInt32 = 10_000
  /// Counted attempts after which a callback is exhausted; 0 for no limit (seed: stays in the
  /// queue).
  public var maxAttempts: UInt32 = 0
  /// How long after its request a callback expires; zero for never.
  public var expiry: Span = .zero
  /// The gap after busy.
  public var gapBusy: Span = .minutes(5)
  /// The gap after no answer.
  public var gapNoAnswer: Span = .minutes(10)
  /// The gap after a rejection by the caller's side.
  public var gapRejected: Span = .minutes(10)
  /// The gap after congestion.
  public var gapCongestion: Span = .minutes(2)
  /// The gap after a failure.
  public var gapFailed: Span = .minutes(2)
  /// The gap after an invalid number; not shortened by `gapLimit`.
  public var gapInvalidNumber: Span = .hours(24)
  /// What doubling never makes a gap exceed.
  public var gapLimit: Span = .hours(4)
  /// How long a connector lets the agent's leg ring.
  public var agentRing: Span = .seconds(20)
  /// How long a connector lets the caller's leg ring.
  public var callerRing: Span = .seconds(45)
  /// How long a connector may take to claim a dial command. More than zero.
  public var claimTimeout: Span = .seconds(5)
  /// How long after the claim a final report may take; then UNCERTAIN. More than zero.
  public var connectorReportTimeout: Span = .seconds(120)
  /// How long after the accept a final report may take with `reported`. More than zero.
  public var reportedReportTimeout: Span = .minutes(15)
  /// How long a connector may be gone during a call before the call counts as ended. More than
  /// zero.
  public var connectorLossTimeout: Span = .seconds(60)
  /// How long a call may last before it counts as ended, its end unknown. More than zero.
  public var callLimit: Span = .hours(4)
  /// How long offers stay suspended after the caller has phoned in. More than zero.
  public var callerArrivedTimeout: Span = .minutes(15)
  /// The number that a connector shows to the caller; empty for its own choice. At most 32
  /// bytes.
  public var callerID: String = ""

  /// The built-in defaults.
  public init() {}

  /// The settings with those of `overrides` that are set in place of these.
  public func applying(_ overrides: QueueOverrides) -> QueueSettings {
    var settings = self
    if let value = overrides.classes { settings.classes = value }
    if let value = overrides.dialing { settings.dialing = value }
    if let value = overrides.strategy { settings.strategy = value }
    if let value = overrides.offerTimeout { settings.offerTimeout = value }
    if let value = overrides.missesUntilNotAnswering { settings.missesUntilNotAnswering = value }
    if let value = overrides.declineDelay { settings.declineDelay = value }
    if let value = overrides.cooldownAfterCallback { settings.cooldownAfterCallback = value }
    if let value = overrides.cooldownAfterRejection { settings.cooldownAfterRejection = value }
    if let value = overrides.previousCustomerCard { settings.previousCustomerCard = value }
    if let value = overrides.capacity { settings.capacity = value }
    if let value = overrides.maxAttempts { settings.maxAttempts = value }
    if let value = overrides.expiry { settings.expiry = value }
    if let value = overrides.gapBusy { settings.gapBusy = value }
    if let value = overrides.gapNoAnswer { settings.gapNoAnswer = value }
    if let value = overrides.gapRejected { settings.gapRejected = value }
    if let value = overrides.gapCongestion { settings.gapCongestion = value }
    if let value = overrides.gapFailed { settings.gapFailed = value }
    if let value = overrides.gapInvalidNumber { settings.gapInvalidNumber = value }
    if let value = overrides.gapLimit { settings.gapLimit = value }
    if let value = overrides.agentRing { settings.agentRing = value }
    if let value = overrides.callerRing { settings.callerRing = value }
    if let value = overrides.claimTimeout { settings.claimTimeout = value }
    if let value = overrides.connectorReportTimeout { settings.connectorReportTimeout = value }
    if let value = overrides.reportedReportTimeout { settings.reportedReportTimeout = value }
    if let value = overrides.connectorLossTimeout { settings.connectorLossTimeout = value }
    if let value = overrides.callLimit { settings.callLimit = value }
    if let value = overrides.callerArrivedTimeout { settings.callerArrivedTimeout = value }
    if let value = overrides.callerID { settings.callerID = value }
    return settings
  }
}

/// The settings of a queue, or the service's defaults for all queues, as they are stored: nil
/// follows what is behind it.
public struct QueueOverrides: Hashable, Sendable {
  /// See `QueueSettings.classes`.
  public var classes: CallerClasses?
  /// See `QueueSettings.dialing`.
  public var dialing: Dialing?
  /// See `QueueSettings.strategy`.
  public var strategy: AgentStrategy?
  /// See `QueueSettings.offerTimeout`.
  public var offerTimeout: Span?
  /// See `QueueSettings.missesUntilNotAnswering`.
  public var missesUntilNotAnswering: UInt32?
  /// See `QueueSettings.declineDelay`.
  public var declineDelay: Span?
  /// See `QueueSettings.cooldownAfterCallback`.
  public var cooldownAfterCallback: Span?
  /// See `QueueSettings.cooldownAfterRejection`.
  public var cooldownAfterRejection: Span?
  /// See `QueueSettings.previousCustomerCard`.
  public var previousCustomerCard: PreviousCustomerCard?
  /// See `QueueSettings.capacity`.
  public var capacity: UInt32?
  /// See `QueueSettings.maxAttempts`.
  public var maxAttempts: UInt32?
  /// See `QueueSettings.expiry`.
  public var expiry: Span?
  /// See `QueueSettings.gapBusy`.
  public var gapBusy: Span?
  /// See `QueueSettings.gapNoAnswer`.
  public var gapNoAnswer: Span?
  /// See `QueueSettings.gapRejected`.
  public var gapRejected: Span?
  /// See `QueueSettings.gapCongestion`.
  public var gapCongestion: Span?
  /// See `QueueSettings.gapFailed`.
  public var gapFailed: Span?
  /// See `QueueSettings.gapInvalidNumber`.
  public var gapInvalidNumber: Span?
  /// See `QueueSettings.gapLimit`.
  public var gapLimit: Span?
  /// See `QueueSettings.agentRing`.
  public var agentRing: Span?
  /// See `QueueSettings.callerRing`.
  public var callerRing: Span?
  /// See `QueueSettings.claimTimeout`.
  public var claimTimeout: Span?
  /// See `QueueSettings.connectorReportTimeout`.
  public var connectorReportTimeout: Span?
  /// See `QueueSettings.reportedReportTimeout`.
  public var reportedReportTimeout: Span?
  /// See `QueueSettings.connectorLossTimeout`.
  public var connectorLossTimeout: Span?
  /// See `QueueSettings.callLimit`.
  public var callLimit: Span?
  /// See `QueueSettings.callerArrivedTimeout`.
  public var callerArrivedTimeout: Span?
  /// See `QueueSettings.callerID`.
  public var callerID: String?

  /// Overrides nothing.
  public init() {}
}
