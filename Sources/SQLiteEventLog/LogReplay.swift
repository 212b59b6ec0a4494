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
      let snapshot = try tables.latestSnapshot()
      guard let snapshot, snapshot.head.position <= position else {
        throw .tooOld(earliest: snapshot?.head.position ?? oldest)
      }
      (state, start) = (CallCenter(restoring: snapshot.state), snapshot.head.position)
    }
    try tables.forEachRecord(after: start, upTo: position) { state.apply($0) }
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
      try forEachRecord(after: found, upTo: head) { record in
        if record.stamp.wall <= time { found = record.position }
      }
      return found
    }
  }
}
