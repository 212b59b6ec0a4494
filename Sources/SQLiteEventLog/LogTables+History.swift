import CallbackCore
import CallbackWire
import EventLog
import SQLite

extension LogTables {
  func history(
    _ query: HistoryQuery, before cursor: HistoryCursor?, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    let edge = cursor ?? HistoryCursor(at: WallTime(.max), high: .max, low: .max)
    switch query {
    case .number(let e164):
      let callbacks = try callbacks(
        "e164 = ? AND (requested_at, id) < (?, ?)", edge, limit
      ) { select throws(SQLiteError) in
        try select.bind(e164, at: 1)
        return 2
      }
      let links = try links(of: e164, before: edge, limit: limit)
      return Array((callbacks + links).sorted { $0.cursor > $1.cursor }.prefix(limit))
    case .agent(let agent):
      return try attempts(of: agent, before: edge, limit: limit)
    case .day(let day):
      let start = Int64(day) * 86_400_000
      return try callbacks(
        "requested_at >= ? AND requested_at < ? AND (requested_at, id) < (?, ?)", edge, limit
      ) { select throws(SQLiteError) in
        try select.bind(start, at: 1)
        try select.bind(start + 86_400_000, at: 2)
        return 3
      }
    case .all:
      return try callbacks("(requested_at, id) < (?, ?)", edge, limit) { _ in 1 }
    }
  }

  func callback(_ id: CallbackID) throws(EventLogError) -> HistoryCallback? {
    let key = idBytes(high: id.high, low: id.low)
    let found = try rows("SELECT payload FROM callback WHERE id = ?") {
      select throws(SQLiteError) in
      try select.bind(key, at: 1)
    } read: { row throws(EventLogError) in
      try row.decodedCallback(at: 0)
    }
    guard let callback = found.first else { return nil }
    return HistoryCallback(callback: callback, attempts: try attempts(of: key))
  }

  // MARK: - Parts

  /// Callbacks by their place; `bindFirst` binds the parameters of its own and says which comes
  /// next.
  private func callbacks(
    _ condition: String, _ edge: HistoryCursor, _ limit: Int,
    bindFirst: (Statement) throws(SQLiteError) -> Int32
  ) throws(EventLogError) -> [HistoryEntry] {
    let found = try rows(
      "SELECT id, payload FROM callback WHERE \(condition) "
        + "ORDER BY requested_at DESC, id DESC LIMIT ?"
    ) { select throws(SQLiteError) in
      let next = try bindFirst(select)
      try select.bind(edge.at.milliseconds, at: next)
      try select.bind(idBytes(high: edge.high, low: edge.low), at: next + 1)
      try select.bind(limit, at: next + 2)
    } read: { row throws(EventLogError) in
      (key: row.bytes(at: 0), callback: try row.decodedCallback(at: 1))
    }
    var entries: [HistoryEntry] = []
    for (key, callback) in found {
      let attempts = try attempts(of: key)
      entries.append(
        HistoryEntry(
          cursor: HistoryCursor(callback),
          kind: .callback(HistoryCallback(callback: callback, attempts: attempts))))
    }
    return entries
  }

  private func attempts(of callback: [UInt8]) throws(EventLogError) -> [Attempt] {
    try rows("SELECT payload FROM attempt WHERE callback = ? ORDER BY id") {
      select throws(SQLiteError) in
      try select.bind(callback, at: 1)
    } read: { row throws(EventLogError) in
      try row.decodedAttempt(at: 0)
    }
  }

  private func attempts(
    of agent: AgentID, before edge: HistoryCursor, limit: Int
  ) throws(EventLogError) -> [HistoryEntry] {
    let found = try rows(
      "SELECT payload FROM attempt WHERE agent = ? AND (accepted_at, id) < (?, ?) "
        + "ORDER BY accepted_at DESC, id DESC LIMIT ?"
    ) { select throws(SQLiteError) in
      try select.bind(agent.rawValue, at: 1)
      try select.bind(edge.at.milliseconds, at: 2)
      try select.bind(idBytes(high: edge.high, low: edge.low), at: 3)
      try select.bind(limit, at: 4)
    } read: { row throws(EventLogError) in
      try row.decodedAttempt(at: 0)
    }
    var entries: [HistoryEntry] = []
    for attempt in found {
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
    return try rows(
      "SELECT id, at, e164, extension, record_id, started_lead, agent, actor FROM link "
        + "WHERE e164 = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?"
    ) { select throws(SQLiteError) in
      try select.bind(e164, at: 1)
      try select.bind(edge.at.milliseconds, at: 2)
      try select.bind(edgeID, at: 3)
      try select.bind(limit, at: 4)
    } read: { row throws(EventLogError) in
      let link = HistoryLink(
        number: PhoneNumber.Line(e164: row.string(at: 2), extension: row.string(at: 3)),
        recordID: row.string(at: 4), startedLead: row.int64(at: 5) == 1,
        unmatched: row.int64(at: 5) == 2,
        agent: row.isNull(at: 6) ? nil : AgentID(row.string(at: 6)),
        actor: Actor(userID: UInt32(truncatingIfNeeded: row.int64(at: 7))),
        at: WallTime(row.int64(at: 1)))
      let cursor = HistoryCursor(
        at: link.at, high: 0, low: UInt64(bitPattern: row.int64(at: 0)))
      return HistoryEntry(cursor: cursor, kind: .link(link))
    }
  }

  /// Runs a query and reads every row.
  func rows<Value>(
    _ sql: String, bind: (Statement) throws(SQLiteError) -> Void,
    read: (Statement) throws(EventLogError) -> Value
  ) throws(EventLogError) -> [Value] {
    let select = try sqlite { () throws(SQLiteError) in
      let select = try database.statement(sql)
      try bind(select)
      return select
    }
    defer { select.reset() }
    var values: [Value] = []
    while try sqlite({ () throws(SQLiteError) in try select.step() }) {
      values.append(try read(select))
    }
    return values
  }
}

extension Statement {
  fileprivate func decodedCallback(at column: Int32) throws(EventLogError) -> Callback {
    try withBytes(at: column) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeCallback(bytes) } catch {
        throw .dataLoss("a callback of the history cannot be read: \(error)")
      }
    }
  }

  fileprivate func decodedAttempt(at column: Int32) throws(EventLogError) -> Attempt {
    try withBytes(at: column) { bytes throws(EventLogError) in
      do { return try LogCodec.decodeAttempt(bytes) } catch {
        throw .dataLoss("an attempt of the history cannot be read: \(error)")
      }
    }
  }
}
