import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension LogTables {
  func outcomes(after position: LogPosition, limit: Int) throws(EventLogError) -> [OutcomeEntry] {
    try rows(
      "SELECT position, at, callback, queue, e164, extension, attempt, agent, outcome, state "
        + "FROM outcome WHERE position > ? ORDER BY position LIMIT ?"
    ) { select throws(SQLiteError) in
      try select.bind(Int64(clamping: position), at: 1)
      try select.bind(limit, at: 2)
    } read: { row throws(EventLogError) in
      try row.outcome()
    }
  }

  func outcomePosition(since time: WallTime) throws(EventLogError) -> LogPosition {
    let found = try rows("SELECT min(position) FROM outcome WHERE at >= ?") {
      select throws(SQLiteError) in
      try select.bind(time.milliseconds, at: 1)
    } read: { row throws(EventLogError) -> LogPosition? in
      row.isNull(at: 0) ? nil : UInt64(bitPattern: row.int64(at: 0)) - 1
    }
    if let position = found.first ?? nil { return position }
    return try head().position
  }
}

extension Statement {
  fileprivate func outcome() throws(EventLogError) -> OutcomeEntry {
    let position = UInt64(bitPattern: int64(at: 0))
    guard let callback = idHalves(bytes(at: 2)) else {
      throw .dataLoss("the outcome at \(position) names no callback")
    }
    let attempt = isNull(at: 6) ? nil : idHalves(bytes(at: 6))
    let state = try withBytes(at: 9) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeState(bytes) } catch {
        throw .dataLoss("the outcome at \(position) cannot be read: \(error)")
      }
    }
    return OutcomeEntry(
      position: position, callback: CallbackID(high: callback.high, low: callback.low),
      queue: QueueID(string(at: 3)),
      number: PhoneNumber.Line(e164: string(at: 4), extension: string(at: 5)),
      attempt: attempt.map { AttemptID(high: $0.high, low: $0.low) },
      agent: isNull(at: 7) ? nil : AgentID(string(at: 7)),
      outcome: isNull(at: 8)
        ? nil : AttemptOutcome(rawValue: UInt8(truncatingIfNeeded: int64(at: 8))),
      state: state, occurredAt: WallTime(int64(at: 1)))
  }
}
