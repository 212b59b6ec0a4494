/// What was found in a log that is whole.
public struct LogCheck: Hashable, Sendable {
  /// The version of its schema; an older one than this program's is brought forward when the log
  /// is opened for writing.
  public var schema: Int
  /// Which history of positions it is.
  public var lineage: Lineage
  /// Where it ends.
  public var head: LogHead
  /// The position before the oldest record that is kept.
  public var oldest: LogPosition
  /// Records whose chain was followed.
  public var records: Int
  /// Where the newest snapshot ends; nil where there is none.
  public var snapshot: LogPosition?
  /// Callbacks of the history.
  public var callbacks: Int
  /// Outcomes of the history.
  public var outcomes: Int

  /// Reads a whole log, and checks the chain of all records, the newest snapshot, and that the
  /// history can be read. What is read must be of one moment.
  ///
  /// - Throws: `.dataLoss` with what is wrong; what reading throws.
  public init(reading log: any EventLogReader, schema: Int) throws(EventLogError) {
    self.schema = schema
    lineage = log.lineage
    head = try log.head()
    oldest = try log.oldestPosition()
    try log.forEachRecord(after: oldest, upTo: head.position) { _ in }
    records = Int(head.position - oldest)
    snapshot = try log.latestSnapshot()?.head.position
    callbacks = try Self.callbacks(in: log)
    outcomes = try Self.outcomes(in: log)
  }

  private static func callbacks(in log: any EventLogReader) throws(EventLogError) -> Int {
    var count = 0
    var cursor: HistoryCursor?
    while true {
      let page = try log.history(.all, before: cursor, limit: 1_000)
      guard let last = page.last else { return count }
      count += page.count
      cursor = last.cursor
    }
  }

  private static func outcomes(in log: any EventLogReader) throws(EventLogError) -> Int {
    var count = 0
    var position: LogPosition = 0
    while true {
      let page = try log.outcomes(after: position, limit: 1_000)
      guard let last = page.last else { return count }
      count += page.count
      position = last.position
    }
  }
}
