import CallbackCore
import EventLog

struct Unexpected: Error {
  let what: String
  init(_ what: Any) { self.what = "\(what)" }
}

/// Records and history of a made-up call center.
enum Made {
  static func callback(_ index: UInt64) -> Callback {
    Callback(
      id: CallbackID(high: index, low: 7), queue: QueueID("q"), state: .queued,
      requestedAt: WallTime(Int64(index)), placedAt: Instant(Int64(index)),
      request: Shared(
        CallbackRequest(
          caller: Caller(name: "Zoë"), number: PhoneNumber(e164: "+15550100"),
          note: String(repeating: "n", count: Int(index % 50)))),
      resolution: Shared(CallerRanking.resolve(.none, at: nil)))
  }

  /// A batch of `count` records after `position`, with a history of its own.
  static func batch(after position: LogPosition, count: UInt64 = 1) -> LogBatch {
    let callbacks = (1...count).map { callback(position + $0) }
    let records = callbacks.enumerated().map { index, callback in
      EventRecord(
        position: position + UInt64(index) + 1,
        stamp: EventStamp(now: Instant(1), wall: WallTime(2), actor: Actor(userID: 3)),
        event: .callbackRequested(callback))
    }
    return LogBatch(records: records, history: callbacks.map { .callback($0) })
  }
}

extension EventLog {
  /// Appends a batch after the end, which must succeed.
  @discardableResult
  func appendMade(_ count: UInt64 = 1) throws -> LogHead {
    let end = try head()
    let result = append(Made.batch(after: end.position, count: count), after: end.position)
    guard case .appended(let head) = result else { throw Unexpected(result) }
    return head
  }
}

/// Everything that can be read of a log.
struct Contents: Equatable {
  var head: LogHead
  var records: [EventRecord]
  var history: [HistoryEntry]
  var snapshot: LogSnapshot?

  init(_ log: any EventLog) throws {
    head = try log.head()
    records = try log.records(after: try log.oldestPosition(), limit: .max)
    history = try log.history(.number(e164: "+15550100"), before: nil, limit: 100_000)
    snapshot = try log.latestSnapshot()
  }
}
