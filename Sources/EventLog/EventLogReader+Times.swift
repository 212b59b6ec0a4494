import CallbackCore

extension EventLogReader {
  /// The newest record before `time`, found by bisection: the wall clock may have jumped between
  /// records, and then it is one near there. The oldest position where all are later.
  ///
  /// - Parameter end: the last record that is looked at.
  public func position(
    before time: WallTime, upTo end: LogPosition
  ) throws(EventLogError) -> LogPosition {
    var (earlier, later) = (try oldestPosition(), end + 1)
    while earlier + 1 < later {
      let middle = earlier + (later - earlier) / 2
      let record = try records(after: middle - 1, limit: 1).first
      if let record, record.stamp.wall < time { earlier = middle } else { later = middle }
    }
    return earlier
  }
}
