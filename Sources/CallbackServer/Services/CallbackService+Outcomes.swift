import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import Synchronization
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
  ///
  /// Every page is read when the reader has taken the one before, so a slow reader costs nothing
  /// but its own reads.
  func watchOutcomes(
    _ request: V1.WatchOutcomesRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.WatchOutcomesResponse>
  ) async throws {
    let queue: QueueID? = try Field.optionalIdentifier(request.queueID, "queue_id")
    let feed = OutcomeFeed(engine: context.engine, queue: queue)
    let place = Mutex(try await feed.start(request.from))
    call.onDrain {
      responses.finish(.stopping(resumeToken: feed.token(place.withLock { $0 })))
    }
    try await responses.write(feed.checkpoint(place.withLock { $0 }))
    while true {
      let (messages, upTo) = try await feed.next(after: place.withLock { $0 })
      for message in messages { try await responses.write(message) }
      place.withLock { $0 = upTo }
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

/// The outcomes of a queue, or of all, page by page.
private struct OutcomeFeed: Sendable {
  let engine: Engine
  let queue: QueueID?

  /// The position after which the stream begins.
  func start(_ from: V1.WatchOutcomesRequest.From?) async throws -> LogPosition {
    switch from {
    case .resumeToken(let text):
      let token = try ResumeToken(text: text, "resume_token")
      guard token.lineage == engine.lineage.bytes else { throw FeedError.ahead }
      return token.position
    case .since(let time):
      return try await engine.outcomePosition(since: time.wallTime("since"))
    case nil:
      return try await engine.read { _, point in point.position }
    }
  }

  /// What comes after a position; waits until there is something.
  func next(
    after position: LogPosition
  ) async throws -> (messages: [V1.WatchOutcomesResponse], upTo: LogPosition) {
    do throws(FeedError) {
      let page = try await engine.outcomes(after: position, limit: 256)
      var messages = page.outcomes.filter { queue == nil || $0.queue == queue }.map(message)
      if messages.last?.logPosition != page.upTo { messages.append(checkpoint(page.upTo)) }
      return (messages, page.upTo)
    } catch {
      guard case .tooOld(let earliest) = error else { throw error }
      var refusal = Refusal(error)
      refusal.detail = .resume(.init(earliestToken: token(earliest)))
      throw refusal
    }
  }

  /// Says that nothing of the filter happened up to a position.
  func checkpoint(_ position: LogPosition) -> V1.WatchOutcomesResponse {
    .init(logPosition: position, resumeToken: token(position), event: .checkpoint(.init()))
  }

  /// The token of a position.
  func token(_ position: LogPosition) -> String {
    ResumeToken(lineage: engine.lineage.bytes, position: position).text
  }

  private func message(_ entry: OutcomeEntry) -> V1.WatchOutcomesResponse {
    V1.WatchOutcomesResponse(
      logPosition: entry.position, resumeToken: token(entry.position),
      event: .outcome(V1.OutcomeEvent(entry)))
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

extension Lineage {
  /// The 16 bytes of a resume token.
  var bytes: [UInt8] {
    [high, low].flatMap { half in
      stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
    }
  }
}

extension Refusal {
  /// The daemon is stopping; a stream goes on from its token.
  static func stopping(resumeToken: String) -> Refusal {
    var refusal = stopping
    refusal.detail = .resume(.init(resumeToken: resumeToken))
    return refusal
  }
}
