import CallbackCore
import CallbackWire
import EventLog
import Postgres

extension LogTables {
  func history(
    _ query: HistoryQuery, before cursor: HistoryCursor?, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    let edge = cursor ?? HistoryCursor(at: WallTime(.max), high: .max, low: .max)
    let end: [PostgresValue] = [
      .int(edge.at.milliseconds), .bytes(idBytes(high: edge.high, low: edge.low)),
      .int(Int64(limit)),
    ]
    switch query {
    case .number(let e164):
      let callbacks = try callbacks(try rows(Self.byNumber, end + [.text(e164)]))
      let links = try links(of: e164, before: edge, limit: limit)
      return Array((callbacks + links).sorted { $0.cursor > $1.cursor }.prefix(limit))
    case .agent(let agent): return try attempts(of: agent, end)
    case .day(let day):
      let start = Int64(day) * 86_400_000
      return try callbacks(try rows(Self.byDay, end + [.int(start), .int(start + 86_400_000)]))
    case .all: return try callbacks(try rows(Self.all, end))
    }
  }

  func callback(_ id: CallbackID) throws(EventLogError) -> HistoryCallback? {
    try callbacks(try rows(Self.one, [.bytes(idBytes(high: id.high, low: id.low))])).lazy
      .compactMap { entry in
        if case .callback(let callback) = entry.kind { callback } else { nil }
      }.first
  }

  // MARK: - Parts

  private func callbacks(_ found: PostgresRows) throws(EventLogError) -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    for row in 0..<found.count {
      let callback = try found.callback(row, 1)
      let attempts = try attempts(of: found.bytes(row, 0))
      entries.append(
        HistoryEntry(
          cursor: HistoryCursor(callback),
          kind: .callback(HistoryCallback(callback: callback, attempts: attempts))))
    }
    return entries
  }

  private func attempts(of callback: [UInt8]) throws(EventLogError) -> [Attempt] {
    let found = try rows(Self.attempts, [.bytes(callback)])
    var attempts: [Attempt] = []
    for row in 0..<found.count { attempts.append(try found.attempt(row, 0)) }
    return attempts
  }

  private func attempts(
    of agent: AgentID, _ end: [PostgresValue]
  ) throws(EventLogError) -> [HistoryEntry] {
    let found = try rows(Self.byAgent, end + [.text(agent.rawValue)])
    var entries: [HistoryEntry] = []
    for row in 0..<found.count {
      let attempt = try found.attempt(row, 0)
      guard let callback = try callback(attempt.callback) else { continue }
      entries.append(HistoryEntry(cursor: HistoryCursor(attempt), kind: .callback(callback)))
    }
    return entries
  }

  private func links(
    of e164: String, before edge: HistoryCursor, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    // The id of a link is the lower half of its cursor, and the upper half is 0.
    let edgeID = edge.high == 0 ? Int64(clamping: edge.low) : .max
    let found = try rows(
      Self.links, [.text(e164), .int(edge.at.milliseconds), .int(edgeID), .int(Int64(limit))])
    return (0..<found.count).map { row in
      let kind = LinkKind(rawValue: found.int(row, 5))
      let link = HistoryLink(
        number: PhoneNumber.Line(e164: found.text(row, 2), extension: found.text(row, 3)),
        recordID: found.text(row, 4), startedLead: kind == .startedLead,
        unmatched: kind == .unmatched,
        agent: found.isNull(row, 6) ? nil : AgentID(found.text(row, 6)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: found.int(row, 7))),
        at: WallTime(found.int(row, 1)))
      let cursor = HistoryCursor(at: link.at, high: 0, low: found.bits(row, 0))
      return HistoryEntry(cursor: cursor, kind: .link(link))
    }
  }

  private static func callbacks(
    _ name: String, _ condition: String, _ types: PostgresType...
  ) -> PostgresStatement {
    PostgresStatement(
      name, types: [.int, .int, .bytes, .int] + types,
      "SELECT id, payload FROM callback_log.callback "
        + "WHERE stream = $1 AND (requested_at, id) < ($2, $3)\(condition) "
        + "ORDER BY requested_at DESC, id DESC LIMIT $4")
  }

  private static let all = callbacks("history", "")
  private static let byNumber = callbacks("history_of_number", " AND e164 = $5", .text)
  private static let byDay = callbacks(
    "history_of_day", " AND requested_at >= $5 AND requested_at < $6", .int, .int)
  private static let byAgent = PostgresStatement(
    "history_of_agent",
    "SELECT payload FROM callback_log.attempt "
      + "WHERE stream = $1 AND (accepted_at, id) < ($2, $3) AND agent = $5 "
      + "ORDER BY accepted_at DESC, id DESC LIMIT $4", .int, .int, .bytes, .int, .text)
  private static let one = PostgresStatement(
    "one_callback",
    "SELECT id, payload FROM callback_log.callback WHERE stream = $1 AND id = $2", .int, .bytes)
  private static let attempts = PostgresStatement(
    "attempts_of_callback",
    "SELECT payload FROM callback_log.attempt WHERE stream = $1 AND callback = $2 ORDER BY id",
    .int, .bytes)
  private static let links = PostgresStatement(
    "history_links",
    "SELECT id, at, e164, extension, record_id, kind, agent, actor FROM callback_log.link "
      + "WHERE stream = $1 AND e164 = $2 AND (at, id) < ($3, $4) "
      + "ORDER BY at DESC, id DESC LIMIT $5", .int, .text, .int, .int, .int)
}

extension PostgresRows {
  func callback(_ row: Int, _ column: Int) throws(EventLogError) -> Callback {
    try withBytes(row, column) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeCallback(bytes) } catch {
        throw .dataLoss("a callback of the history cannot be read: \(error)")
      }
    }
  }

  func attempt(_ row: Int, _ column: Int) throws(EventLogError) -> Attempt {
    try withBytes(row, column) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeAttempt(bytes) } catch {
        throw .dataLoss("an attempt of the history cannot be read: \(error)")
      }
    }
  }
}
