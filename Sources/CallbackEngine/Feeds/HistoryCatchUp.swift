import CallbackCore
import EventLog

/// What records add to a page of the history that was read before them.
///
/// A page that has a part of it already may be given too: what is added replaces what was there.
struct HistoryCatchUp {
  /// Callbacks that were made, changed or have finished.
  private var callbacks: Set<CallbackID> = []
  /// Attempts that ended, reached voicemail, became uncertain or were commented on.
  private var attempts: Set<AttemptID> = []

  init(_ records: [EventRecord]) {
    for record in records {
      switch record.event {
      case .callbackRequested(let callback), .callbackFinished(let callback):
        callbacks.insert(callback.id)
      case .callbackUpdated(let change), .requestMerged(let change), .callbackRequeued(let change):
        callbacks.insert(change.id)
      case .attemptEnded(let attempt), .dispositionRecorded(let attempt):
        attempts.insert(attempt.id)
      case .attemptBecameUncertain(let id), .attemptConnected(let id, .voicemail, _):
        attempts.insert(id)
      default: break
      }
    }
  }

  /// The page as it would be read now; it may have grown.
  ///
  /// - Parameters:
  ///   - kept: the page as it was read.
  ///   - cursor: where the page before it ended.
  ///   - state: behind the records, which still knows whatever they are about.
  func page(
    _ kept: [HistoryEntry], of query: HistoryQuery, before cursor: HistoryCursor?,
    in state: borrowing CallCenter
  ) -> [HistoryEntry] {
    guard !callbacks.isEmpty || !attempts.isEmpty else { return kept }
    var entries = kept.filter { isStillThere($0, query, state) }
    let ended = attempts.sorted().compactMap { state.attempt($0) }
    for callback in callbacks.sorted().compactMap({ state.callback($0) })
    where query.holds(callback) {
      add(callback, HistoryCursor(callback), to: &entries)
    }
    if case .agent(let agent) = query {
      for attempt in ended where attempt.agent == agent {
        guard let callback = state.callback(attempt.callback) else { continue }
        add(callback, HistoryCursor(attempt), to: &entries)
      }
    }
    for index in entries.indices {
      guard case .callback(var kept) = entries[index].kind else { continue }
      if callbacks.contains(kept.callback.id), let callback = state.callback(kept.callback.id) {
        kept.callback = callback
      }
      for attempt in ended where attempt.callback == kept.callback.id {
        kept.attempts.removeAll { $0.id == attempt.id }
        kept.attempts.append(attempt)
      }
      kept.attempts.sort { $0.id < $1.id }
      entries[index].kind = .callback(kept)
    }
    return entries.filter { entry in cursor.map { entry.cursor < $0 } ?? true }
      .sorted { $0.cursor > $1.cursor }
  }

  /// Whether an entry that was added lacks attempts which nobody has read: its callback has come
  /// into the page with attempts from before, by a change of its number or a later attempt.
  func isHalf(_ entry: HistoryEntry, beside kept: [HistoryEntry]) -> Bool {
    guard case .callback(let added) = entry.kind,
      !kept.contains(where: { $0.cursor == entry.cursor })
    else { return false }
    let running = added.callback.state.attempt.map { id in
      added.attempts.contains { $0.id == id } ? 0 : 1
    }
    return added.callback.attemptsStarted > added.attempts.count + (running ?? 0)
  }

  private func add(
    _ callback: Callback, _ cursor: HistoryCursor, to entries: inout [HistoryEntry]
  ) {
    let isThere = entries.contains { entry in
      if case .callback = entry.kind { entry.cursor == cursor } else { false }
    }
    if isThere { return }
    let new = HistoryCallback(callback: callback, attempts: [])
    entries.append(HistoryEntry(cursor: cursor, kind: .callback(new)))
  }

  /// A callback whose number was changed has left the history of the old one.
  private func isStillThere(
    _ entry: HistoryEntry, _ query: HistoryQuery, _ state: borrowing CallCenter
  ) -> Bool {
    guard case .callback(let kept) = entry.kind, callbacks.contains(kept.callback.id),
      case .number = query, let callback = state.callback(kept.callback.id)
    else { return true }
    return query.holds(callback)
  }
}

extension HistoryQuery {
  /// Whether a callback is an entry by itself; those of an agent are entries by their attempts.
  fileprivate func holds(_ callback: Callback) -> Bool {
    switch self {
    case .number(let e164): callback.line.e164 == e164
    case .day(let day):
      callback.requestedAt.milliseconds >= Int64(day) * 86_400_000
        && callback.requestedAt.milliseconds < (Int64(day) + 1) * 86_400_000
    case .all: true
    case .agent: false
    }
  }
}
