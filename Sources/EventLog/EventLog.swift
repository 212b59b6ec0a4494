import CallbackCore

/// A durable sequence of records with one history (DESIGN, "The log").
///
/// One owner at a time calls a log, on one thread; reads from elsewhere go through a reader of
/// its own, see `EventStore.openReader`.
public protocol EventLog: EventLogReader {
  /// Appends a batch after the record at `position`, all of it or nothing, and returns when its
  /// fate is known or surely unknown.
  ///
  /// After `.unknown` the log takes nothing more: close it, open the store again and `settle`.
  /// - Parameters:
  ///   - batch: records with the positions `position + 1`, `position + 2`, …; may hold history
  ///     changes alone.
  ///   - position: where the caller believes the log to end.
  func append(_ batch: LogBatch, after position: LogPosition) -> AppendResult

  /// Says what became of an append whose fate was unknown, by position and checksum.
  ///
  /// What it calls appended is durable from then on, and what it calls refused can no longer
  /// appear. `.unknown` again means that the storage still cannot tell.
  func settle(_ append: UnsettledAppend) -> AppendResult

  /// Keeps a snapshot; older ones may be dropped once it is durable. It may leave out the answers
  /// with numbers below ``answersKept()``.
  func save(_ snapshot: LogSnapshot) throws(EventLogError)

  /// The number behind the last answer that the newest snapshot holds; 0 where the next one must
  /// hold all.
  func answersKept() throws(EventLogError) -> UInt64

  /// Drops the records up to `position`, which a durable snapshot must cover. History stays.
  func dropRecords(upTo position: LogPosition) throws(EventLogError)

  /// Removes a number that is due: the callbacks that it is in and that were asked for before the
  /// decision, their attempts, outcomes and links leave the history, and the snapshot takes the
  /// place of every record up to it. What of the number is in the snapshot's state stays. From then
  /// on the log does not hold the number, also where that was decided before: all of that happens
  /// at once. Does nothing where it is not due.
  ///
  /// - Parameter snapshot: the state at the end of the log.
  func forget(_ id: UInt64, leaving snapshot: LogSnapshot) throws(EventLogError)

  /// Overwrites what was freed by numbers that left the log, where that has not been done: also
  /// after a failure, or a kill, in the middle of it.
  func overwriteForgotten() throws(EventLogError)

  /// Writes durably without changing anything: finds out whether a log that refused takes appends
  /// again.
  func probe() throws(EventLogError)

  /// Work that may wait for a quiet moment, such as checkpoints; cheap when nothing is due.
  func maintain() throws(EventLogError)

  /// Is called with each new head as soon as it is durable, on the thread that made it so.
  var onAppend: (@Sendable (LogHead) -> Void)? { get set }

  /// Finishes what is open and gives the storage back. The log must not be used afterwards.
  func close()
}
