import CallbackCore
import EventLog
import Postgres
import Synchronization

/// Who this process is among the hosts of a stream, kept over connections.
///
/// The row of a host is its fence: every append locks it and needs its epoch to be the connection's.
/// So when a new connection has raised the epoch, nothing that an older one sent can be committed
/// any more; and who deletes the row has ended the host.
final class HostRegister: Sendable {
  struct Identity: Hashable, Sendable {
    var stream: Int64
    var lineage: Lineage
    var host: HostID
    var epoch: Int64
    /// Since when this host has held its lease without a gap.
    var heldSince: ContinuousClock.Instant
    var renewedAt: ContinuousClock.Instant
  }

  private let name: String
  private let stream: String
  /// How long a lease lasts, on the server's clock.
  private let leaseMilliseconds: Int64
  private let state = Mutex<Identity?>(nil)
  /// Which history of positions the engine's state belongs to.
  private let lineage = Mutex<Lineage?>(nil)

  /// - Parameters:
  ///   - stream: the log's name.
  ///   - name: what makes the runs of one daemon known as such: a new one ends the lease of the
  ///     one before.
  init(stream: String, name: String, lease: Span) {
    leaseMilliseconds = lease.milliseconds
    self.stream = stream
    self.name = name
  }

  var identity: Identity? { state.withLock { $0 } }

  /// The host that this process is.
  func current() throws(EventLogError) -> Identity {
    if let identity { return identity }
    throw .unavailable("the log is not open")
  }

  /// Raises the epoch of this host, or makes it one.
  func enter(
    _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) -> Identity {
    if let known = identity, let epoch = try raise(known, connection, deadline) {
      var next = known
      next.epoch = epoch
      return keep(next)
    }
    let found = try findStream(connection, deadline)
    let (number, lineage) = (found.stream, found.lineage)
    let known = self.lineage.withLock { known in
      known = known ?? lineage
      return known
    }
    guard known == lineage else {
      throw .dataLoss("a loss was accepted on another host; this one has to be started again")
    }
    let rows = try postgres { () throws(PostgresError) in
      try connection.run(
        Self.add, [.int(number), .text(name), .int(leaseMilliseconds)], deadline: deadline)
    }
    let now = ContinuousClock.now
    return keep(
      Identity(
        stream: number, lineage: lineage,
        host: HostID(rawValue: UInt32(truncatingIfNeeded: rows.int(0, 0))), epoch: 1,
        heldSince: now, renewedAt: now))
  }

  /// Renews the lease, ends those that have run out, and lists the hosts.
  func renew(_ link: LogLink, at now: Instant?) throws(EventLogError) -> Lease {
    let connection = try link.current()
    guard let held = identity else { throw .unavailable("this host holds no lease") }
    let start = ContinuousClock.now
    let unbroken = held.renewedAt.duration(to: start) < .milliseconds(leaseMilliseconds)
    let heldSince = unbroken ? held.heldSince : start
    // Whoever was away cannot know who else was: after an outage of the server all leases look
    // as if they had run out.
    let mayEnd = heldSince.duration(to: start) >= .milliseconds(leaseMilliseconds)
    let time = now.map { PostgresValue.int($0.milliseconds) } ?? .null
    let result: PipelineResult
    do throws(PostgresError) {
      result = try connection.transaction(
        [
          (Self.renew, [.int(held.stream), .int(held.host), .int(leaseMilliseconds)]),
          (
            Self.end,
            [.int(held.stream), .int(held.host), .int(mayEnd ? 1 : 0)]
          ),
          (Self.list, [.int(held.stream)]),
          (Self.time, [.int(held.stream), time, .int(leaseMilliseconds)]),
        ], deadline: .now + LogLink.statementLimit)
    } catch {
      link.drop()
      throw EventLogError(error)
    }
    switch result {
    case .committed(let rows):
      guard rows[0].count == 1 else {
        // Somebody ended the lease: this host is another from the next connection on.
        state.withLock { $0 = nil }
        link.drop()
        throw .unavailable("the lease of \(held.host) was ended")
      }
      state.withLock { identity in
        identity?.heldSince = heldSince
        identity?.renewedAt = start
      }
      return lease(held.host, rows)
    case .refused(_, let error): throw EventLogError(error)
    case .unknown(let error):
      link.drop()
      throw EventLogError(error)
    }
  }

  /// Gives the stream a new lineage after a loss that was accepted, and ends the other hosts, whose
  /// state may have what was lost.
  func beginNewLineage(_ link: LogLink) throws(EventLogError) {
    guard let held = identity else { throw .unavailable("this host holds no lease") }
    let lineage = Lineage.random()
    _ = try postgres { () throws(PostgresError) in
      try link.run(
        Self.changeLineage, [.int(held.stream), .int(held.host), .bytes(lineage.bytes)])
    }
    self.lineage.withLock { $0 = lineage }
    state.withLock { $0?.lineage = lineage }
  }

