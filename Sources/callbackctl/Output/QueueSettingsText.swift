import CallbackClient
import CallbackMessages

/// A queue's settings for people.
enum QueueSettingsText {
  /// A setting's name and value; the value says where it is not the default.
  typealias Line = (name: String, value: String)

  /// The settings in force.
  static func lines(_ queue: V1.Queue) -> [Line] {
    let stored = queue.settings ?? V1.QueueSettings()
    let effective = queue.effectiveSettings ?? stored
    return people(effective, stored) + times(effective, stored) + limits(effective, stored)
  }

  /// Who dials.
  static func dialing(_ mode: V1.DialingMode) -> String {
    mode == .connector ? "connector" : "agents"
  }

  /// From whom requests are taken.
  static func callers(_ callers: V1.AcceptedCallers?) -> String {
    guard let callers else { return "everybody" }
    let switches = [
      ("Leads", callers.leads), ("Customers", callers.customers),
      ("Previous Customers", callers.previousCustomers), ("Unknown", callers.unknown),
    ]
    if switches.allSatisfy(\.1) { return "everybody" }
    let names = switches.filter(\.1).map(\.0)
    return names.isEmpty ? "nobody" : names.joined(separator: ", ")
  }

  private static func people(_ now: V1.QueueSettings, _ set: V1.QueueSettings) -> [Line] {
    [
      ("dialled by", marked(dialing(now.dialing), set.dialing.isSpecified)),
      ("takes requests from", marked(callers(now.acceptedCallers), set.acceptedCallers != nil)),
      (
        "asks first",
        marked(
          now.strategy.isSpecified ? now.strategy.words : "longest idle",
          set.strategy.isSpecified)
      ),
      (
        "previous customer",
        marked(
          now.previousCustomerCard == .greeting ? "Greeting card" : "Customer card",
          set.previousCustomerCard.isSpecified)
      ),
      ("shows callers", now.callerID),
    ]
  }

  private static func times(_ now: V1.QueueSettings, _ set: V1.QueueSettings) -> [Line] {
    let named: [(String, KeyPath<V1.QueueSettings, GoogleProtobuf.Duration?>)] = [
      ("time to answer", \.cascadeTimeout), ("decline delay", \.declineDelay),
      ("cooldown", \.cooldownAfterCallback),
      ("cooldown after reject", \.cooldownAfterRejection),
      ("agent rings", \.agentRingLimit), ("caller rings", \.callerRingLimit),
      ("claim timeout", \.claimTimeout),
      ("report timeout, connector", \.connectorReportTimeout),
      ("report timeout, agents", \.reportedReportTimeout),
      ("connector loss", \.connectorLossTimeout), ("call limit", \.callLimit),
      ("expiry", \.expiry),
    ]
    return named.map { ($0.0, marked(duration(now[keyPath: $0.1]), set[keyPath: $0.1] != nil)) }
  }

  private static func limits(_ now: V1.QueueSettings, _ set: V1.QueueSettings) -> [Line] {
    let attempts = now.maxAttempts == 0 ? "no limit" : String(now.maxAttempts)
    return [
      ("misses to No answer", wrapped(now.missesBeforeNoAnswer, set.missesBeforeNoAnswer)),
      ("max attempts", marked(attempts, set.maxAttempts > 0)),
      ("capacity", wrapped(now.capacity, set.capacity)),
      ("gaps", gaps(now.retryGaps ?? V1.RetryGaps())),
    ]
  }

  private static func gaps(_ gaps: V1.RetryGaps) -> String {
    [
      ("busy", gaps.busy), ("no answer", gaps.noAnswer), ("rejected", gaps.rejected),
      ("congestion", gaps.congestion), ("failed", gaps.failed),
      ("invalid number", gaps.invalidNumber), ("at most", gaps.limit),
    ].filter { $0.1 != nil }.map { "\($0.0) \(duration($0.1))" }.joined(separator: ", ")
  }

  private static func duration(_ duration: GoogleProtobuf.Duration?) -> String {
    guard let duration else { return "" }
    let value = Duration(wire: duration)
    return value == .zero ? "none" : DurationText.readable(value)
  }

  private static func wrapped(
    _ now: GoogleProtobuf.UInt32Value?, _ set: GoogleProtobuf.UInt32Value?
  ) -> String {
    now.map { marked(String($0.value), set != nil) } ?? ""
  }

  private static func marked(_ value: String, _ isSet: Bool) -> String {
    isSet && !value.isEmpty ? "\(value) (set)" : value
  }
}
