public import CallbackCore
public import CallbackMessages

extension Refusal {
  /// A rejection of the rules as clients read it. What a guard or an offer says goes into the detail.
  ///
  /// - Parameter queue: the queue that a request was meant for; empty where none was found.
  public init(_ rejection: Rejection, queue: String = "") {
    switch rejection {
    case .notFound(let subject): self.init(notFound: subject)
    case .invalid(let field, let reason):
      self.init(
        .invalidArgument, .fieldInvalid, "\(field): \(reason).", metadata: ["field": field])
    case .requestIDReused:
      self.init(
        .alreadyExists, .requestIDReused,
        "This request_id was used for another request; use a new one.")
    case .refused(let reason): self.init(guard: reason, queue: queue)
    case .offerClosed(let offer, let state): self.init(closed: offer, state)
    case .callbackState(let id, let state):
      let name = V1.CallbackState(state).stateName
      self.init(
        .failedPrecondition, .callbackState, "The callback is \(name), which does not allow this.",
        metadata: ["callback_id": id.text, "state": name])
    case .attemptPhase(let id, let phase):
      self.init(
        .failedPrecondition, .attemptState,
        "The attempt is \(phase.name), which does not allow this.",
        metadata: ["attempt_id": id.text, "state": phase.name])
    case .notYours(let subject):
      self.init(
        .failedPrecondition, .notYourOffer,
        "The \(subject.kindName) belongs to another agent or connector.",
        metadata: subject.metadata)
    case .inUse(let subject, let user):
      self.init(
        .failedPrecondition, .inUse,
        "The \(subject.kindName) is in use by \(user.article) \(user.kindName); change that first.",
        metadata: subject.metadata.merging(["used_by": user.usage]) { old, _ in old })
    case .changed(let subject):
      self.init(
        .aborted, .etagMismatch,
        "The \(subject.kindName) has changed since it was read; read it again and decide anew.",
        metadata: subject.metadata)
    case .tooMany(let kind):
      self.init(
        .resourceExhausted, .tooMany, "The service keeps no more of this kind.",
        metadata: ["kind": "\(kind)"])
    }
  }

  private init(notFound subject: Subject) {
    let reason: OptionsV1.Reason =
      switch subject {
      case .callback, .callbacksOfNumber: .callbackNotFound
      case .offer: .offerNotFound
      case .attempt: .attemptNotFound
      case .agent: .agentNotFound
      case .session: .sessionNotFound
      case .queue: .queueNotFound
      case .location: .locationNotFound
      case .number: .numberNotFound
      case .exclusion: .exclusionNotFound
      case .inactiveReason: .inactiveReasonNotFound
      case .settings: .fieldInvalid
      }
    self.init(
      .notFound, reason, "There is no such \(subject.kindName).", metadata: subject.metadata)
  }

  private init(guard reason: GuardReason, queue: String) {
    let (code, named, message) = reason.refusal
    self.init(
      code, named, message, metadata: queue.isEmpty ? [:] : ["queue_id": queue],
      detail: .guardRefused(V1.GuardRefused(guard: named, queueID: queue)))
  }

  private init(closed offer: OfferID, _ state: OfferState) {
    var closed = V1.OfferClosed(offerID: offer.text, state: V1.OfferState(state))
    switch state {
    case .accepted(_, let session): closed.sessionID = session?.rawValue ?? ""
    case .withdrawn(let reason): closed.withdrawal = V1.WithdrawalReason(reason)
    case .pending, .rejected, .timedOut: break
    }
    self.init(
      .failedPrecondition, .offerClosed, "The offer is closed: \(closed.state.stateName).",
      metadata: ["offer_id": offer.text, "state": closed.state.stateName],
      detail: .offerClosed(closed))
  }
}

extension GuardReason {
  /// Code, reason and sentence of a guard.
  fileprivate var refusal: (Refusal.Code, OptionsV1.Reason, String) {
    switch self {
    case .noCallbackNumber:
      (.failedPrecondition, .noCallbackNumber, "Give a callback_number: caller ID gave none.")
    case .impossibleNumber:
      (.invalidArgument, .numberImpossible, "The callback number is not a possible number.")
    case .ownNumber:
      (.failedPrecondition, .ownNumber, "The callback number is one of the call center's own.")
    case .premiumRateNumber:
      (.failedPrecondition, .premiumNumber, "Premium-rate numbers are not called back.")
    case .emergencyNumber:
      (.failedPrecondition, .emergencyNumber, "Emergency numbers are not called back.")
    case .excludedNumber:
      (.failedPrecondition, .excludedNumber, "The callback number is on the exclusion list.")
    case .classNotTaken:
      (.failedPrecondition, .classNotAccepted, "The queue takes no requests from such callers.")
    case .queueFull:
      (.resourceExhausted, .queueFull, "The queue is full; try again later.")
    case .queueClosed:
      (.failedPrecondition, .queueClosed, "The queue is closed for requests.")
    case .noQueue:
      (.failedPrecondition, .noQueue, "Name a queue_id: the dialled number has no queue.")
    }
  }
}

extension V1.WithdrawalReason {
  /// Why an offer was taken back.
  public init(_ reason: WithdrawalReason) {
    self =
      switch reason {
      case .callbackCancelled: .callbackCancelled
      case .callbackExpired: .callbackExpired
      case .callbackChanged: .callbackChanged
      case .callerArrived: .callerArrived
      case .quietHours: .quietHours
      case .agentLeft: .agentLeft
      case .agentDisconnected: .agentDisconnected
      case .agentBusy: .agentBusy
      case .agentMoved: .agentMoved
      case .queuePaused: .queuePaused
      case .serviceRestarted: .serviceRestarted
      }
  }
}

extension AttemptPhase {
  /// The phase as refusals name it.
  fileprivate var name: String {
    switch self {
    case .unclaimed: "UNCLAIMED"
    case .dialing: "DIALING"
    case .talking: "TALKING"
    case .uncertain: "UNCERTAIN"
    case .ended: "ENDED"
    }
  }
}

extension V1.CallbackState {
  fileprivate var stateName: String { String((protoName ?? "").dropFirst("CALLBACK_STATE_".count)) }
}

extension V1.AgentWorkState {
  fileprivate var stateName: String {
    String((protoName ?? "").dropFirst("AGENT_WORK_STATE_".count))
  }
}

extension V1.OfferState {
  fileprivate var stateName: String { String((protoName ?? "").dropFirst("OFFER_STATE_".count)) }
}
