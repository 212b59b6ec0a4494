import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import UnixRPC

extension CallbackService {
  /// Reports what happened to an attempt, where no connector dials.
  func reportOutcome(
    _ request: V1.ReportOutcomeRequest
  ) throws -> CommandCall<V1.ReportOutcomeResponse> {
    let report = try Field.required(request.report, "report").report()
    return CommandCall(.reportAttempt(report, dialer: nil)) { reply, at in
      guard case .reported(let kept) = reply else { return nil }
      return V1.ReportOutcomeResponse(
        logPosition: at.position,
        state: kept.callbackState.map { V1.CallbackState($0) } ?? .unspecified,
        outcome: kept.outcome.map { V1.Outcome($0) } ?? .unspecified, ignored: !kept.applied)
    }
  }

  /// Keeps what the agent says about a call.
  func recordDisposition(
    _ request: V1.RecordDispositionRequest
  ) throws -> CommandCall<V1.RecordDispositionResponse> {
    let said = Disposition(
      kind: try request.disposition.kind("disposition"),
      note: try Field.text(request.note, "note", atMost: FieldLimits.noteBytes))
    let id: AttemptID = try Field.madeIdentifier(request.attemptID, "attempt_id")
    return CommandCall(.recordDisposition(id, said)) { _, at in
      V1.RecordDispositionResponse(logPosition: at.position)
    }
  }

  /// Streams outcomes from a token, from a moment, or from now.
  func watchOutcomes(
    _ request: V1.WatchOutcomesRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.WatchOutcomesResponse>
  ) async throws {
    let queue: QueueID? = try Field.optionalIdentifier(request.queueID, "queue_id")
    let engine = context.engine
    let feed = ResumableFeed<V1.OutcomeEvent, V1.WatchOutcomesResponse>(engine: engine) {
      position, limit throws(FeedError) in
      let page = try await engine.outcomes(after: position, limit: limit)
      let wanted = page.outcomes.filter { queue == nil || $0.queue == queue }
      return (wanted.map { ($0.position, V1.OutcomeEvent($0)) }, page.upTo)
    } message: { position, token, outcome in
      V1.WatchOutcomesResponse(
        logPosition: position, resumeToken: token,
        event: outcome.map { .outcome($0) } ?? .checkpoint(.init()))
    }
    switch request.from {
    case .resumeToken(let token): try await feed.run(from: .token(token), call, responses)
    case .since(let time):
      let since = try time.wallTime("since")
      try await feed.run(
        from: .position { try await engine.outcomePosition(since: since) }, call, responses)
    case nil:
      try await feed.run(from: .position { try await now(watching: queue) }, call, responses)
    }
  }
}

extension CallbackService {
  /// Where what comes next begins; refused for a queue that is not there, which nothing will come
  /// of. What came of a queue before it was deleted can still be read, from a token or a moment.
  private func now(watching queue: QueueID?) async throws -> LogPosition {
    try await context.engine.read { state, point in
      do throws(Rejection) {
        try state.checkKnown(queue)
      } catch {
        throw Refusal(error).decided(at: point.position)
      }
      return point.position
    }
  }
}

extension V1.ReportOutcomesResponse {
  /// One result for each report.
  init(_ results: [Result<V1.ReportOutcomeResponse, Refusal>]) {
    self.init(
      results: results.map { result in
        switch result {
        case .success(let response): V1.ReportOutcomesResult(result: .taken(response))
        case .failure(let refusal): V1.ReportOutcomesResult(result: .refused(refusal.status))
        }
      })
  }
}

extension V1.OutcomeEvent {
  fileprivate init(_ entry: OutcomeEntry) {
    self.init(
      callbackID: entry.callback.text, queueID: entry.queue.rawValue,
      number: entry.number.e164, attemptID: entry.attempt?.text ?? "",
      agentID: entry.agent?.rawValue ?? "",
      outcome: entry.outcome.map { V1.Outcome($0) } ?? .unspecified,
      state: V1.CallbackState(entry.state),
      occurredAt: GoogleProtobuf.Timestamp(entry.occurredAt))
    if case .finished(let result) = entry.state { endReason = V1.EndReason(result) }
  }
}
