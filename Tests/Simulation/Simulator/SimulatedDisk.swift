import CallbackCore
import EventLog

/// A log's storage as a kernel and a disk give it: what was synced stays, what was only written
/// may be gone after a crash, and an append may end without a word.
struct SimulatedDisk: Sendable {
  private(set) var records: [EventRecord] = []
  /// How many of the records a crash cannot take away.
  private(set) var synced = 0
  /// The newest snapshot; always of synced records.
  private(set) var snapshot: LogSnapshot?

  /// How an append ends.
  enum Fate: String, Hashable, Sendable, CaseIterable {
    case appended, refused, full, conflict, unknownWritten, unknownLost
  }

  /// Where the log ends. The position alone tells two ends apart here, because nobody else writes.
  var head: LogHead {
    LogHead(position: UInt64(records.count), checksum: UInt64(records.count))
  }

  mutating func append(_ batch: LogBatch, after position: LogPosition, _ fate: Fate) -> AppendResult
  {
    let before = head
    guard before.position == position else { return .conflict }
    let end = position + UInt64(batch.records.count)
    let after = LogHead(position: end, checksum: end)
    let unsettled = UnsettledAppend(before: before, after: after, cause: "simulated")
    switch fate {
    case .appended:
      records += batch.records
      synced = records.count
      return .appended(after)
    case .refused: return .refused(.unavailable("simulated"))
    case .full: return .refused(.full)
    case .conflict: return .conflict
    case .unknownWritten:
      records += batch.records
      return .unknown(unsettled)
    case .unknownLost: return .unknown(unsettled)
    }
  }

  /// What became of an append; what was written is synced with the answer.
  mutating func settle(_ append: UnsettledAppend) -> AppendResult {
    synced = records.count
    if head == append.after { return .appended(head) }
    return head == append.before ? .refused(.unavailable("simulated")) : .conflict
  }

  /// Takes away what was not synced, all of it: an append is one transaction.
  mutating func loseUnsynced() { records.removeLast(records.count - synced) }

  /// A start finds what is there and syncs it before it goes on.
  mutating func open() { synced = records.count }

  mutating func save(_ snapshot: LogSnapshot) { self.snapshot = snapshot }
}
