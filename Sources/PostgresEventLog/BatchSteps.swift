import CallbackCore
import CallbackWire
import EventLog
import Postgres

/// A batch as the steps of one transaction, each a statement over all rows of its kind.
struct BatchSteps {
  /// What a step is for, as its failure means different things.
  enum Purpose { case fence, turn, chain, records, history, notice }

  private(set) var steps: [(statement: PostgresStatement, values: [PostgresValue])] = []
  private(set) var purposes: [Purpose] = []
  /// Where the log ends with the batch.
  private(set) var after: LogHead

  /// - Parameter hasTurn: whether this host has the turn, so that nobody else can have it.
  init(
    _ batch: LogBatch, after before: LogHead, by identity: HostRegister.Identity, hasTurn: Bool,
    channel: String
  ) {
    after = before
    let stream = PostgresValue.int(identity.stream)
    add(.fence, Self.fence, [stream, .int(identity.host), .int(identity.epoch)])
    if !hasTurn { add(.turn, Self.turn, [stream]) }
    add(.chain, Self.chain, [stream, .bits(before.position), .bits(before.checksum)])
    addRecords(batch.records, stream)
    addHistory(batch.history, stream)
    if !batch.records.isEmpty {
      add(.notice, Self.notify, [.text(channel), .text(String(after.position))])
    }
  }

  private mutating func add(
    _ purpose: Purpose, _ statement: PostgresStatement, _ values: [PostgresValue]
  ) {
    purposes.append(purpose)
    steps.append((statement, values))
  }

  private mutating func addRecords(_ records: [EventRecord], _ stream: PostgresValue) {
    guard !records.isEmpty else { return }
    var positions: [UInt64] = []
    var checksums: [UInt64] = []
    var payloads: [[UInt8]] = []
    for record in records {
      let payload = LogCodec.encode(record)
      let position = after.position + 1
      let checksum = payload.withUnsafeBytes {
        RecordChain.next(after: after.checksum, position: position, payload: $0)
      }
      positions.append(position)
      checksums.append(checksum)
      payloads.append(payload)
      after = LogHead(position: position, checksum: checksum)
    }
    add(
      .records, Self.records, [stream, .bits(positions), .bits(checksums), .byteStrings(payloads)])
  }

  private mutating func addHistory(_ changes: [HistoryChange], _ stream: PostgresValue) {
    // A statement may touch a row once: of several states of one thing only the last is written.
    var callbacks: [CallbackID: Callback] = [:]
    var attempts: [AttemptID: Attempt] = [:]
    var links: [HistoryLink] = []
    var outcomes: [LogPosition: OutcomeEntry] = [:]
    var forgettings: [DueForgetting] = []
    for change in changes {
      switch change {
      case .callback(let value): callbacks[value.id] = value
      case .attempt(let value): attempts[value.id] = value
      case .link(let value): links.append(value)
      case .outcome(let value): outcomes[value.position] = value
      case .forgetting(let value): forgettings.append(value)
      }
    }
    // In order: two transactions that lock the same rows must not wait for each other.
    if !callbacks.isEmpty { add(callbacks.values.sorted { $0.id < $1.id }, stream) }
    if !attempts.isEmpty { add(attempts.values.sorted { $0.id < $1.id }, stream) }
    if !links.isEmpty { add(links, stream) }
    if !outcomes.isEmpty { add(outcomes.values.sorted { $0.position < $1.position }, stream) }
    for forgetting in forgettings { add(forgetting, stream) }
  }

  private mutating func add(_ values: [Callback], _ stream: PostgresValue) {
    add(
      .history, Self.callbacks,
      [
        stream, .byteStrings(values.map { idBytes(high: $0.id.high, low: $0.id.low) }),
        .ints(values.map(\.requestedAt.milliseconds)), .texts(values.map(\.line.e164)),
        .byteStrings(values.map { LogCodec.encode($0) }),
      ])
  }

  private mutating func add(_ values: [Attempt], _ stream: PostgresValue) {
    add(
      .history, Self.attempts,
      [
        stream, .byteStrings(values.map { idBytes(high: $0.id.high, low: $0.id.low) }),
        .byteStrings(values.map { idBytes(high: $0.callback.high, low: $0.callback.low) }),
        .texts(values.map(\.agent.rawValue)),
        .ints(values.map(\.acceptedAt.wall.milliseconds)),
        .byteStrings(values.map { LogCodec.encode($0) }),
      ])
  }

  private mutating func add(_ values: [HistoryLink], _ stream: PostgresValue) {
    add(
      .history, Self.links,
      [
        stream, .ints(values.map(\.at.milliseconds)), .texts(values.map(\.number.e164)),
        .texts(values.map(\.number.extension)), .texts(values.map(\.recordID)),
        .ints(values.map { LinkKind($0).rawValue }), .texts(values.map { $0.agent?.rawValue }),
        .ints(values.map { Int64($0.actor.userID) }),
      ])
  }

