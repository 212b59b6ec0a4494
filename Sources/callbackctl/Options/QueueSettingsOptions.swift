import ArgumentParser
import CallbackClient
import CallbackMessages

/// Every setting of a queue; what is not given stays as it is.
struct QueueSettingsOptions: ParsableArguments {
  @Option(help: "Who dials: the agents, who report it, or a telephony connector.")
  var dialing: Setting<EnumArgument<V1.DialingMode>>?

  @Option(
    help: ArgumentHelp(
      "From whom requests are taken, separated by commas: leads, customers, previous, unknown; all.",
      valueName: "callers"))
  var accept: Setting<AcceptedCallersArgument>?

  @Option(help: ArgumentHelp("Which available agent is asked first.", valueName: "strategy"))
  var strategy: Setting<EnumArgument<V1.AgentStrategy>>?

  @Option(help: ArgumentHelp("Time to answer an alert. [20s]", valueName: "duration"))
  var cascadeTimeout: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("Misses in a row that make No answer; 0: never. [1]"))
  var misses: Setting<UInt32>?

  @Option(
    help: ArgumentHelp(
      "How long an agent who declined a callback is not offered it. [60s]", valueName: "duration"))
  var declineDelay: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("Cooldown after a callback; 0: none. [30s]", valueName: "duration"))
  var cooldown: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("Cooldown after a rejection; 0: none. [0]", valueName: "duration"))
  var rejectCooldown: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("How long the agent's phone rings. [20s]", valueName: "duration"))
  var agentRing: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("How long the caller's phone rings. [45s]", valueName: "duration"))
  var callerRing: Setting<DurationArgument>?

  @Option(
    help: ArgumentHelp("A command not claimed for so long is revoked. [5s]", valueName: "duration"))
  var claimTimeout: Setting<DurationArgument>?

  @Option(
    help: ArgumentHelp(
      "Connector: without a final report for so long, uncertain. [2m]", valueName: "duration"))
  var connectorReportTimeout: Setting<DurationArgument>?

  @Option(
    help: ArgumentHelp(
      "Agents dial: without a final report for so long, uncertain. [15m]", valueName: "duration"))
  var reportTimeout: Setting<DurationArgument>?

  @Option(
    help: ArgumentHelp(
      "A connector gone for so long ends the call for the service. [1m]", valueName: "duration"))
  var connectorLossTimeout: Setting<DurationArgument>?

  @Option(help: ArgumentHelp("A longer call counts as ended. [4h]", valueName: "duration"))
  var callLimit: Setting<DurationArgument>?

  @Option(help: "Counted attempts after which a callback fails; 0: no limit. [0]")
  var maxAttempts: Setting<UInt32>?

  @Option(
    help: ArgumentHelp(
      """
      Gap before the next attempt: busy, no-answer, rejected, congestion, failed, invalid-number, \
      or limit for the longest. Repeat for several; default alone is for all of them.
      """, valueName: "outcome=duration"))
  var gap: [RetryGapArgument] = []

  @Option(
    help: ArgumentHelp(
      "A callback expires so long after its request; 0: never. [0]",
      valueName: "duration"))
  var expiry: Setting<DurationArgument>?

  @Option(help: "Live callbacks that the queue holds at most. [10000]")
  var capacity: Setting<UInt32>?

  @Option(help: "Which card opens for a Previous Customer. [customer]")
  var previousCustomerCard: Setting<EnumArgument<V1.PreviousCustomerCard>>?

  @Option(help: ArgumentHelp("The number to show to callers, in E.164.", valueName: "number"))
  var callerID: Setting<String>?

  /// The settings with those changed that were given.
  func applied(to settings: V1.QueueSettings) -> V1.QueueSettings {
    var new = settings
    change(&new.dialing, dialing, .unspecified)
    change(&new.strategy, strategy, .unspecified)
    change(&new.previousCustomerCard, previousCustomerCard, .unspecified)
    if let accept { new.acceptedCallers = accept.value?.callers }
    change(&new.cascadeTimeout, cascadeTimeout)
    change(&new.declineDelay, declineDelay)
    change(&new.cooldownAfterCallback, cooldown)
    change(&new.cooldownAfterRejection, rejectCooldown)
    change(&new.agentRingLimit, agentRing)
    change(&new.callerRingLimit, callerRing)
    change(&new.claimTimeout, claimTimeout)
    change(&new.connectorReportTimeout, connectorReportTimeout)
    change(&new.reportedReportTimeout, reportTimeout)
    change(&new.connectorLossTimeout, connectorLossTimeout)
    change(&new.callLimit, callLimit)
    change(&new.expiry, expiry)
    change(&new.missesBeforeNoAnswer, misses)
    change(&new.capacity, capacity)
    if let maxAttempts { new.maxAttempts = maxAttempts.value ?? 0 }
    if let callerID { new.callerID = callerID.value ?? "" }
    for each in gap {
      var gaps = new.retryGaps ?? V1.RetryGaps()
      each.apply(to: &gaps)
      new.retryGaps = gaps
    }
    return new
  }

  private func change(
    _ field: inout GoogleProtobuf.Duration?, _ setting: Setting<DurationArgument>?
  ) {
    if let setting { field = setting.value.map { GoogleProtobuf.Duration($0.duration) } }
  }

  private func change(_ field: inout GoogleProtobuf.UInt32Value?, _ setting: Setting<UInt32>?) {
    if let setting { field = setting.value.map { GoogleProtobuf.UInt32Value(value: $0) } }
  }

  private func change<Value>(
    _ field: inout Value, _ setting: Setting<EnumArgument<Value>>?, _ byDefault: Value
  ) {
    if let setting { field = setting.value?.value ?? byDefault }
  }
}

/// Callers from whom requests are taken, such as `leads,customers`.
struct AcceptedCallersArgument: ExpressibleByArgument, Hashable, Sendable {
  /// The switches.
  let callers: V1.AcceptedCallers

  /// Reads the list; nil where a word is none of the four.
  init?(argument: String) {
    var callers = V1.AcceptedCallers()
    for word in argument.lowercased().split(separator: ",") {
      switch word {
      case "leads": callers.leads = true
      case "customers": callers.customers = true
      case "previous", "previous-customers": callers.previousCustomers = true
      case "unknown": callers.unknown = true
      case "all":
        callers = V1.AcceptedCallers(
          leads: true, customers: true, previousCustomers: true, unknown: true)
      case "none": callers = V1.AcceptedCallers()
      default: return nil
      }
    }
    self.callers = callers
  }
}
