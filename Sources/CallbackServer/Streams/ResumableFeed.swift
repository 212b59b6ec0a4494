import CallbackEngine
import CallbackMessages
import CallbackWire
import EventLog
import ProtobufC
import Synchronization
import UnixRPC

/// Streams what a log holds after a position, with a token in every message that a client can go on
/// from: the one way in which outcomes and events are followed.
///
/// Every page is read when the reader has taken the one before, so a slow reader costs nothing but
/// its own reads.
struct ResumableFeed<Item: Sendable, Message: WireMessage>: Sendable {
  /// Where a stream begins.
  enum Start: Sendable {
    /// After the message that carried the token.
    case token(String)
    /// After a position that is worked out when the stream begins.
    case position(@Sendable () async throws -> LogPosition)
    /// With what comes.
    case now
  }

  /// What a page is: items with their positions, and how far it goes.
  typealias Page = (items: [(position: LogPosition, item: Item)], upTo: LogPosition)

  let engine: Engine
  /// What comes after a position, at most so many records; waits until there is something.
  let page: @Sendable (LogPosition, Int) async throws(FeedError) -> Page
  /// A message at a position with its token; without an item it says that there is nothing to tell
  /// up to there.
  let message: @Sendable (LogPosition, String, Item?) -> Message

  /// Records of a page.
  private static var pageSize: Int { 256 }

  /// Streams until the reader goes away or the server stops.
  func run(
    from start: Start, _ call: RPCCall, _ responses: MessageWriter<Message>
  ) async throws {
    let place = Mutex(try await position(of: start))
    call.onDrain {
      responses.finish(.stopping(resumeToken: token(place.withLock { $0 })))
    }
    try await responses.write(checkpoint(place.withLock { $0 }))
    while true {
      let page = try await next(after: place.withLock { $0 })
      for (position, item) in page.items {
        try await responses.write(message(position, token(position), item))
      }
      if page.items.last?.position != page.upTo { try await responses.write(checkpoint(page.upTo)) }
      place.withLock { $0 = page.upTo }
    }
  }

  private func position(of start: Start) async throws -> LogPosition {
    switch start {
    case .token(let text):
      let token = try ResumeToken(text: text, "resume_token")
      guard token.lineage == engine.lineage.bytes else { throw FeedError.ahead }
      return token.position
    case .position(let find): return try await find()
    case .now: return try await engine.read { _, point in point.position }
    }
  }

  private func next(after position: LogPosition) async throws -> Page {
    do throws(FeedError) {
      return try await page(position, Self.pageSize)
    } catch {
      guard case .tooOld(let earliest) = error else { throw error }
      var refusal = Refusal(error)
      refusal.detail = .resume(.init(earliestToken: token(earliest)))
      throw refusal
    }
  }

  private func checkpoint(_ position: LogPosition) -> Message {
    message(position, token(position), nil)
  }

  private func token(_ position: LogPosition) -> String {
    ResumeToken(lineage: engine.lineage.bytes, position: position).text
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
