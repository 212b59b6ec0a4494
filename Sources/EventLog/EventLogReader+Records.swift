import CallbackCore

extension EventLogReader {
  /// Reads the records after one position up to another, a page at a time.
  ///
  /// - Throws: `.dataLoss` where one is missing; what ``records(after:limit:)`` throws.
  public func forEachRecord(
    after start: LogPosition, upTo end: LogPosition, _ body: (EventRecord) -> Void
  ) throws(EventLogError) {
    var position = start
    while position < end {
      let page = try records(after: position, limit: Int(min(4_096, end - position)))
      guard let last = page.last else {
        throw .dataLoss("the record at \(position + 1) is missing")
      }
      for record in page { body(record) }
      position = last.position
    }
  }
}
