import CallbackCore
import CallbackWire
import EventLog
import SQLite

/// The state that a log gives up to one of its records.
public struct LogReplay: Sendable {
  /// Which moment is asked for.
  public enum End: Hashable, Sendable {
    /// The end of the log.
    case head
    /// With this record and none after it.
    case position(LogPosition)
    /// With the last record that was stamped at or before this time of the wall clock.
    case time(WallTime)
  }

  /// The last record that is in the state.
  public var position: LogPosition
  /// The state.
  public var state: CallCenter
  /// The state as a snapshot holds it, part by part: equal states have equal bytes.
  public var parts: [[UInt8]]
  /// A checksum of these bytes.
  public var digest: UInt64
  /// Where the replay began: 0, or the snapshot before which records were dropped.
  public var start: LogPosition
}

extension SQLiteEventStore {
  /// Replays a log up to a moment; may run beside the process that writes.
  ///
  /// - Throws: `.tooOld` for a moment of which records were dropped; `.unavailable` for one that
  ///   has not come; `.dataLoss`; `.newerSchema`.
  public static func replay(
    directory path: String, until end: LogReplay.End
  ) throws(EventLogError) -> LogReplay {
    let tables = try readOnlyTables(in: path)
    try sqlite { () throws(SQLiteError) in try tables.database.begin(.deferred) }
    defer { try? tables.database.rollback() }
    let position = try tables.position(of: end)
    var state = CallCenter()
    var start: LogPosition = 0
    let oldest = try tables.dropped().position
    if oldest > 0 {
      guard let snapshot = try tables.latestSnapshot(), snapshot.head.position <= position else {
        throw .tooOld(earliest: try tables.latestSnapshot()?.head.position ?? oldest)
      }
      (state, start) = (CallCenter(restoring: snapshot.state), snapshot.head.position)
    }
    var next = start
    while next < position {
      let limit = Int(min(4_096, position - next))
      let records = try tables.records(after: next, limit: limit)
      guard let last = records.last else { throw .dataLoss("the record at \(next + 1) is missing") }
      for record in records { state.apply(record) }
      next = last.position
    }
    var parts: [[UInt8]] = []
    var digest: UInt64 = 0
    SnapshotCodec.encode(state.snapshot()) { (part: [UInt8]) throws(Never) in
      digest = part.withUnsafeBytes {
        RecordChain.next(after: digest, position: position, payload: $0)
      }
      parts.append(part)
    }
    return LogReplay(
      position: position, state: state, parts: parts, digest: digest, start: start)
  }
}

extension LogTables {
  /// The last record of what is asked for.
  fileprivate func position(of end: LogReplay.End) throws(EventLogError) -> LogPosition {
    let head = try head().position
    switch end {
    case .head: return head
    case .position(let position):
      guard position <= head else {
        throw .unavailable("there is no record \(position): the log ends at \(head)")
      }
      return position
    case .time(let time):
      var found = try dropped().position
      var next = found
      while next < head {
        let records = try records(after: next, limit: 4_096)
        guard let last = records.last else {
          throw .dataLoss("the record at \(next + 1) is missing")
        }
        if let stamped = records.last(where: { $0.stamp.wall <= time }) { found = stamped.position }
        next = last.position
      }
      return found
    }
  }
}
