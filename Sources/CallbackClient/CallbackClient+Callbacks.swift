public import CallbackMessages

extension CallbackClient {
  /// Asks for a callback.
  ///
  /// - Throws: with the guard's reason where the request is refused.
  @discardableResult
  public func requestCallback(
    _ request: V1.RequestCallbackRequest
  ) async throws(CallbackError) -> V1.RequestCallbackResponse {
    try await call(CallbackServiceMethods.requestCallback, request)
  }

  /// Changes priority, queue, not-before, number or note of a callback that nobody is dialling.
  ///
  /// - Returns: the callback it is now: another one where it merged into that.
  @discardableResult
  public func updateCallback(
    _ request: V1.UpdateCallbackRequest
  ) async throws(CallbackError) -> V1.UpdateCallbackResponse {
    try await call(CallbackServiceMethods.updateCallback, request)
  }

  /// Cancels a callback; one that is being dialled is cancelled when its call ends.
  @discardableResult
  public func cancelCallback(
    _ callbackID: String
  ) async throws(CallbackError) -> V1.CancelDisposition {
    let request = V1.CancelCallbackRequest(callbackID: callbackID)
    return try await call(CallbackServiceMethods.cancelCallback, request).disposition
  }

  /// Gives one callback, live or finished.
  public func callback(_ callbackID: String) async throws(CallbackError) -> V1.Callback {
    let request = V1.GetCallbackRequest(callbackID: callbackID)
    return try await call(CallbackServiceMethods.getCallback, request).callback ?? V1.Callback()
  }

  /// The pages of live callbacks in the order of the line.
  public func callbacks(
    _ request: V1.ListCallbacksRequest = V1.ListCallbacksRequest()
  ) -> PageSequence<V1.ListCallbacksRequest, V1.ListCallbacksResponse> {
    pages(CallbackServiceMethods.listCallbacks, request)
  }

  /// Says why nobody has a callback now; the first page of its agents.
  public func explainCallback(
    _ callbackID: String
  ) async throws(CallbackError) -> V1.ExplainCallbackResponse {
    let request = V1.ExplainCallbackRequest(callbackID: callbackID)
    return try await call(CallbackServiceMethods.explainCallback, request)
  }

  /// Says how long a callback will wait.
  public func estimateWait(
    of callbackID: String
  ) async throws(CallbackError) -> V1.EstimateWaitResponse {
    let request = V1.EstimateWaitRequest(subject: .callbackID(callbackID))
    return try await call(CallbackServiceMethods.estimateWait, request)
  }

  /// Says whether a request would be taken and how long it would wait; nothing is made.
  ///
  /// - Returns: also a guard's refusal, in `refusal`.
  public func estimateWait(
    of request: V1.RequestCallbackRequest
  ) async throws(CallbackError) -> V1.EstimateWaitResponse {
    try await call(
      CallbackServiceMethods.estimateWait, V1.EstimateWaitRequest(subject: .request(request)))
  }

  /// Reports what happened to an attempt, where no connector dials.
  @discardableResult
  public func reportOutcome(
    _ report: V1.CallReport
  ) async throws(CallbackError) -> V1.ReportOutcomeResponse {
    let request = V1.ReportOutcomeRequest(report: report)
    return try await call(CallbackServiceMethods.reportOutcome, request)
  }

  /// Keeps what the agent says about a call.
  public func recordDisposition(
    _ disposition: V1.Disposition, attempt attemptID: String, note: String = ""
  ) async throws(CallbackError) {
    let request = V1.RecordDispositionRequest(
      attemptID: attemptID, disposition: disposition, note: note)
    _ = try await call(CallbackServiceMethods.recordDisposition, request)
  }

  /// The pages of a number's history, newest first.
  public func history(
    ofNumber number: String, region: String = ""
  ) -> PageSequence<V1.GetCallerHistoryRequest, V1.GetCallerHistoryResponse> {
    pages(
      CallbackServiceMethods.getCallerHistory,
      V1.GetCallerHistoryRequest(number: number, region: region))
  }
}
