extension QueueSettings {
  /// No span of a setting is longer: anything above is a slip of units.
  public static var longestSpan: Span { .hours(24 * 366) }

  /// Refuses values that no queue can work with.
  func validate() throws(Rejection) {
    try Self.check(offerTimeout, "offer_timeout", isPositive: true)
    try Self.check(declineDelay, "decline_delay")
    try Self.check(cooldownAfterCallback, "cooldown_after_callback")
    try Self.check(cooldownAfterRejection, "cooldown_after_rejection")
    try Self.check(expiry, "expiry")
    try Self.check(gapBusy, "gap_busy")
    try Self.check(gapNoAnswer, "gap_no_answer")
    try Self.check(gapRejected, "gap_rejected")
    try Self.check(gapCongestion, "gap_congestion")
    try Self.check(gapFailed, "gap_failed")
    try Self.check(gapInvalidNumber, "gap_invalid_number")
    try Self.check(gapLimit, "gap_limit")
    try Self.check(agentRing, "agent_ring", isPositive: true)
    try Self.check(callerRing, "caller_ring", isPositive: true)
    try Self.check(claimTimeout, "claim_timeout", isPositive: true)
    try Self.check(connectorReportTimeout, "connector_report_timeout", isPositive: true)
    try Self.check(reportedReportTimeout, "reported_report_timeout", isPositive: true)
    try Self.check(connectorLossTimeout, "connector_loss_timeout", isPositive: true)
    try Self.check(callLimit, "call_limit", isPositive: true)
    try Self.check(callerArrivedTimeout, "caller_arrived_timeout", isPositive: true)
    guard (1...1_000_000).contains(capacity) else {
      throw .invalid(field: "capacity", reason: "must be between 1 and 1,000,000")
    }
  }

  fileprivate static func check(
    _ span: Span, _ field: String, isPositive: Bool = false
  ) throws(Rejection) {
    guard span >= .zero, !isPositive || span > .zero else {
      throw .invalid(
        field: field, reason: isPositive ? "must be more than zero" : "must not be negative")
    }
    guard span <= longestSpan else {
      throw .invalid(field: field, reason: "must be at most 366 days")
    }
  }
}

extension ServiceSettings {
  /// Refuses values that the service cannot work with.
  func validate() throws(Rejection) {
    try QueueSettings.check(presenceGrace, "presence_grace")
    try QueueSettings.check(inactivityTimeout, "inactivity_timeout")
    try QueueSettings.check(cooldownAfterOtherCall, "cooldown_after_other_call")
    try QueueSettings.check(otherCallLimit, "other_call_limit", isPositive: true)
    try QueueSettings.check(requestMemory, "request_memory", isPositive: true)
    try QueueSettings.check(closedRetention, "closed_retention", isPositive: true)
    guard (1...10_000_000).contains(requestMemoryLimit) else {
      throw .invalid(
        field: "request_memory_limit", reason: "must be between 1 and 10,000,000")
    }
    guard (100...1_000_000).contains(closedLimit) else {
      throw .invalid(field: "closed_limit", reason: "must be between 100 and 1,000,000")
    }
    try QueueSettings().applying(queueDefaults).validate()
  }
}
