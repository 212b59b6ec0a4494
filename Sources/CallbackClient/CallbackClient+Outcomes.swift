public import CallbackMessages

extension CallbackClient {
  /// Where a stream of outcomes or of events begins.
  public enum StreamStart: Sendable, Hashable {
    /// With what happens from now on.
    case now
    /// With the first one at or after this moment: milliseconds since 1970, UTC.
    case since(milliseconds: Int64)
    /// After the message that carried this token.
    case token(String)
  }

  /// Streams outcomes, each at least once, and goes on by itself after an interruption from the
  /// token of the last message.
  ///
  /// Keep the token of the last message you dealt with, to go on there in another process.
  ///
  /// - Parameters:
  ///   - start: where to begin.
  ///   - queueID: only of this queue; empty: all.
  ///   - interruption: called once when the connection is lost, before it is made again.
  public func watchOutcomes(
    from start: StreamStart = .now, queue queueID: String = "",
    interruption: (@Sendable (CallbackError) -> Void)? = nil
  ) -> ResumingStream<V1.WatchOutcomesResponse> {
    ResumingStream(
      policy: configuration.retry, interruption: interruption
    ) { last throws(CallbackError) in
      let request = V1.WatchOutcomesRequest(
        from: last.map { .resumeToken($0.resumeToken) } ?? start.wire, queueID: queueID)
      return try await stream(CallbackServiceMethods.watchOutcomes, request)
    }
  }
}

extension CallbackClient.StreamStart {
  fileprivate var wire: V1.WatchOutcomesRequest.From? {
    switch self {
    case .now: nil
    case .since(let milliseconds):
      .since(GoogleProtobuf.Timestamp(milliseconds: milliseconds))
    case .token(let token): .resumeToken(token)
    }
  }
}
