import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import UnixRPC

extension AdminService {
  /// Streams what happens from a token, from a moment, or from now.
  func watchEvents(
    _ request: V1.WatchEventsRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.WatchEventsResponse>
  ) async throws {
    let engine = context.engine
    let feed = ResumableFeed<V1.ServiceEvent, V1.WatchEventsResponse>(engine: engine) {
      position, limit throws(FeedError) in
      let page = try await engine.records(after: position, limit: limit)
      let told = page.records.compactMap { record in
        V1.ServiceEvent(record).map { (record.position, $0) }
      }
      return (told, page.upTo)
    } message: { position, token, event in
      V1.WatchEventsResponse(
        logPosition: position, resumeToken: token,
        message: event.map { .event($0) } ?? .checkpoint(.init()))
    }
    switch request.from {
    case .resumeToken(let token): try await feed.run(from: .token(token), call, responses)
    case .since(let time):
      let since = try time.wallTime("since")
      try await feed.run(
        from: .position { try await engine.recordPosition(since: since) }, call, responses)
    case nil: try await feed.run(from: .now, call, responses)
    }
  }
}
