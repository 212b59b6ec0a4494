import CallbackCore
import CallbackWire
import EventLog
import Postgres

/// Which of the database's logs it is.
struct StreamIdentity: Hashable, Sendable {
  /// Its number, by which its rows are found.
  var stream: Int64
  /// Which history of positions it is.
  var lineage: Lineage
}

/// Reads one stream's rows.
final class LogTables {
  let link: LogLink
  private let known: () -> StreamIdentity?

  /// - Parameter known: the stream, as soon as a connection has found it.
  init(_ link: LogLink, _ known: @escaping () -> StreamIdentity?) {
    self.link = link
    self.known = known
  }

  /// The stream of a host.
  convenience init(_ link: LogLink, _ register: HostRegister) {
    self.init(link) {
      register.identity.map { StreamIdentity(stream: $0.stream, lineage: $0.lineage) }
    }
  }

  /// The stream's number and lineage, known since the first connection.
  func identity() throws(EventLogError) -> StreamIdentity {
    if let identity = known() { return identity }
    throw .unavailable("the log is not open")
  }

  /// Runs a statement whose first parameter is the stream.
  func rows(
    _ statement: PostgresStatement, _ values: [PostgresValue] = []
  ) throws(EventLogError) -> PostgresRows {
    try link.read(statement, [.int(try identity().stream)] + values)
  }

  /// The last record that was dropped; empty while all are kept.
  func dropped() throws(EventLogError) -> LogHead {
    let rows = try rows(Self.dropped)
    guard rows.count == 1 else { throw .dataLoss("the stream is gone") }
    return rows.head(0)
  }

  func head() throws(EventLogError) -> LogHead {
    let rows = try rows(Self.head)
    guard rows.count == 1 else { throw .dataLoss("the stream is gone") }
    return rows.head(0)
  }

  /// The end of the log as it was at `position`; nil where that record is not known.
  func head(at position: LogPosition) throws(EventLogError) -> LogHead? {
    let rows = try rows(Self.headAt, [.int(Int64(clamping: position))])
    return rows.count > 0 ? rows.head(0) : nil
  }

  /// Reads records and checks that each continues the chain.
  ///
  /// - Parameter known: an end of the log that was seen before; becomes the one that the last
  ///   record makes. Where it is the one to go on from, it must still be there.
  func records(
    after position: LogPosition, limit: Int, known: inout LogHead
  ) throws(EventLogError) -> [EventRecord] {
    // Read with the record before them, the records are of one moment.
    let start = Int64(clamping: position)
    let rows = try rows(Self.records, [.int(start), .int(start &+ Int64(limit))])
    var first = 0
    var chain: LogHead
    if rows.count > 0, rows.bits(0, 0) == position {
      chain = rows.head(0)
      first = 1
    } else {
      let dropped = try dropped()
      if position < dropped.position { throw .tooOld(earliest: dropped.position) }
      guard position == dropped.position else {
        if position >= (try head().position) { return [] }
        throw .dataLoss("the record at \(position) is missing")
      }
      chain = dropped
    }
    guard known.position != position || known == chain || position == 0 else {
      throw .dataLoss("the record at \(position) is not the one that was there")
    }
    var records: [EventRecord] = []
    records.reserveCapacity(rows.count)
    for row in first..<max(first, rows.count) {
      records.append(try rows.record(row, continuing: &chain))
    }
    known = chain
    return records
  }

  private static let dropped = PostgresStatement(
    "dropped",
    "SELECT dropped_position, dropped_checksum FROM callback_log.stream WHERE number = $1", .int)
  private static let head = PostgresStatement(
    "head",
    """
    (SELECT position, checksum FROM callback_log.record WHERE stream = $1
      ORDER BY position DESC LIMIT 1)
    UNION ALL
    SELECT dropped_position, dropped_checksum FROM callback_log.stream WHERE number = $1
    LIMIT 1
    """, .int)
  private static let headAt = PostgresStatement(
    "head_at",
    """
    SELECT position, checksum FROM callback_log.record WHERE stream = $1 AND position = $2
    UNION ALL
    SELECT dropped_position, dropped_checksum FROM callback_log.stream
    WHERE number = $1 AND dropped_position = $2
    """, .int, .int)
  private static let records = PostgresStatement(
    "read_records",
    "SELECT position, checksum, payload FROM callback_log.record "
      + "WHERE stream = $1 AND position >= $2 AND position <= $3 ORDER BY position",
    .int, .int, .int)
}

extension StreamIdentity {
  /// Finds a stream by its name.
  static let find = PostgresStatement(
    "stream", "SELECT number, lineage FROM callback_log.stream WHERE name = $1", .text)

  /// What ``find`` has found; nil where it was nothing.
  init?(_ rows: PostgresRows) throws(EventLogError) {
    guard rows.count == 1 else { return nil }
    guard let lineage = Lineage(bytes: rows.bytes(0, 1)) else {
      throw .dataLoss("the stream has no lineage")
    }
    (stream, self.lineage) = (rows.int(0, 0), lineage)
  }
}

extension PostgresRows {
  /// The first two columns as a position and its checksum.
  func head(_ row: Int) -> LogHead { LogHead(position: bits(row, 0), checksum: bits(row, 1)) }

  /// A row of the table of records, which must come right after `chain`.
  fileprivate func record(
    _ row: Int, continuing chain: inout LogHead
  ) throws(EventLogError) -> EventRecord {
    let found = head(row)
    guard found.position == chain.position + 1 else {
      throw .dataLoss("the record at \(chain.position + 1) is missing")
    }
    let previous = chain.checksum
    let record = try withBytes(row, 2) { payload throws(EventLogError) -> EventRecord in
      let checksum = RecordChain.next(
        after: previous, position: found.position, payload: payload)
      guard checksum == found.checksum else {
        throw .dataLoss("the record at \(found.position) is not what was written")
      }
      do {
        return try LogCodec.decodeRecord(payload, at: found.position)
      } catch {
        throw .dataLoss("the record at \(found.position) cannot be read: \(error)")
      }
    }
    chain = found
    return record
  }
}
