/// Why a command is refused; nothing has changed.
public enum Rejection: Error, Hashable, Sendable {
  /// Nothing has that name. NOT_FOUND.
  case notFound(Subject)
  /// A value that can never be right, with the field's name. INVALID_ARGUMENT.
  case invalid(field: String, reason: String)
  /// The request id was used for another request. ALREADY_EXISTS.
  case requestIDReused
  /// A guard refuses the request. FAILED_PRECONDITION; RESOURCE_EXHAUSTED for a full queue.
  case refused(GuardReason)
  /// The offer is closed. FAILED_PRECONDITION, with the final state.
  case offerClosed(OfferID, OfferState)
  /// The callback's state does not allow it. FAILED_PRECONDITION.
  case callbackState(CallbackID, CallbackState)
  /// The attempt's phase does not allow it. FAILED_PRECONDITION.
  case attemptPhase(AttemptID, AttemptPhase)
  /// The offer or the attempt belongs to another agent or connector. FAILED_PRECONDITION.
  case notYours(Subject)
  /// Something still refers to it. FAILED_PRECONDITION.
  case inUse(Subject, by: Subject)
  /// It has changed since the client read it. ABORTED.
  case changed(Subject)
  /// A limit of the service is reached. RESOURCE_EXHAUSTED.
  case tooMany(Subject.Kind)
}

/// Something that has a name.
public enum Subject: Hashable, Sendable {
  /// A callback.
  case callback(CallbackID)
  /// The live callbacks of a number; the number is not repeated to others.
  case callbacksOfNumber
  /// An offer.
  case offer(OfferID)
  /// An attempt.
  case attempt(AttemptID)
  /// An agent.
  case agent(AgentID)
  /// A session.
  case session(SessionID)
  /// A queue.
  case queue(QueueID)
  /// A location.
  case location(LocationID)
  /// A dialled number.
  case number(PhoneNumber.Line)
  /// An exclusion.
  case exclusion(Exclusion.Key)
  /// A reason for being inactive.
  case inactiveReason(InactiveReasonID)
  /// The settings of the service.
  case settings

  /// What kind of thing it is.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Callbacks.
    case callback = 1
    /// Agents.
    case agent = 2
    /// Queues.
    case queue = 3
    /// Locations.
    case location = 4
    /// Dialled numbers.
    case number = 5
    /// Exclusions.
    case exclusion = 6
    /// Reasons for being inactive.
    case inactiveReason = 7
    /// Sessions.
    case session = 8
    /// Connectors.
    case dialer = 9
  }
}

/// Why a request for a callback is not taken (DOMAIN, "Taking requests").
public enum GuardReason: UInt8, Hashable, Sendable, CaseIterable {
  /// Neither caller ID nor the caller gave a number.
  case noCallbackNumber = 1
  /// The number cannot be parsed or is not possible in length.
  case impossibleNumber = 2
  /// The number is one of the call center's own.
  case ownNumber = 3
  /// A premium-rate number.
  case premiumRateNumber = 4
  /// An emergency number.
  case emergencyNumber = 5
  /// The number is on the exclusion list.
  case excludedNumber = 6
  /// The queue takes no requests from callers of this class.
  case classNotTaken = 7
  /// The queue is full.
  case queueFull = 8
  /// The queue is closed for requests.
  case queueClosed = 9
  /// No queue was named, and the dialled number has none.
  case noQueue = 10
}
