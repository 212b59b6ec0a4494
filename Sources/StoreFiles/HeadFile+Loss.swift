import EventLog

extension HeadFile.Entry {
  /// What is missing in a log of what was noted, in words; nil where nothing is.
  public func loss(in log: any EventLogReader) throws(EventLogError) -> String? {
    guard lineage == log.lineage else {
      return "the log is not the one that the head file belongs to"
    }
    let end = try log.head()
    if head.position > end.position {
      return "the log ends at \(end.position), but once held \(head.position) records"
    }
    guard let there = try log.head(at: head.position) else { return nil }
    return there == head ? nil : "the record at \(head.position) is not the one that was written"
  }
}
