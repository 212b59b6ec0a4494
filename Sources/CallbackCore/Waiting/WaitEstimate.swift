/// How long a callback will wait until it is first offered to an agent, as far as it can be told
/// (DOMAIN, "Waiting").
public enum WaitEstimate: Hashable, Sendable {
  /// So long, probably.
  case interval(WaitInterval)
  /// Nobody can tell, because of this.
  case unknown(WaitObstacle)
}

/// How long a callback will probably wait, counted from the answer that says so.
public struct WaitInterval: Hashable, Sendable {
  /// One callback in ten waits less than this.
  public var earliest: Span
  /// Half of the callbacks wait less than this.
  public var median: Span
  /// Nine callbacks in ten wait less than this.
  public var latest: Span
  /// How it was computed.
  public var model: WaitModel
  /// The queue's agents on duty.
  public var agents: UInt32
  /// Callbacks of the queue that have been seen to hold an agent; with few the interval is wide.
  public var observations: UInt32

  /// Puts an interval together.
  public init(
    earliest: Span, median: Span, latest: Span, model: WaitModel, agents: UInt32,
    observations: UInt32
  ) {
    self.earliest = earliest
    self.median = median
    self.latest = latest
    self.model = model
    self.agents = agents
    self.observations = observations
  }
}

/// How a wait is computed.
public enum WaitModel: UInt8, Hashable, Sendable, CaseIterable {
  /// From how many callbacks are before it, how long callbacks of the queue lately held an agent,
  /// and how many agents are on duty: see `DepartureModel`.
  case departures = 1
}

/// Why nobody can tell how long a callback will wait.
public enum WaitObstacle: UInt8, Hashable, Sendable, CaseIterable {
  /// The queue makes no offers.
  case queuePaused = 1
  /// The queue dials by connector and none is attached that serves the callback's location.
  case noConnector = 2
  /// The queue has no members.
  case noMembers = 3
  /// None of the queue's agents is on duty.
  case nobodyOnDuty = 4
  /// The caller has phoned in and may be served.
  case callerArrived = 5
  /// Its attempt is running, or another call of its number.
  case attemptRunning = 6
  /// The fate of its attempt is unknown.
  case uncertain = 7
  /// It is over.
  case ended = 8
}
