public import CallbackCore
public import CallbackMessages

/// What a callback's message shows beside the callback itself.
public struct CallbackSurroundings: Hashable, Sendable {
  /// The name of its location; empty where unknown.
  public var locationName: String
  /// Who has its offer or its attempt.
  public var holder: AgentID?

  /// Describes the surroundings of a callback.
  public init(locationName: String = "", holder: AgentID? = nil) {
    self.locationName = locationName
    self.holder = holder
  }
}

extension V1.Callback {
  /// A callback, live or finished.
  ///
  /// - Parameter clocks: turns deadlines of the engine's clock into instants.
  public init(_ callback: Callback, in surroundings: CallbackSurroundings, at clocks: Clocks) {
    let request = callback.request.value
    self.init(
      callbackID: callback.id.text, state: V1.CallbackState(callback.state),
      queueID: callback.queue.rawValue, number: V1.PhoneNumber(request.number),
      numberSource: V1.NumberSource(request.numberSource), caller: V1.Caller(request.caller),
      dialledNumber: request.dialled.map {
        V1.PhoneNumber(PhoneNumber(e164: $0.e164, extension: $0.extension))
      },
      locationID: request.location?.rawValue ?? "", locationName: surroundings.locationName,
      adSource: request.adSource, resolution: V1.Resolution(callback.resolution.value),
      classesAtRequest: request.labelsAtRequest.ordered.map { V1.CallerClass($0) },
      priority: callback.priority, requestedAt: GoogleProtobuf.Timestamp(callback.requestedAt),
      notBefore: callback.notBefore.map { GoogleProtobuf.Timestamp($0) },
      eligibleAt: callback.eligibleAt(clocks).map { GoogleProtobuf.Timestamp($0) },
      expiresAt: callback.expiresAt.map { GoogleProtobuf.Timestamp(clocks.wallTime(of: $0)) },
      note: request.note, callReference: request.callReference,
      callArrivedAt: request.callArrivedAt.map { GoogleProtobuf.Timestamp($0) },
      mergedRequests: callback.merged, attemptsStarted: callback.attemptsStarted,
      attemptsCounted: callback.attemptsCounted,
      lastOutcome: callback.lastOutcome.map { V1.Outcome($0) } ?? .unspecified,
      offerID: callback.state.offer?.text ?? "",
      attemptID: callback.state.attempt?.text ?? "",
      agentID: surroundings.holder?.rawValue ?? "",
      cancelPending: callback.pendingEnd != nil, etag: Etag.text(callback.revision))
    if case .finished(let result) = callback.state {
      endReason = V1.EndReason(result)
      endedAt = callback.finishedAt.map { GoogleProtobuf.Timestamp($0.wall) }
      if case .merged(let other) = result { mergedInto = other.text }
    }
  }
}

extension Callback {
  /// When it can next be offered, where only time keeps it back.
  public func eligibleAt(_ clocks: Clocks) -> WallTime? {
    switch state {
    case .scheduled(let until, _): until
    case .retryWait(let until): max(clocks.wallTime(of: until), notBefore ?? clocks.wall)
    case .queued, .offered, .dialing, .connected, .uncertain, .finished: nil
    }
  }
}

extension CallbackState {
  /// The offer that an agent has to answer.
  public var offer: OfferID? {
    if case .offered(let id) = self { id } else { nil }
  }
}

extension V1.CallbackState {
  /// Where a callback stands.
  public init(_ state: CallbackState) {
    self =
      switch state {
      case .scheduled: .scheduled
      case .queued: .queued
      case .offered: .offered
      case .dialing: .dialing
      case .connected: .connected
      case .uncertain: .uncertain
      case .retryWait: .retryWait
      case .finished(let result): Self(result)
      }
  }

  private init(_ result: CallbackResult) {
    self =
      switch result {
      case .answered, .answeredEndUnknown, .voicemail: .completed
      case .exhausted: .failed
      case .cancelled, .callerReached, .merged: .cancelled
      case .expired: .expired
      }
  }
}

extension V1.EndReason {
  /// Why a callback left the queue.
  public init(_ result: CallbackResult) {
    self =
      switch result {
      case .answered: .answered
      case .answeredEndUnknown: .answeredEndUnknown
      case .voicemail: .voicemail
      case .exhausted: .exhausted
      case .cancelled: .cancelled
      case .callerReached: .callerReached
      case .expired: .expired
      case .merged: .merged
      }
  }
}
