import CallbackCore

/// A log that several hosts append to, each with a copy of the state (DESIGN, "The log").
///
/// A host is one run of a daemon. It holds a lease; whoever finds that a lease has run out ends it
/// for good, and the host, should it still live, can append nothing until it has become another.
public protocol SharedEventLog: EventLog {
  /// Who this process is among the hosts; changes when its lease was ended by others.
  var host: HostID { get }

  /// Renews the lease and learns who else holds one.
  ///
  /// - Parameter now: this host's engine time; nil at its start, when it has none.
  func renewLease(at now: Instant?) throws(EventLogError) -> Lease

  /// Lets nobody else append until the next append of this host, `giveTurn`, or the loss of the
  /// connection: for a host that keeps losing races.
  func takeTurn() throws(EventLogError)

  /// Ends the turn.
  func giveTurn()
}

/// What a host knows of the hosts when it has renewed its lease.
public struct Lease: Hashable, Sendable {
  /// Itself.
  public var host: HostID
  /// The hosts that hold a lease, itself among them, in order.
  public var alive: [HostID]
  /// Hosts from this number on are younger than the list.
  public var below: HostID
  /// The engine time that the hosts share, which may be ahead of this host's; nil where there was
  /// none.
  public var now: Instant?
  /// The wall clock of the log's server.
  public var wall: WallTime
  /// After how long it is to be renewed: a part of the time that it lasts, so that some that fail cost
  /// nothing; also how long at most a lease that has run out goes unnoticed.
  public var renewsAfter: Span

  /// Describes a lease.
  public init(
    host: HostID, alive: [HostID], below: HostID, now: Instant?, wall: WallTime, renewsAfter: Span
  ) {
    self.renewsAfter = renewsAfter
    self.host = host
    self.alive = alive
    self.below = below
    self.now = now
    self.wall = wall
  }

  /// How many hosts come before this one when something has to be done by one of them.
  public var rank: Int { alive.count { $0 < host } }
}
