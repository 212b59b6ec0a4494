import CallbackCore
import Synchronization

/// A store that lives with the process, for tests and simulations; it can be told to fail.
///
/// What was appended stays when a log on it is closed and opened again, so that a restart can be
/// played. One log at a time; the newest opened one writes.
public final class MemoryEventStore: EventStore {
  let contents: Mutex<MemoryContents>

  /// An empty store.
  public init(lineage: Lineage = .random()) {
    contents = Mutex(MemoryContents(lineage: lineage))
  }

  /// Opens the log; what was appended before is there.
  public func openLog() throws(EventLogError) -> any EventLog { MemoryEventLog(store: self) }

  /// Opens a reader of the same contents.
  public func openReader() throws(EventLogError) -> any EventLogReader {
    MemoryEventLog(store: self)
  }

  /// There is nothing to give back.
  public func close() {}

  /// Makes the next append that has no fault yet end in `fault`.
  public func inject(_ fault: MemoryFault) { contents.withLock { $0.faults.append(fault) } }

  /// Whether `settle` can tell; while it cannot, it answers `.unknown`.
  public func setCanSettle(_ can: Bool) { contents.withLock { $0.canSettle = can } }

  /// Drops the records after `position`, as a disk does that lied about a sync.
  public func loseRecords(after position: LogPosition) {
    contents.withLock { $0.lose(after: position) }
  }

  /// Appends that were durable, or were lost and said so.
  public var appendCount: Int { contents.withLock { $0.appendCount } }
}

/// How an append can be made to end.
public enum MemoryFault: Hashable, Sendable {
  /// As somebody else's write of the next position.
  case conflict
  /// Not written, and the log says so.
  case refused(RefusalReason)
  /// Written, but nobody knows.
  case unknownWritten
  /// Not written, and nobody knows.
  case unknownLost
  /// Written after all: no fault. Keeps the place of an append that succeeds.
  case none
}

/// What a store in memory holds.
struct MemoryContents: Sendable {
  let lineage: Lineage
  var records: [EventRecord] = []
  var checksums: [UInt64] = []
  /// Records before these were dropped.
  var dropped = LogHead.empty
  var snapshot: LogSnapshot?
  var callbacks: [CallbackID: Callback] = [:]
  var attempts: [AttemptID: Attempt] = [:]
  var links: [HistoryLink] = []
  var outcomes: [OutcomeEntry] = []
  var forgettings: [KeptForgetting] = []
  var faults: [MemoryFault] = []
  var canSettle = true
  var appendCount = 0

  init(lineage: Lineage) { self.lineage = lineage }

  var head: LogHead {
    guard let last = checksums.last else { return dropped }
    return LogHead(position: dropped.position + UInt64(checksums.count), checksum: last)
  }

  /// The checksum of the record at a position that is kept, or of the last dropped one.
  func checksum(at position: LogPosition) -> UInt64? {
    if position == dropped.position { return dropped.checksum }
    guard position > dropped.position, position <= head.position else { return nil }
    return checksums[Int(position - dropped.position) - 1]
  }

  /// Where the log would end with `records` appended.
  func head(with records: [EventRecord]) -> LogHead {
    records.reduce(head) { head, record in
      var hasher = Hasher()
      hasher.combine(head.checksum)
      hasher.combine(record)
      let checksum = UInt64(bitPattern: Int64(hasher.finalize()))
      return LogHead(position: head.position + 1, checksum: checksum)
    }
  }

  mutating func write(_ batch: LogBatch) {
    for record in batch.records {
      let next = head(with: [record])
      records.append(record)
      checksums.append(next.checksum)
    }
    for change in batch.history {
      switch change {
      case .callback(let callback): callbacks[callback.id] = callback
      case .attempt(let attempt): attempts[attempt.id] = attempt
      case .link(let link): links.append(link)
      case .outcome(let outcome): outcomes.append(outcome)
      case .forgetting(let due):
        forgettings.append(KeptForgetting(due, forgettings.count, links: links.count))
      }
    }
    appendCount += 1
  }

  mutating func lose(after position: LogPosition) {
    while head.position > position, !records.isEmpty {
      records.removeLast()
      checksums.removeLast()
    }
    outcomes.removeAll { $0.position > position }
  }

  /// Does what is due.
  mutating func forget(_ id: UInt64, leaving snapshot: LogSnapshot) {
    guard let index = forgettings.firstIndex(where: { $0.entry.id == id }),
      let due = forgettings[index].due
    else { return }
    let callbacks = forget(
      due, links: forgettings[index].links, but: snapshot.callbacks(with: due.e164))
    self.snapshot = snapshot
    drop(upTo: snapshot.head.position)
    // Nothing is left to do for what was decided of the same number before.
    for index in forgettings.indices.prefix(index + 1)
    where forgettings[index].due?.e164 == due.e164 {
      forgettings[index].due = nil
    }
    forgettings[index].entry.callbacks = UInt64(callbacks)
  }

  /// Removes a number from the history, of which so many links were there at the decision; gives
  /// the number of callbacks that it was in.
  private mutating func forget(
    _ due: DueForgetting, links: Int, but kept: Set<CallbackID>
  ) -> Int {
    let found = Set(
      callbacks.values.filter { $0.mentions(due.e164) }.map(\.id)
        + attempts.values.filter { $0.mentions(due.e164) }.map(\.callback)
        + outcomes.filter { $0.number.e164 == due.e164 }.map(\.callback))
    let gone = found.filter { $0 < due.firstKept && !kept.contains($0) }
    for id in gone { callbacks[id] = nil }
    attempts = attempts.filter { !gone.contains($0.value.callback) }
    outcomes.removeAll { gone.contains($0.callback) }
    let removed = self.links.indices.prefix(links).filter {
      self.links[$0].number.e164 == due.e164
    }
    for index in removed.reversed() { self.links.remove(at: index) }
    for index in forgettings.indices {
      forgettings[index].links -= removed.count { $0 < forgettings[index].links }
    }
    return gone.count
  }

  mutating func drop(upTo position: LogPosition) {
    guard let checksum = checksum(at: position) else { return }
    let count = Int(position - dropped.position)
    records.removeFirst(count)
    checksums.removeFirst(count)
    dropped = LogHead(position: position, checksum: checksum)
  }
}

/// A forgetting as a store in memory keeps it.
struct KeptForgetting: Sendable {
  /// What is still to do; nil when it is done.
  var due: DueForgetting?
  let request: Fingerprint
  /// How many of the links were there at the decision.
  var links: Int
  var entry: ForgettingEntry

  init(_ due: DueForgetting, _ before: Int, links: Int) {
    let id = UInt64(before) + 1
    self.due = due
    self.links = links
    request = due.request
    entry = ForgettingEntry(id: id, at: due.at, actor: due.actor, callbacks: 0)
  }
}