  /// Ends the lease of this process, so that the others need not wait for it.
  func leave(_ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline) {
    guard let held = state.withLock({ $0.take() }) else { return }
    _ = try? connection.run(
      Self.remove, [.int(held.stream), .int(held.host)], deadline: deadline)
  }

  // MARK: - Parts

  private func keep(_ identity: Identity) -> Identity {
    state.withLock { $0 = identity }
    return identity
  }

  private func raise(
    _ known: Identity, _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) -> Int64? {
    let rows = try postgres { () throws(PostgresError) in
      try connection.run(Self.raise, [.int(known.stream), .int(known.host)], deadline: deadline)
    }
    return rows.count == 1 ? rows.int(0, 0) : nil
  }

  private func findStream(
    _ connection: PostgresConnection, _ deadline: PostgresConnection.Deadline
  ) throws(EventLogError) -> StreamIdentity {
    let rows = try postgres { () throws(PostgresError) in
      _ = try connection.run(
        Self.makeStream, [.text(stream), .bytes(Lineage.random().bytes)], deadline: deadline)
      return try connection.run(StreamIdentity.find, [.text(stream)], deadline: deadline)
    }
    guard let found = try StreamIdentity(rows) else { throw .dataLoss("the stream is gone") }
    return found
  }

  private func lease(_ host: HostID, _ rows: [PostgresRows]) -> Lease {
    let (list, time) = (rows[2], rows[3])
    return Lease(
      host: host,
      alive: (0..<list.count).map { HostID(rawValue: UInt32(truncatingIfNeeded: list.int($0, 0))) },
      below: HostID(rawValue: UInt32(truncatingIfNeeded: time.int(0, 0))),
      now: time.isNull(0, 1) ? nil : Instant(time.int(0, 1)), wall: WallTime(time.int(0, 2)),
      renewsAfter: Span(leaseMilliseconds * 3 / 20))
  }

  private static let makeStream = PostgresStatement(
    "make_stream",
    "INSERT INTO callback_log.stream (name, lineage) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    .text, .bytes)
  private static let add = PostgresStatement(
    "add_host",
    """
    WITH taken AS (
      UPDATE callback_log.stream SET next_host = next_host + 1 WHERE number = $1
      RETURNING next_host - 1 AS host)
    INSERT INTO callback_log.host (stream, host, name, epoch, expires)
    SELECT $1, host, $2, 1, clock_timestamp() + $3 * interval '1 millisecond' FROM taken
    ON CONFLICT (stream, name) DO UPDATE
    SET host = excluded.host, epoch = 1, expires = excluded.expires
    RETURNING host
    """, .int, .text, .int)
  private static let raise = PostgresStatement(
    "raise_epoch",
    "UPDATE callback_log.host SET epoch = epoch + 1 WHERE stream = $1 AND host = $2 "
      + "RETURNING epoch", .int, .int)
  private static let renew = PostgresStatement(
    "renew_lease",
    "UPDATE callback_log.host SET expires = clock_timestamp() + $3 * interval '1 millisecond' "
      + "WHERE stream = $1 AND host = $2 RETURNING host", .int, .int, .int)
  /// A host in the middle of an append holds its row: it is left for the next time.
  private static let end = PostgresStatement(
    "end_leases",
    """
    DELETE FROM callback_log.host WHERE (stream, host) IN (
      SELECT stream, host FROM callback_log.host
      WHERE stream = $1 AND host <> $2 AND $3 = 1 AND expires < clock_timestamp()
      FOR UPDATE SKIP LOCKED)
    """, .int, .int, .int)
  private static let list = PostgresStatement(
    "list_hosts", "SELECT host FROM callback_log.host WHERE stream = $1 ORDER BY host", .int)
  /// The shared engine time never goes back. A host at its start has none of its own: it counts
  /// the time since the last renewal, of which there was one within a lease if anybody lives.
  private static let time = PostgresStatement(
    "share_time",
    """
    UPDATE callback_log.stream SET
      engine_ms = greatest(engine_ms, $2, CASE WHEN $2 IS NULL THEN engine_ms
        + least(greatest(extract(epoch FROM clock_timestamp() - engine_at) * 1000, 0), $3)::bigint
        END),
      engine_at = clock_timestamp()
    WHERE number = $1
    RETURNING next_host, engine_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
    """, .int, .int, .int)
  private static let changeLineage = PostgresStatement(
    "change_lineage",
    "WITH ended AS (DELETE FROM callback_log.host WHERE stream = $1 AND host <> $2) "
      + "UPDATE callback_log.stream SET lineage = $3 WHERE number = $1", .int, .int, .bytes)
  private static let remove = PostgresStatement(
    "remove_host", "DELETE FROM callback_log.host WHERE stream = $1 AND host = $2", .int, .int)
}

extension PostgresValue {
  static func int(_ host: HostID) -> PostgresValue { .int(Int64(host.rawValue)) }
}
