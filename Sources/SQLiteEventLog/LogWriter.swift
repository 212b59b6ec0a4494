import CallbackCore
import CallbackWire
import EventLog
import SQLite

/// Writes the rows of a batch. The statements are prepared once, because they run for every event.
final class LogWriter {
  private let record: Statement
  private let callback: Statement
  private let attempt: Statement
  private let link: Statement
  private let outcome: Statement
  private let forgetting: Statement

  init(_ database: Database) throws(SQLiteError) {
    record = try database.prepare("INSERT INTO record VALUES (?, ?, ?)")
    callback = try database.prepare(
      "INSERT INTO callback VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        + "e164 = excluded.e164, payload = excluded.payload")
    attempt = try database.prepare(
      "INSERT INTO attempt VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        + "payload = excluded.payload")
    link = try database.prepare("INSERT INTO link VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)")
    outcome = try database.prepare(
      "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    forgetting = try database.prepare(
      "INSERT INTO forgetting VALUES "
        + "(NULL, ?, ?, 0, ?, 0, ?, ?, (SELECT ifnull(max(id), 0) FROM link))")
  }

  /// Inserts a record after `head`, which moves on to it.
  func write(_ value: EventRecord, after head: inout LogHead) throws(SQLiteError) {
    let payload = LogCodec.encode(value)
    let position = head.position + 1
    let checksum = payload.withUnsafeBytes {
      RecordChain.next(after: head.checksum, position: position, payload: $0)
    }
    try record.bind(Int64(bitPattern: position), at: 1)
    try record.bind(Int64(bitPattern: checksum), at: 2)
    try record.bind(payload, at: 3)
    try record.run()
    head = LogHead(position: position, checksum: checksum)
  }

  func write(_ change: HistoryChange) throws(SQLiteError) {
    switch change {
    case .callback(let value): try write(value)
    case .attempt(let value): try write(value)
    case .link(let value): try write(value)
    case .outcome(let value): try write(value)
    case .forgetting(let value): try write(value)
    }
  }

  private func write(_ value: Callback) throws(SQLiteError) {
    try callback.bind(idBytes(high: value.id.high, low: value.id.low), at: 1)
    try callback.bind(value.requestedAt.milliseconds, at: 2)
    try callback.bind(value.line.e164, at: 3)
    try callback.bind(LogCodec.encode(value), at: 4)
    try callback.run()
  }

  private func write(_ value: Attempt) throws(SQLiteError) {
    try attempt.bind(idBytes(high: value.id.high, low: value.id.low), at: 1)
    try attempt.bind(idBytes(high: value.callback.high, low: value.callback.low), at: 2)
    try attempt.bind(value.agent.rawValue, at: 3)
    try attempt.bind(value.acceptedAt.wall.milliseconds, at: 4)
    try attempt.bind(LogCodec.encode(value), at: 5)
    try attempt.run()
  }

  private func write(_ value: HistoryLink) throws(SQLiteError) {
    try link.bind(value.at.milliseconds, at: 1)
    try link.bind(value.number.e164, at: 2)
    try link.bind(value.number.extension, at: 3)
    try link.bind(value.recordID, at: 4)
    // 0: matched, 1: a Lead was started, 2: unmatched.
    try link.bind(value.unmatched ? 2 : value.startedLead ? 1 : 0, at: 5)
    if let agent = value.agent {
      try link.bind(agent.rawValue, at: 6)
    } else {
      try link.bindNull(at: 6)
    }
    try link.bind(Int64(value.actor.userID), at: 7)
    try link.run()
  }

  private func write(_ value: OutcomeEntry) throws(SQLiteError) {
    try outcome.bind(Int64(bitPattern: value.position), at: 1)
    try outcome.bind(value.occurredAt.milliseconds, at: 2)
    try outcome.bind(idBytes(high: value.callback.high, low: value.callback.low), at: 3)
    try outcome.bind(value.queue.rawValue, at: 4)
    try outcome.bind(value.number.e164, at: 5)
    try outcome.bind(value.number.extension, at: 6)
    if let attempt = value.attempt {
      try outcome.bind(idBytes(high: attempt.high, low: attempt.low), at: 7)
    } else {
      try outcome.bindNull(at: 7)
    }
    if let agent = value.agent {
      try outcome.bind(agent.rawValue, at: 8)
    } else {
      try outcome.bindNull(at: 8)
    }
    if let result = value.outcome {
      try outcome.bind(Int64(result.rawValue), at: 9)
    } else {
      try outcome.bindNull(at: 9)
    }
    try outcome.bind(LogCodec.encode(value.state), at: 10)
    try outcome.run()
  }

  private func write(_ value: DueForgetting) throws(SQLiteError) {
    try forgetting.bind(value.at.milliseconds, at: 1)
    try forgetting.bind(Int64(value.actor.userID), at: 2)
    try forgetting.bind(value.request.bytes, at: 3)
    try forgetting.bind(value.e164, at: 4)
    try forgetting.bind(idBytes(high: value.firstKept.high, low: value.firstKept.low), at: 5)
    try forgetting.run()
  }
}
