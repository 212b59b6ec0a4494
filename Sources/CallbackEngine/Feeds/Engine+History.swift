import CallbackCore
import EventLog

/// A page of the history.
public struct HistoryPage: Hashable, Sendable {
  /// The entries, newest first.
  public var entries: [HistoryEntry]
  /// Where the next page begins; nil where there is none.
  public var next: HistoryCursor?
  /// The position of the log at which this is true.
  public var position: LogPosition
  /// Who has the offer or the attempt of the live callbacks that somebody has.
  public var holders: [CallbackID: AgentID]

  /// Puts a page together.
  public init(
    entries: [HistoryEntry], next: HistoryCursor?, position: LogPosition,
    holders: [CallbackID: AgentID] = [:]
  ) {
    self.entries = entries
    self.next = next
    self.position = position
    self.holders = holders
  }
}

extension Engine {
  /// How often a page is read again because more happened meanwhile than the feed keeps, or than
  /// can be made up for.
  private static let historyTries = 8

  /// A page of the history, newest first, as it is at its position. Callbacks that are still live
  /// come as they stand.
  ///
  /// The history is read beside the log, and what was appended meanwhile is added to it: no entry
  /// is missing that the log had at the position, and none is half.
  ///
  /// - Parameters:
  ///   - cursor: the end of the page before; nil for the first.
  ///   - limit: at most so many entries; at least 1.
  public func history(
    _ query: HistoryQuery, before cursor: HistoryCursor? = nil, limit: Int = 20
  ) async throws(EngineError) -> HistoryPage {
    for _ in 0..<Self.historyTries {
      // One more than asked for tells whether there is another page.
      let (before, kept) = try await reading.read { reader throws(EventLogError) in
        (
          try reader.head().position,
          try reader.history(query, before: cursor, limit: limit + 1)
        )
      }
      let page = try await look { [feed] state, point -> HistoryPage? in
        guard let since = feed.recordsKept(after: before) else { return nil }
        let catchUp = HistoryCatchUp(since)
        let entries = catchUp.page(kept, of: query, before: cursor, in: state)
        let page = entries.prefix(limit)
        guard !page.contains(where: { catchUp.isHalf($0, beside: kept) }) else { return nil }
        let hasMore = max(kept.count, entries.count) > limit
        return HistoryPage(page, hasMore: hasMore, state, at: point)
      }
      if let page { return page }
    }
    throw .overloaded
  }

  /// A callback of the history, which for one that has finished is as it ended; nil when the
  /// history does not know it.
  public func finishedCallback(_ id: CallbackID) async throws(EngineError) -> HistoryCallback? {
    try await reading.read { reader throws(EventLogError) in try reader.callback(id) }
  }

  /// A read that throws nothing of its own.
  func look<Value: Sendable>(
    _ body: @escaping @Sendable (borrowing CallCenter, ReadPoint) -> Value
  ) async throws(EngineError) -> Value {
    do {
      return try await read { state, point in body(state, point) }
    } catch let error as EngineError {
      throw error
    } catch {
      throw .unavailable("\(error)")
    }
  }
}

extension HistoryPage {
  /// A page of entries, with what the state knows better of live callbacks.
  fileprivate init(
    _ kept: ArraySlice<HistoryEntry>, hasMore: Bool, _ state: borrowing CallCenter,
    at point: ReadPoint
  ) {
    self.init(
      entries: [], next: hasMore ? kept.last?.cursor : nil, position: point.position)
    for entry in kept {
      guard case .callback(let kept) = entry.kind else {
        entries.append(entry)
        continue
      }
      let standing = kept.asItStands(in: state)
      entries.append(HistoryEntry(cursor: entry.cursor, kind: .callback(standing)))
      holders[standing.callback.id] = standing.callback.holder(in: state)
    }
  }
}

extension Callback {
  /// Who has its offer or its attempt.
  fileprivate func holder(in state: borrowing CallCenter) -> AgentID? {
    switch self.state {
    case .offered(let id): state.offer(id)?.agent
    case .dialing(let id), .connected(let id), .uncertain(let id): state.attempt(id)?.agent
    case .scheduled, .queued, .retryWait, .finished: nil
    }
  }
}

extension HistoryCallback {
  /// The same with what the state knows better: a live callback and its running attempt.
  fileprivate func asItStands(in state: borrowing CallCenter) -> HistoryCallback {
    guard let current = state.callback(callback.id) else { return self }
    var result = HistoryCallback(callback: current, attempts: attempts)
    if let id = current.state.attempt, let running = state.attempt(id) {
      result.attempts.removeAll { $0.id == id }
      result.attempts.append(running)
    }
    return result
  }
}
