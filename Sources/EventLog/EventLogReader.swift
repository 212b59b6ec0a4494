import CallbackCore

/// What can be read of a log and its history. One owner at a time.
public protocol EventLogReader: AnyObject {
  /// Which history of positions this is.
  var lineage: Lineage { get }
  /// Where the log ends.
  func head() throws(EventLogError) -> LogHead
  /// Where the log ended when its last record was the one at `position`; nil where that record is
  /// not known.
  func head(at position: LogPosition) throws(EventLogError) -> LogHead?
  /// The position before the oldest record that is kept: 0 while all are.
  func oldestPosition() throws(EventLogError) -> LogPosition

  /// Up to `limit` records after `position`, in order; empty at the end of the log.
  ///
  /// - Throws: `.tooOld` when records after `position` were dropped; `.dataLoss` when a record's
  ///   checksum does not continue the chain.
  func records(after position: LogPosition, limit: Int) throws(EventLogError) -> [EventRecord]

  /// The newest whole snapshot, or nil when there is none.
  ///
  /// - Throws: `.dataLoss` when it is not what was written, or not of this log.
  func latestSnapshot() throws(EventLogError) -> LogSnapshot?

  /// A page of the history, newest first.
  func history(
    _ query: HistoryQuery, before cursor: HistoryCursor?, limit: Int
  ) throws(EventLogError) -> [HistoryEntry]

  /// A callback as it was last kept, which for one that has finished is as it ended; nil when the
  /// history does not know it.
  func callback(_ id: CallbackID) throws(EventLogError) -> HistoryCallback?

  /// Up to `limit` outcomes after `position`, in order.
  func outcomes(after position: LogPosition, limit: Int) throws(EventLogError) -> [OutcomeEntry]

  /// When numbers were forgotten, of those of which all is done, the oldest first; at most `limit`, after the entry `id`, or from
  /// the first on with 0.
  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry]

  /// The forgettings that are decided and not wholly done, the oldest first.
  func unfinishedForgettings() throws(EventLogError) -> [UnfinishedForgetting]

  /// The newest forgetting of a request, done or not; nil where there is none.
  func forgetting(by request: Fingerprint) throws(EventLogError) -> UInt64?

  /// The position before the first outcome at or after `time`; the head's where there is none.
  func outcomePosition(since time: WallTime) throws(EventLogError) -> LogPosition
}
