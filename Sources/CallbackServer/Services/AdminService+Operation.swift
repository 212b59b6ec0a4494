import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension AdminService {
  /// Says how an attempt whose fate is unknown came out.
  func settleAttempt(
    _ request: V1.SettleAttemptRequest
  ) throws -> CommandCall<V1.SettleAttemptResponse> {
    guard let outcome = try request.outcome.outcome("outcome") else {
      throw FieldError("outcome", .missing)
    }
    let id: AttemptID = try Field.madeIdentifier(request.attemptID, "attempt_id")
    return CommandCall(.settleAttempt(id, outcome)) { reply, at in
      guard case .reported(let kept) = reply else { return nil }
      return V1.SettleAttemptResponse(
        logPosition: at.position,
        state: kept.callbackState.map { V1.CallbackState($0) } ?? .unspecified)
    }
  }

  /// Lists the connectors that are attached, by id.
  func listDialers(_ request: V1.ListDialersRequest) throws -> ReadCall<V1.ListDialersResponse> {
    { state, point in
      V1.ListDialersResponse(
        logPosition: point.position,
        dialers: state.dialerIDs.compactMap { id in
          state.dialer(id).map { V1.DialerInfo($0, running: state.runningAttempts(of: id)) }
        })
    }
  }

  /// Says what is running.
  func getServerInfo(
    _ request: V1.GetServerInfoRequest
  ) throws -> ReadCall<V1.GetServerInfoResponse> {
    let context = context
    return { state, point in
      V1.GetServerInfoResponse(
        logPosition: point.position, version: context.facts.version,
        startedAt: GoogleProtobuf.Timestamp(context.facts.startedAt),
        processID: context.facts.processID, lineage: "\(point.lineage)",
        liveCallbacks: UInt64(state.liveCallbackCount),
        pendingOffers: UInt64(state.pendingOfferCount),
        connectedAgents: UInt64(state.connectedAgentCount),
        defaultRegion: context.numbers.defaultRegion.code)
    }
  }
}

extension V1.DialerInfo {
  fileprivate init(_ dialer: Dialer, running: UInt32) {
    self.init(
      dialerID: dialer.id.rawValue, instance: dialer.instance, capacity: dialer.capacity,
      locationIDs: dialer.locations.map(\.rawValue), runningAttempts: running)
  }
}