  private mutating func add(_ values: [OutcomeEntry], _ stream: PostgresValue) {
    add(
      .history, Self.outcomes,
      [
        stream, .bits(values.map(\.position)), .ints(values.map(\.occurredAt.milliseconds)),
        .byteStrings(values.map { idBytes(high: $0.callback.high, low: $0.callback.low) }),
        .texts(values.map(\.queue.rawValue)), .texts(values.map(\.number.e164)),
        .texts(values.map(\.number.extension)),
        .byteStrings(values.map { $0.attempt.map { idBytes(high: $0.high, low: $0.low) } }),
        .texts(values.map { $0.agent?.rawValue }),
        .ints(values.map { $0.outcome.map { Int64($0.rawValue) } }),
        .byteStrings(values.map { LogCodec.encode($0.state) }),
      ])
  }

  private mutating func add(_ value: DueForgetting, _ stream: PostgresValue) {
    add(
      .history, Self.forgetting,
      [
        stream, .int(value.at.milliseconds), .int(Int64(value.actor.userID)),
        .bytes(value.request.bytes), .text(value.e164),
        .bytes(idBytes(high: value.firstKept.high, low: value.firstKept.low)),
      ])
  }
}

/// What a link says, as the table has it.
enum LinkKind: Int64 {
  case matched = 0
  case startedLead = 1
  case unmatched = 2

  init(_ link: HistoryLink) {
    self = link.unmatched ? .unmatched : link.startedLead ? .startedLead : .matched
  }
}

extension BatchSteps {
  /// Fails with a division by zero where the host is none any more or has a later connection.
  private static let fence = PostgresStatement(
    "fence",
    """
    SELECT 1 / count(*) FROM (
      SELECT 1 FROM callback_log.host WHERE stream = $1 AND host = $2 AND epoch = $3 FOR UPDATE
    ) AS held
    """, .int, .int, .int)
  /// Fails in the same way while another host has the turn, or waits for it. Who has it does not
  /// ask: the server would refuse that too while another waits.
  private static let turn = PostgresStatement(
    "turn",
    "SELECT 1 / pg_try_advisory_xact_lock_shared(\(PostgresEventLog.turnLocks), $1::int)::int",
    .int)
  /// Fails in the same way where the record to append after is not the one that is known here.
  private static let chain = PostgresStatement(
    "chain",
    """
    SELECT 1 / count(*) FROM (
      SELECT 1 FROM callback_log.record WHERE stream = $1 AND position = $2 AND checksum = $3
      UNION ALL
      SELECT 1 FROM callback_log.stream
      WHERE number = $1 AND dropped_position = $2 AND dropped_checksum = $3
    ) AS last
    """, .int, .int, .int)
  private static let records = PostgresStatement(
    "records",
    "INSERT INTO callback_log.record SELECT $1, * FROM unnest($2, $3, $4)",
    .int, .ints, .ints, .byteStrings)
  private static let callbacks = PostgresStatement(
    "callbacks",
    "INSERT INTO callback_log.callback SELECT $1, * FROM unnest($2, $3, $4, $5) "
      + "ON CONFLICT (stream, id) DO UPDATE SET e164 = excluded.e164, payload = excluded.payload",
    .int, .byteStrings, .ints, .texts, .byteStrings)
  private static let attempts = PostgresStatement(
    "attempts",
    "INSERT INTO callback_log.attempt SELECT $1, * FROM unnest($2, $3, $4, $5, $6) "
      + "ON CONFLICT (stream, id) DO UPDATE SET payload = excluded.payload",
    .int, .byteStrings, .byteStrings, .texts, .ints, .byteStrings)
  private static let links = PostgresStatement(
    "links",
    "INSERT INTO callback_log.link "
      + "(stream, at, e164, extension, record_id, kind, agent, actor) "
      + "SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8)",
    .int, .ints, .texts, .texts, .texts, .ints, .texts, .ints)
  private static let outcomes = PostgresStatement(
    "outcomes",
    "INSERT INTO callback_log.outcome "
      + "SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      + "ON CONFLICT (stream, position) DO UPDATE SET at = excluded.at, "
      + "callback = excluded.callback, queue = excluded.queue, e164 = excluded.e164, "
      + "extension = excluded.extension, attempt = excluded.attempt, agent = excluded.agent, "
      + "outcome = excluded.outcome, state = excluded.state",
    .int, .ints, .ints, .byteStrings, .texts, .texts, .texts, .byteStrings, .texts, .ints,
    .byteStrings)
  private static let forgetting = PostgresStatement(
    "forgetting",
    """
    INSERT INTO callback_log.forgetting
      (stream, at, actor, callbacks, request, e164, first_kept, last_link)
    VALUES ($1, $2, $3, 0, $4, $5, $6,
      (SELECT coalesce(max(id), 0) FROM callback_log.link WHERE stream = $1))
    """, .int, .int, .int, .bytes, .text, .bytes)
  private static let notify = PostgresStatement("notify", "SELECT pg_notify($1, $2)", .text, .text)
}
