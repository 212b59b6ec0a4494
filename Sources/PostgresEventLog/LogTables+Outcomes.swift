import CallbackCore
import CallbackWire
import EventLog
import Postgres

extension LogTables {
  func outcomes(after position: LogPosition, limit: Int) throws(EventLogError) -> [OutcomeEntry] {
    let found = try rows(Self.outcomes, [.int(Int64(clamping: position)), .int(Int64(limit))])
    var outcomes: [OutcomeEntry] = []
    for row in 0..<found.count { outcomes.append(try found.outcome(row)) }
    return outcomes
  }

  func outcomePosition(since time: WallTime) throws(EventLogError) -> LogPosition {
    let found = try rows(Self.since, [.int(time.milliseconds)])
    return found.isNull(0, 0) ? try head().position : found.bits(0, 0) - 1
  }

  func forgettings(after id: UInt64, limit: Int) throws(EventLogError) -> [ForgettingEntry] {
    try rows(Self.forgettings, [.int(Int64(clamping: id)), .int(Int64(limit))]).forgettings
  }

  func unfinishedForgettings() throws(EventLogError) -> [UnfinishedForgetting] {
    let found = try rows(Self.unfinished)
    return (0..<found.count).map { row in
      UnfinishedForgetting(
        id: found.bits(row, 0), e164: found.text(row, 1),
        actor: Actor(userID: UInt32(truncatingIfNeeded: found.int(row, 2))))
    }
  }

  func forgetting(by request: Fingerprint) throws(EventLogError) -> UInt64? {
    let found = try rows(Self.forgettingByRequest, [.bytes(request.bytes)])
    return found.count > 0 ? found.bits(0, 0) : nil
  }

  private static let outcomes = PostgresStatement(
    "read_outcomes",
    "SELECT position, at, callback, queue, e164, extension, attempt, agent, outcome, state "
      + "FROM callback_log.outcome WHERE stream = $1 AND position > $2 ORDER BY position LIMIT $3",
    .int, .int, .int)
  private static let since = PostgresStatement(
    "outcome_since",
    "SELECT min(position) FROM callback_log.outcome WHERE stream = $1 AND at >= $2", .int, .int)
  private static let forgettings = PostgresStatement(
    "read_forgettings",
    "SELECT id, at, actor, callbacks FROM callback_log.forgetting "
      + "WHERE stream = $1 AND id > $2 AND e164 IS NULL ORDER BY id LIMIT $3", .int, .int, .int)
  private static let unfinished = PostgresStatement(
    "read_unfinished_forgettings",
    "SELECT id, e164, actor FROM callback_log.forgetting "
      + "WHERE stream = $1 AND e164 IS NOT NULL ORDER BY id", .int)
  private static let forgettingByRequest = PostgresStatement(
    "read_forgetting",
    "SELECT id FROM callback_log.forgetting "
      + "WHERE stream = $1 AND request = $2 ORDER BY id DESC LIMIT 1", .int, .bytes)
}

extension PostgresRows {
  fileprivate var forgettings: [ForgettingEntry] {
    (0..<count).map { row in
      ForgettingEntry(
        id: bits(row, 0), at: WallTime(int(row, 1)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: int(row, 2))), callbacks: bits(row, 3))
    }
  }

  fileprivate func outcome(_ row: Int) throws(EventLogError) -> OutcomeEntry {
    let position = bits(row, 0)
    guard let callback = idHalves(bytes(row, 2)) else {
      throw .dataLoss("the outcome at \(position) names no callback")
    }
    let attempt = isNull(row, 6) ? nil : idHalves(bytes(row, 6))
    let state = try withBytes(row, 9) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeState(bytes) } catch {
        throw .dataLoss("the outcome at \(position) cannot be read: \(error)")
      }
    }
    return OutcomeEntry(
      position: position, callback: CallbackID(high: callback.high, low: callback.low),
      queue: QueueID(text(row, 3)),
      number: PhoneNumber.Line(e164: text(row, 4), extension: text(row, 5)),
      attempt: attempt.map { AttemptID(high: $0.high, low: $0.low) },
      agent: isNull(row, 7) ? nil : AgentID(text(row, 7)),
      outcome: isNull(row, 8)
        ? nil : AttemptOutcome(rawValue: UInt8(truncatingIfNeeded: int(row, 8))),
      state: state, occurredAt: WallTime(int(row, 1)))
  }
}
