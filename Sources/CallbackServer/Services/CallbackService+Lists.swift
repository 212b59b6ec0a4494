import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire

extension V1.ListCallbacksRequest: PageRequest {}
extension V1.ExplainCallbackRequest: PageRequest {}

extension CallbackService {
  /// Callbacks that one request looks at, so that a filter that matches little does not hold up
  /// everybody else; the page then ends early.
  private static let callbacksPerScan = 4_096

  /// Lists live callbacks in the order in which they were requested.
  func listCallbacks(
    _ request: V1.ListCallbacksRequest
  ) throws -> ReadCall<V1.ListCallbacksResponse> {
    let filter = try CallbackFilter(request)
    let (empty, key) = try request.page(of: V1.Callback.self)
    let after = key.flatMap { CallbackID(text: String(decoding: $0, as: UTF8.self)) }
    return { state, point in
      try state.checkKnown(filter.queue)
      var page = empty
      let kept = state.callbacks(after: after, limit: Self.callbacksPerScan)
      page.fill(kept, bytes: { Array($0.id.text.utf8) }) { callback in
        filter.matches(callback) ? state.message(of: callback, at: point.clocks) : nil
      }
      if page.nextToken.isEmpty, kept.count == Self.callbacksPerScan, let last = kept.last {
        page.end(after: Array(last.id.text.utf8))
      }
      return V1.ListCallbacksResponse(
        logPosition: point.position, callbacks: page.entries, nextPageToken: page.nextToken)
    }
  }

  /// Says why nobody has a callback now, agent by agent.
  func explainCallback(
    _ request: V1.ExplainCallbackRequest
  ) throws -> ReadCall<V1.ExplainCallbackResponse> {
    let id: CallbackID = try Field.madeIdentifier(request.callbackID, "callback_id")
    let limit = try Field.pageSize(request.pageSize)
    let (empty, key) = try request.page(of: V1.AgentReason.self)
    let after = key.map { AgentID(String(decoding: $0, as: UTF8.self)) }
    return { state, point in
      guard let callback = state.callback(id),
        let why = state.explain(id, at: point.now, after: after, limit: limit)
      else { throw Rejection.notFound(.callback(id)) }
      var page = empty
      page.fill(why.agents, bytes: \.agent.keyBytes) { V1.AgentReason($0, at: point.clocks) }
      if page.nextToken.isEmpty, why.hasMore, let last = why.agents.last {
        page.end(after: last.agent.keyBytes)
      }
      return V1.ExplainCallbackResponse(
        logPosition: point.position, callback: state.message(of: callback, at: point.clocks),
        reasons: why.reasons.map { V1.ExplainReason($0) }, counts: why.messageCounts,
        agents: page.entries, nextChangeAt: why.nextChange(at: point.clocks),
        nextPageToken: page.nextToken, ahead: why.ahead)
    }
  }
}

/// Which callbacks a list shows.
private struct CallbackFilter: Sendable {
  var queue: QueueID?
  var states: Set<V1.CallbackState>
  var number: String

  init(_ request: V1.ListCallbacksRequest) throws(FieldError) {
    queue = try Field.optionalIdentifier(request.queueID, "queue_id")
    var states: Set<V1.CallbackState> = []
    for (index, state) in request.states.enumerated() {
      states.insert(try Field.said(state, "states[\(index)]"))
    }
    self.states = states
    number = request.number.isEmpty ? "" : try Field.e164(request.number, "number")
  }

  func matches(_ callback: Callback) -> Bool {
    callback.state.isLive && (queue == nil || callback.queue == queue)
      && (number.isEmpty || callback.line.e164 == number)
      && (states.isEmpty || states.contains(V1.CallbackState(callback.state)))
  }
}

extension Explanation {
  fileprivate var messageCounts: [V1.ReasonCount] {
    AgentReason.allCases.compactMap { reason in
      counts[reason].map { V1.ReasonCount(reason: V1.ExplainReason(reason), agents: $0) }
    }
  }

  fileprivate func nextChange(at clocks: Clocks) -> GoogleProtobuf.Timestamp? {
    let moments = [nextChange.map { clocks.wallTime(of: $0) }, nextWallChange]
    return moments.compactMap { $0 }.min().map { GoogleProtobuf.Timestamp($0) }
  }
}

extension V1.AgentReason {
  fileprivate init(_ why: Explanation.AgentExplanation, at clocks: Clocks) {
    self.init(
      agentID: why.agent.rawValue, reason: V1.ExplainReason(why.reason),
      until: why.until.map { GoogleProtobuf.Timestamp(clocks.wallTime(of: $0)) })
  }
}
