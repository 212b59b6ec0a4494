public import CallbackCore
public import CallbackMessages

extension V1.OfferState {
  /// Where an offer stands.
  public init(_ state: OfferState) {
    self =
      switch state {
      case .pending: .pending
      case .accepted: .accepted
      case .rejected: .rejected
      case .timedOut: .timedOut
      case .withdrawn: .withdrawn
      }
  }
}

extension V1.Offer {
  /// The alert of an offer (DOMAIN, rows A to E).
  ///
  /// - Parameters:
  ///   - callback: the callback that is offered.
  ///   - locationName: the name of its location; empty where unknown.
  ///   - queueName: the name of the offer's queue.
  ///   - clocks: turns the deadline into an instant and what remains.
  public init(
    _ offer: Offer, of callback: Callback, locationName: String, queueName: String,
    at clocks: Clocks
  ) {
    let request = callback.request.value
    let deadline = clocks.deadline(offer.deadline)
    self.init(
      offerID: offer.id.text, callbackID: callback.id.text, agentID: offer.agent.rawValue,
      revision: callback.revision, state: V1.OfferState(offer.state),
      caller: V1.Caller(request.caller), number: V1.PhoneNumber(request.number),
      resolution: V1.Resolution(callback.resolution.value),
      locationID: request.location?.rawValue ?? "", locationName: locationName,
      adSource: request.adSource, queueID: offer.queue.rawValue, queueName: queueName,
      note: request.note, requestedAt: GoogleProtobuf.Timestamp(callback.requestedAt),
      attemptsCounted: callback.attemptsCounted,
      offeredAt: GoogleProtobuf.Timestamp(offer.madeAt), deadline: deadline.at,
      remaining: deadline.remaining)
  }
}

extension V1.Attempt {
  /// The attempt that an accepted offer became.
  public init(_ reply: AcceptReply, agent: AgentID) {
    self.init(
      attemptID: reply.attempt.text, callbackID: reply.callback.text, offerID: reply.offer.text,
      agentID: agent.rawValue, number: V1.PhoneNumber(reply.plan.value.number),
      dialing: V1.DialingMode(reply.dialing), card: V1.Card(reply.plan.value.resolution.card),
      callBarText: reply.plan.value.callBarText)
  }
}

extension V1.DialingMode {
  /// Who dials.
  public init(_ dialing: Dialing) {
    self =
      switch dialing {
      case .reported: .reported
      case .connector: .connector
      }
  }
}
