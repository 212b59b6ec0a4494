import CallbackCore

/// A log in memory that keeps the promise of `EventLog`, or breaks it as it is told.
final class MemoryEventLog: EventLog {
  private let store: MemoryEventStore
  var onAppend: (@Sendable (LogHead) -> Void)?
  /// Set after an append of unknown fate: the log must be opened anew.
  private var isSuspended = false

  init(store: MemoryEventStore) { self.store = store }

  var lineage: Lineage { store.contents.withLock { $0.lineage } }

  func head() throws(EventLogError) -> LogHead { store.contents.withLock { $0.head } }

  func head(at position: LogPosition) throws(EventLogError) -> LogHead? {
    store.contents.withLock { contents in
      contents.checksum(at: position).map { LogHead(position: position, checksum: $0) }
    }
  }

  func oldestPosition() throws(EventLogError) -> LogPosition {
    store.contents.withLock { $0.dropped.position }
  }

  // MARK: - Writing

  func append(_ batch: LogBatch, after position: LogPosition) -> AppendResult {
    guard !isSuspended else { return .refused(.unavailable("the log must be opened anew")) }
    let result = store.contents.withLock { contents -> AppendResult in
      let before = contents.head
      guard before.position == position else { return .conflict }
      let after = contents.head(with: batch.records)
      let fault = contents.faults.isEmpty ? .none : contents.faults.removeFirst()
      let unsettled = UnsettledAppend(before: before, after: after, cause: "as injected")
      switch fault {
      case .conflict: return .conflict
      case .refused(let reason): return .refused(reason)
      case .unknownLost: return .unknown(unsettled)
      case .unknownWritten:
        contents.write(batch)
        return .unknown(unsettled)
      case .none:
        contents.write(batch)
        return .appended(after)
      }
    }
    switch result {
    case .appended(let head): onAppend?(head)
    case .unknown: isSuspended = true
    case .conflict, .refused: break
    }
    return result
  }

  func settle(_ append: UnsettledAppend) -> AppendResult {
    store.contents.withLock { contents in
      guard contents.canSettle else { return .unknown(append) }
      let head = contents.head
      if contents.checksum(at: append.after.position) == append.after.checksum,
        append.after != append.before
      {
        return .appended(head)
      }
      if head == append.before { return .refused(.unavailable(append.cause)) }
      return .conflict
    }
  }

  func latestSnapshot() throws(EventLogError) -> LogSnapshot? {
    store.contents.withLock { $0.snapshot }
  }

  func save(_ snapshot: LogSnapshot) throws(EventLogError) {
    store.contents.withLock { $0.snapshot = snapshot }
  }

  func answersKept() throws(EventLogError) -> UInt64 { 0 }

  func dropRecords(upTo position: LogPosition) throws(EventLogError) {
    store.contents.withLock { contents in
      guard let snapshot = contents.snapshot, snapshot.head.position >= position else { return }
      contents.drop(upTo: position)
    }
  }

  func forget(_ id: UInt64, leaving snapshot: LogSnapshot) throws(EventLogError) {
    store.contents.withLock { $0.forget(id, leaving: snapshot) }
  }

  /// What is freed is not ours any more.
  func overwriteForgotten() throws(EventLogError) {}

  func probe() throws(EventLogError) {
    let next = store.contents.withLock { $0.faults.first }
    if case .refused(let reason)? = next { throw .unavailable("\(reason)") }
  }

  func maintain() throws(EventLogError) {}

  func close() {}

  // MARK: - Reading

  func records(after position: LogPosition, limit: Int) throws(EventLogError) -> [EventRecord] {
    let found = store.contents.withLock { contents -> Result<[EventRecord], EventLogError> in
      guard position >= contents.dropped.position else {
        return .failure(.tooOld(earliest: contents.dropped.position))
      }
      let start = Int(min(position, contents.head.position) - contents.dropped.position)
      return .success(Array(contents.records[start...].prefix(limit)))
    }
    return try found.get()
  }

  func history(
    _ query: HistoryQuery, before cursor: HistoryCursor?, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    let entries = store.contents.withLock { $0.entries(query) }
    return Array(
      entries.filter { entry in cursor.map { entry.cursor < $0 } ?? true }
        .sorted { $0.cursor > $1.cursor }.prefix(limit))
  }

  func callback(_ id: CallbackID) throws(EventLogError) -> HistoryCallback? {
    store.contents.withLock { contents in
      contents.callbacks[id].map { contents.withAttempts($0) }
    }
  }

  func outcomes(after position: LogPosition, limit: Int) throws(EventLogError) -> [OutcomeEntry] {
    store.contents.withLock { contents in
      Array(contents.outcomes.filter { $0.position > position }.prefix(limit))
    }
  }

  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    store.contents.withLock { contents in
      Array(
        contents.forgettings.filter { $0.due == nil }.map(\.entry).filter { $0.id > id }
          .prefix(limit))
    }
  }

  func unfinishedForgettings() throws(EventLogError) -> [UnfinishedForgetting] {
    store.contents.withLock { contents in
      contents.forgettings.compactMap { kept in
        kept.due.map {
          UnfinishedForgetting(id: kept.entry.id, e164: $0.e164, actor: $0.actor)
        }
      }
    }
  }

  func forgetting(by request: Fingerprint) throws(EventLogError) -> UInt64? {
    store.contents.withLock { $0.forgettings.last { $0.request == request }?.entry.id }
  }

  func outcomePosition(since time: WallTime) throws(EventLogError) -> LogPosition {
    store.contents.withLock { contents in
      contents.outcomes.first { $0.occurredAt >= time }.map { $0.position - 1 }
        ?? contents.head.position
    }
  }
}

extension MemoryContents {
  fileprivate func entries(_ query: HistoryQuery) -> [HistoryEntry] {
    switch query {
    case .number(let e164):
      callbackEntries { $0.line.e164 == e164 }
        + links.enumerated().filter { $0.element.number.e164 == e164 }.map { index, link in
          HistoryEntry(
            cursor: HistoryCursor(at: link.at, high: 0, low: UInt64(index + 1)),
            kind: .link(link))
        }
    case .agent(let agent):
      attempts.values.filter { $0.agent == agent }.compactMap { attempt in
        callbacks[attempt.callback].map { callback in
          HistoryEntry(
            cursor: HistoryCursor(attempt), kind: .callback(withAttempts(callback)))
        }
      }
    case .day(let day):
      callbackEntries { $0.requestedAt.day == day }
    case .all: callbackEntries { _ in true }
    }
  }

  private func callbackEntries(where holds: (Callback) -> Bool) -> [HistoryEntry] {
    callbacks.values.filter(holds).map { callback in
      HistoryEntry(cursor: HistoryCursor(callback), kind: .callback(withAttempts(callback)))
    }
  }

  fileprivate func withAttempts(_ callback: Callback) -> HistoryCallback {
    let own = attempts.values.filter { $0.callback == callback.id }.sorted { $0.id < $1.id }
    return HistoryCallback(callback: callback, attempts: own)
  }
}

extension WallTime {
  /// The day of Unix time (UTC) that holds the moment.
  public var day: Int32 {
    let length: Int64 = 86_400_000
    let days = milliseconds / length - (milliseconds % length < 0 ? 1 : 0)
    return Int32(clamping: days)
  }
}
