import CallbackCore
import EventLog

/// Some records of the log.
public struct RecordPage: Hashable, Sendable {
  /// The records, in order.
  public var records: [EventRecord]
  /// Ask again after this position.
  public var upTo: LogPosition

  /// Puts a page together.
  public init(records: [EventRecord], upTo: LogPosition) {
    self.records = records
    self.upTo = upTo
  }
}

/// Some outcomes.
public struct OutcomePage: Hashable, Sendable {
  /// The outcomes, in order.
  public var outcomes: [OutcomeEntry]
  /// Ask again after this position; it grows also where there was no outcome.
  public var upTo: LogPosition

  /// Puts a page together.
  public init(outcomes: [OutcomeEntry], upTo: LogPosition) {
    self.outcomes = outcomes
    self.upTo = upTo
  }
}

/// Why a feed cannot go on from a position.
public enum FeedError: Error, Hashable, Sendable {
  /// What follows the position is no longer kept; the earliest position that can be resumed from.
  case tooOld(earliest: LogPosition)
  /// The log does not reach to the position: it belongs to another lineage.
  case ahead
  /// The engine or its log does not answer.
  case engine(EngineError)
}

extension Engine {
  /// Up to `limit` records after a position; waits until there is one.
  ///
  /// When the task is cancelled meanwhile, the page is empty and ends at `position`.
  /// - Throws: `.tooOld`, `.ahead`; `.engine(.stopping)` when the engine stops.
  public func records(
    after position: LogPosition, limit: Int = 512
  ) async throws(FeedError) -> RecordPage {
    var hasLooked = false
    while true {
      switch feed.records(after: position, limit: limit) {
      case .page(let page): return page
      case .ahead where !hasLooked: hasLooked = try await lookAgain()
      case .ahead: throw .ahead
      case .ended: throw .engine(.stopping)
      case .inLog:
        let records = try await read { reader throws(EventLogError) in
          try reader.records(after: position, limit: limit)
        }
        return RecordPage(records: records, upTo: records.last?.position ?? position)
      case .nothingYet:
        await feed.wait(after: position, forOutcome: false)
        if Task.isCancelled { return RecordPage(records: [], upTo: position) }
      }
    }
  }

  /// Up to `limit` outcomes after a position; waits until there is one, or until the log has gone
  /// so far on that a fresh position is worth having.
  ///
  /// When the task is cancelled meanwhile, the page is empty and ends at `position`.
  /// - Throws: `.ahead`; `.engine(.stopping)` when the engine stops.
  public func outcomes(
    after position: LogPosition, limit: Int = 512
  ) async throws(FeedError) -> OutcomePage {
    var hasLooked = false
    while true {
      switch feed.outcomes(after: position, limit: limit) {
      case .page(let page): return page
      case .ahead where !hasLooked: hasLooked = try await lookAgain()
      case .ahead: throw .ahead
      case .ended: throw .engine(.stopping)
      case .inLog(let head):
        let outcomes = try await read { reader throws(EventLogError) in
          try reader.outcomes(after: position, limit: limit)
        }
        let upTo = outcomes.count == limit ? outcomes[limit - 1].position : head
        // Outcomes that became durable after `head` was looked up are given again by the next.
        return OutcomePage(outcomes: outcomes.filter { $0.position <= upTo }, upTo: upTo)
      case .nothingYet:
        await feed.wait(after: position, forOutcome: true)
        if Task.isCancelled { return OutcomePage(outcomes: [], upTo: position) }
      }
    }
  }

  /// The position before the first outcome at or after `time`; the end of the log where there is
  /// none.
  public func outcomePosition(since time: WallTime) async throws(FeedError) -> LogPosition {
    try await read { reader throws(EventLogError) in try reader.outcomePosition(since: time) }
  }

  /// The position before the first record at or after `time`; the end of the log where there is
  /// none.
  public func recordPosition(since time: WallTime) async throws(FeedError) -> LogPosition {
    try await read { reader throws(EventLogError) in
      try reader.position(before: time, upTo: try reader.head().position)
    }
  }

  /// A position of another host may be one that this host has not heard of yet.
  private func lookAgain() async throws(FeedError) -> Bool {
    do throws(EngineError) {
      return try await look { _, _ in true }
    } catch {
      throw .engine(error)
    }
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (any EventLogReader) throws(EventLogError) -> Value
  ) async throws(FeedError) -> Value {
    try await reading.readResult(body).mapError { error in
      switch error {
      case .log(.tooOld(let earliest)): FeedError.tooOld(earliest: earliest)
      case .log(let error): FeedError.engine(EngineError(error))
      case .engine(let error): FeedError.engine(error)
      }
    }.get()
  }
}
