import CallbackCore

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
  /// Where the replay began: 0, or the snapshot before which records were dropped.
  public var start: LogPosition

  /// Replays a log up to a moment. What is read must be of one moment itself.
  ///
  /// - Throws: `.tooOld` for a moment of which records were dropped; `.unavailable` for one that
  ///   has not come; `.dataLoss`; what reading throws.
  public init(of log: any EventLogReader, until end: End) throws(EventLogError) {
    let position = try log.position(of: end)
    var (state, start) = (CallCenter(), LogPosition(0))
    let oldest = try log.oldestPosition()
    if oldest > 0 {
      let snapshot = try log.latestSnapshot()
      guard let snapshot, snapshot.head.position <= position else {
        throw .tooOld(earliest: snapshot?.head.position ?? oldest)
      }
      (state, start) = (CallCenter(restoring: snapshot.state), snapshot.head.position)
    }
    try log.forEachRecord(after: start, upTo: position) { state.apply($0) }
    self.position = position
    self.state = state
    self.start = start
  }
}

extension EventLogReader {
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
      var found = try oldestPosition()
      try forEachRecord(after: found, upTo: head) { record in
        if record.stamp.wall <= time { found = record.position }
      }
      return found
    }
  }
}
