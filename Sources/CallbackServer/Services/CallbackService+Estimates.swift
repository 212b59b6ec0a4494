import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import UnixRPC

extension CallbackService {
  /// Says how long a callback will wait, or a request that nobody has made yet.
  func estimateWait(
    _ request: V1.EstimateWaitRequest, _ call: RPCCall
  ) async throws -> V1.EstimateWaitResponse {
    switch request.subject {
    case .callbackID(let id): try await estimate(Field.madeIdentifier(id, "callback_id"))
    case .request(let wanted): try await estimate(wanted, call)
    case nil: throw FieldError("subject", .missing)
    }
  }

  private func estimate(_ id: CallbackID) async throws -> V1.EstimateWaitResponse {
    let (response, point) = try await context.engine.read { state, point in
      (state.callback(id).map { V1.EstimateWaitResponse($0, in: state, at: point) }, point)
    }
    guard let response else {
      throw Refusal(.notFound(.callback(id))).decided(at: point.position)
    }
    return response
  }

  /// Asks the rules as RequestCallback does, and takes a guard's refusal for an answer.
  private func estimate(
    _ request: V1.RequestCallbackRequest, _ call: RPCCall
  ) async throws -> V1.EstimateWaitResponse {
    var intake: RequestIntake
    do {
      intake = try RequestIntake(request, numbers: context.numbers)
    } catch let error as FieldError {
      throw FieldError("request." + error.path, error.problem)
    } catch Rejection.refused(let reason) {
      return refused(reason, request.queueID, at: try await context.position())
    }
    intake.wanted.validateOnly = true
    intake.wanted.lookup = await context.lookUp(intake.lines)
    let answer = try await context.engine.submit(
      Submission(.requestCallback(intake.wanted), actor: Actor(userID: call.peer.uid)))
    switch answer.outcome {
    case .success(.requested(let told)):
      return V1.EstimateWaitResponse(told, at: answer.position)
    case .success: throw Refusal.defect
    case .failure(.refused(let reason)):
      return refused(reason, request.queueID, at: answer.position)
    case .failure(.invalid(let field, let reason)):
      throw Refusal(.invalid(field: "request." + field, reason: reason))
        .decided(at: answer.position)
    case .failure(let error): throw Refusal(error).decided(at: answer.position)
    }
  }

  private func refused(
    _ reason: GuardReason, _ queue: String, at position: UInt64
  ) -> V1.EstimateWaitResponse {
    V1.EstimateWaitResponse(
      logPosition: position, refusal: Refusal(.refused(reason), queue: queue).status)
  }
}

extension V1.EstimateWaitResponse {
  /// What is told of a callback that is kept.
  fileprivate init(_ callback: Callback, in state: borrowing CallCenter, at point: ReadPoint) {
    self.init(
      logPosition: point.position, admissible: true, callbackID: callback.id.text,
      queueID: callback.queue.rawValue, ahead: UInt32(clamping: state.position(of: callback)),
      eligibleAt: GoogleProtobuf.Timestamp(callback.eligibleAt(point.clocks) ?? point.wall),
      estimate: V1.WaitEstimate(
        state.waitEstimate(of: callback, at: point.now, wall: point.wall)))
  }

  /// What is told of a request that would be taken.
  fileprivate init(_ told: RequestReply, at position: UInt64) {
    self.init(
      logPosition: position, admissible: true, callbackID: told.callback?.text ?? "",
      wouldMerge: told.merged, queueID: told.queue.rawValue, ahead: told.position,
      eligibleAt: GoogleProtobuf.Timestamp(told.eligibleAt),
      estimate: told.wait.map { V1.WaitEstimate($0.value) })
  }
}
