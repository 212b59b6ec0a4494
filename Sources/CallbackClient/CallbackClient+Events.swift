public import CallbackMessages

extension CallbackClient {
  /// What happens in the service, in the order of the log; goes on by itself after an
  /// interruption.
  ///
  /// - Parameters:
  ///   - start: where to begin.
  ///   - interruption: told whenever the stream is interrupted.
  public func watchEvents(
    from start: StreamStart = .now, interruption: (@Sendable (CallbackError) -> Void)? = nil
  ) -> ResumingStream<V1.WatchEventsResponse> {
    ResumingStream(
      policy: configuration.retry, interruption: interruption
    ) { last throws(CallbackError) in
      let from: V1.WatchEventsRequest.From? =
        if let last {
          .resumeToken(last.resumeToken)
        } else {
          switch start {
          case .now: nil
          case .since(let milliseconds):
            .since(GoogleProtobuf.Timestamp(milliseconds: milliseconds))
          case .token(let token): .resumeToken(token)
          }
        }
      return try await stream(AdminServiceMethods.watchEvents, V1.WatchEventsRequest(from: from))
    }
  }

  /// Gives the history, newest first.
  ///
  /// - Parameter take: gets the next entries.
  public func exportHistory(
    _ request: V1.ExportHistoryRequest, _ take: ([V1.HistoryEntry]) throws -> Void
  ) async throws {
    for try await page in try await stream(CallbackServiceMethods.exportHistory, request) {
      try take(page.entries)
    }
  }
}
