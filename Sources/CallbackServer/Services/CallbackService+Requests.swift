import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import UnixRPC

extension CallbackService {
  /// Takes a caller's request to be called back.
  func requestCallback(
    _ request: V1.RequestCallbackRequest
  ) throws -> CommandPlan<V1.RequestCallbackResponse> {
    let intake = try RequestIntake(request, numbers: context.numbers)
    if let now = context.lookUpNow(intake.lines) { return .ready(call(intake, now)) }
    return .waiting {
      let late = intake.lines.first.map { context.lateLookup(of: $0) }
      return call(intake, await context.lookUp(intake.lines, onLate: late?.answered), late)
    }
  }

  private func call(
    _ intake: RequestIntake, _ lookup: CallerLookup, _ late: LateLookup? = nil
  ) -> CommandCall<V1.RequestCallbackResponse> {
    var wanted = intake.wanted
    wanted.lookup = lookup
    let isReal = !wanted.validateOnly
    return CommandCall(
      .requestCallback(wanted), queue: wanted.queue?.rawValue ?? ""
    ) { reply, at in
      if isReal, case .requested(let taken) = reply, let id = taken.callback {
        late?.became(id)
      }
      return requested(reply, at)
    }
  }

  private func requested(_ reply: Reply, _ at: CallAnswer) -> V1.RequestCallbackResponse? {
    guard case .requested(let taken) = reply else { return nil }
    return V1.RequestCallbackResponse(
      logPosition: at.position, callbackID: taken.callback?.text ?? "",
      disposition: taken.merged ? .merged : .created, queueID: taken.queue.rawValue,
      number: V1.PhoneNumber(taken.number), ahead: taken.position,
      requestedAt: GoogleProtobuf.Timestamp(taken.requestedAt),
      eligibleAt: GoogleProtobuf.Timestamp(taken.eligibleAt),
      etag: taken.revision == 0 ? "" : Etag.text(taken.revision),
      estimate: taken.wait.map { V1.WaitEstimate($0.value) })
  }

  /// Changes a callback that nobody is dialling. Another number is read in the region of the
  /// callback's location, and looked up as that of a request is.
  func updateCallback(
    _ request: V1.UpdateCallbackRequest
  ) throws -> CommandPlan<V1.UpdateCallbackResponse> {
    var change = UpdateCallback(
      id: try Field.madeIdentifier(request.callbackID, "callback_id"),
      ifRevision: try Etag.revision(request.etag))
    change.queue = try Field.optionalIdentifier(request.queueID, "queue_id")
    if let priority = request.priority {
      change.priority = try Field.number(
        priority.priority, "priority.priority", in: FieldLimits.priority)
    }
    if let moment = request.notBefore {
      change.notBefore = try moment.notBefore?.wallTime("not_before.not_before") ?? WallTime(0)
    }
    if let note = request.note {
      change.note = try Field.text(note.note, "note.note", atMost: FieldLimits.noteBytes)
    }
    guard let number = request.number?.number else {
      return .ready(call(change, queue: request.queueID))
    }
    return .waiting { [change] in
      let (read, late) = try await self.change(change, number)
      return call(read, queue: request.queueID, late)
    }
  }

  private func change(
    _ given: UpdateCallback, _ number: String
  ) async throws -> (UpdateCallback, LateLookup?) {
    let asked = try await context.engine.read { state, _ in
      state.callback(given.id)?.request.value
    }
    var change = given
    let reading = try context.numbers.reading(
      number, "number.number", in: context.numbers.region(of: asked?.location))
    change.number = reading
    guard case .number(let number, _) = reading, let asked, number.line != asked.number.line
    else { return (change, nil) }
    let late = context.lateLookup(of: number.line)
    let lines = RequestIntake.lines(reading, asked.caller)
    change.lookup = await context.lookUp(lines, onLate: late.answered)
    return (change, late)
  }

  private func call(
    _ change: UpdateCallback, queue: String, _ late: LateLookup? = nil
  ) -> CommandCall<V1.UpdateCallbackResponse> {
    CommandCall(.updateCallback(change), queue: queue) { reply, at in
      guard case .callback(let changed) = reply else { return nil }
      late?.became(changed.id)
      return V1.UpdateCallbackResponse(
        logPosition: at.position, callbackID: changed.id.text,
        state: V1.CallbackState(changed.state), merged: changed.merged,
        etag: Etag.text(changed.revision))
    }
  }

  /// Cancels a callback, or asks the connector to hang up.
  func cancelCallback(
    _ request: V1.CancelCallbackRequest
  ) throws -> CommandCall<V1.CancelCallbackResponse> {
    let id: CallbackID = try Field.madeIdentifier(request.callbackID, "callback_id")
    return CommandCall(.cancelCallback(id, ifRevision: try Etag.revision(request.etag))) {
      reply, at in
      guard case .cancelled(_, let pending) = reply else { return nil }
      return V1.CancelCallbackResponse(
        logPosition: at.position, disposition: pending ? .cancelPending : .cancelled)
    }
  }

  /// Gives one callback: from the rules while they know it, then from the history.
  func getCallback(
    _ request: V1.GetCallbackRequest, _ call: RPCCall
  ) async throws -> V1.GetCallbackResponse {
    let id: CallbackID = try Field.madeIdentifier(request.callbackID, "callback_id")
    let (live, point) = try await context.engine.read { state, point in
      (state.callback(id).map { state.message(of: $0, at: point.clocks) }, point)
    }
    if let live { return V1.GetCallbackResponse(logPosition: point.position, callback: live) }
    guard let finished = try await context.engine.finishedCallback(id) else {
      throw Refusal(.notFound(.callback(id))).decided(at: point.position)
    }
    return V1.GetCallbackResponse(
      logPosition: point.position, callback: context.message(of: finished.callback, point.clocks))
  }
}
