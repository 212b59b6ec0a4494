/// Which hosts are left of those that share a log.
public struct EndHosts: Hashable, Sendable {
  /// The hosts that live.
  public var alive: [HostID]
  /// Hosts from this number on are younger than the list, and live as well.
  public var below: HostID
  /// How long agents stay without a stream: none where the host's lease was their grace.
  public var grace: Span

  /// Describes what is left.
  public init(alive: [HostID], below: HostID, grace: Span) {
    (self.alive, self.below, self.grace) = (alive, below, grace)
  }

  /// Whether a host is gone.
  public func ends(_ host: HostID) -> Bool { host < below && !alive.contains(host) }

  /// Whether some of these hosts are gone.
  public func endsSome(of hosts: Set<HostID>) -> Bool { hosts.contains { ends($0) } }
}

/// Hosts that share a log (DESIGN, "The log"): presence is leased per host.
extension CallCenter {
  /// Hosts that have streams open.
  public var openHosts: Set<HostID> {
    Set(sessions.values.lazy.map(\.stream.host)).union(dialers.values.lazy.map(\.stream.host))
  }

  /// The open stream of a session; nil where it has none.
  public func stream(of session: SessionID) -> StreamID? { sessions[session]?.stream }

  /// Sessions whose streams are open, in order.
  public var sessionIDs: [SessionID] { sessions.keys.sorted() }

  /// Ends what the streams of dead hosts held, as if each had closed.
  mutating func endHosts(_ end: EndHosts, _ step: inout Step) -> Reply {
    for (id, session) in sessions.sorted(by: { $0.key < $1.key })
    where end.ends(session.stream.host) {
      emit(.sessionClosed(id, graceUntil: step.now + end.grace), &step)
    }
    for id in dialerIDs {
      guard let dialer = dialers[id], end.ends(dialer.stream.host) else { continue }
      _ = detachDialer(id, dialer.stream, &step)
    }
    return .done
  }
}
