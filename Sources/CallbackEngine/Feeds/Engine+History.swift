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

  /// Puts a page together.
  public init(entries: [HistoryEntry], next: HistoryCursor?, position: LogPosition) {
    self.entries = entries
    self.next = next
    self.position = position
  }
}

extension Engine {
  /// A page of the history, newest first. Callbacks that are still live come as they stand.
  ///
  /// - Parameters:
  ///   - cursor: the end of the page before; nil for the first.
  ///   - limit: at most so many entries; at least 1.
  public func history(
    _ query: HistoryQuery, before cursor: HistoryCursor? = nil, limit: Int = 20
  ) async throws(EngineError) -> HistoryPage {
    // One more than asked for tells whether there is another page.
    let kept = try await reading.read { reader throws(EventLogError) in
      try reader.history(query, before: cursor, limit: limit + 1)
    }
    let page = Array(kept.prefix(limit))
    let next = kept.count > limit ? page.last?.cursor : nil
    return try await look { state, point in
      let entries = page.map { entry -> HistoryEntry in
        guard case .callback(let kept) = entry.kind else { return entry }
        return HistoryEntry(cursor: entry.cursor, kind: .callback(kept.asItStands(in: state)))
      }
      return HistoryPage(entries: entries, next: next, position: point.position)
    }
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
