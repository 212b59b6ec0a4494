import CallbackCore
import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import Synchronization
import UnixRPC

extension AdminService {
  /// Streams what happens from a token, from a moment, or from now.
  ///
  /// Every page is read when the reader has taken the one before, so a slow reader costs nothing
  /// but its own reads.
  func watchEvents(
    _ request: V1.WatchEventsRequest, _ call: RPCCall,
    _ responses: MessageWriter<V1.WatchEventsResponse>
  ) async throws {
    let feed = ServiceEventFeed(engine: context.engine)
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

/// The events of the log as clients see them, page by page.
private struct ServiceEventFeed: Sendable {
  let engine: Engine

  /// The position after which the stream begins.
  func start(_ from: V1.WatchEventsRequest.From?) async throws -> LogPosition {
    switch from {
    case .resumeToken(let text):
      let token = try ResumeToken(text: text, "resume_token")
      guard token.lineage == engine.lineage.bytes else { throw FeedError.ahead }
      return token.position
    case .since(let time):
      return try await engine.recordPosition(since: time.wallTime("since"))
    case nil:
      return try await engine.read { _, point in point.position }
    }
  }

  /// What comes after a position; waits until there is something.
  func next(
    after position: LogPosition
  ) async throws -> (messages: [V1.WatchEventsResponse], upTo: LogPosition) {
    do throws(FeedError) {
      let page = try await engine.records(after: position, limit: 256)
      var messages = page.records.compactMap(message)
      if messages.last?.logPosition != page.upTo { messages.append(checkpoint(page.upTo)) }
      return (messages, page.upTo)
    } catch {
      guard case .tooOld(let earliest) = error else { throw error }
      var refusal = Refusal(error)
      refusal.detail = .resume(.init(earliestToken: token(earliest)))
      throw refusal
    }
  }

  /// Says that there is nothing to tell up to a position.
  func checkpoint(_ position: LogPosition) -> V1.WatchEventsResponse {
    .init(logPosition: position, resumeToken: token(position), message: .checkpoint(.init()))
  }

  /// The token of a position.
  func token(_ position: LogPosition) -> String {
    ResumeToken(lineage: engine.lineage.bytes, position: position).text
  }

  private func message(_ record: EventRecord) -> V1.WatchEventsResponse? {
    V1.ServiceEvent(record).map {
      V1.WatchEventsResponse(
        logPosition: record.position, resumeToken: token(record.position), message: .event($0))
    }
  }
}
