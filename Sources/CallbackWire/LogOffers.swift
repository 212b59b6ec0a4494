import CallbackCore
import CallbackMessages

extension LogV1.OfferState {
  init(_ state: OfferState) {
    switch state {
    case .pending: self.init(state: .pending(LogV1.OfferPending()))
    case .accepted(let attempt, let session):
      self.init(
        state: .accepted(
          LogV1.OfferTaken(attempt: LogV1.Id(attempt), session: session.map { LogV1.Text($0) })))
    case .rejected: self.init(state: .rejected(LogV1.OfferRejected()))
    case .timedOut: self.init(state: .timedOut(LogV1.OfferTimedOut()))
    case .withdrawn(let reason):
      self.init(state: .withdrawn(LogV1.OfferWithdrawn(reason: .init(reason))))
    }
  }

  func core() throws(LogCodecError) -> OfferState {
    switch try state.required("offer.state") {
    case .pending: return .pending
    case .accepted(let taken):
      return .accepted(
        try taken.attempt.required("offer.attempt").made(), by: taken.session?.named())
    case .rejected: return .rejected
    case .timedOut: return .timedOut
    case .withdrawn(let withdrawn):
      return .withdrawn(try withdrawn.reason.core("offer.withdrawn.reason"))
    }
  }
}

extension LogV1.Offer {
  init(_ offer: Offer) {
    self.init(
      id: LogV1.Id(offer.id), callback: LogV1.Id(offer.callback), agent: offer.agent.rawValue,
      queue: offer.queue.rawValue, madeWallMs: offer.madeAt.milliseconds,
      deadlineEngineMs: offer.deadline.milliseconds, state: LogV1.OfferState(offer.state),
      closedEngine: offer.closedAt.map { LogV1.Time($0) })
  }

  func core() throws(LogCodecError) -> Offer {
    Offer(
      id: try id.required("offer.id").made(),
      callback: try callback.required("offer.callback").made(), agent: AgentID(agent),
      queue: QueueID(queue), madeAt: WallTime(madeWallMs), deadline: Instant(deadlineEngineMs),
      state: try state.required("offer.state").core(), closedAt: closedEngine?.engine)
  }
}
