/// A command on its way into the core: who sends it, and what makes it repeatable.
public struct Submission: Hashable, Sendable {
  /// What is asked for.
  public var command: Command
  /// Who asks.
  public var actor: Actor
  /// Under which id the answer is remembered; nil for commands that are not remembered.
  public var requestKey: RequestKey?
  /// 128 bits of the content, to tell a repetition from another request with the same id.
  public var fingerprint: Fingerprint
  /// When the command was received, on the engine's clock: an accept counts if it was received
  /// before the deadline, even if it is decided after it. Nil for the moment of the decision.
  public var receivedAt: Instant?

  /// Puts a submission together.
  public init(
    _ command: Command, actor: Actor, requestKey: RequestKey? = nil,
    fingerprint: Fingerprint = Fingerprint(high: 0, low: 0), receivedAt: Instant? = nil
  ) {
    self.command = command
    self.actor = actor
    self.requestKey = requestKey
    self.fingerprint = fingerprint
    self.receivedAt = receivedAt
  }
}

/// What a decision may know of the world: the clocks and a little chance.
public struct DecisionContext: Sendable {
  /// The engine's clock; never behind the last event's.
  public var now: Instant
  /// The wall clock; may jump.
  public var wall: WallTime
  /// 64 random bits, for ids that cannot be guessed.
  public var entropy: UInt64
  /// The world's clocks, for quiet hours.
  public var zones: any ZoneTable

  /// Tells the time.
  public init(now: Instant, wall: WallTime, entropy: UInt64, zones: any ZoneTable = NoZones()) {
    self.now = now
    self.wall = wall
    self.entropy = entropy
    self.zones = zones
  }
}

/// When and for whom an event was decided.
public struct EventStamp: Hashable, Sendable {
  /// The engine's clock.
  public var now: Instant
  /// The wall clock.
  public var wall: WallTime
  /// Who caused it.
  public var actor: Actor

  /// Stamps an event.
  public init(now: Instant, wall: WallTime, actor: Actor) {
    self.now = now
    self.wall = wall
    self.actor = actor
  }
}

/// An event as the log holds it.
public struct EventRecord: Hashable, Sendable {
  /// Its place in the log, from 1.
  public var position: UInt64
  /// When and for whom it was decided.
  public var stamp: EventStamp
  /// What happened.
  public var event: Event

  /// Records an event.
  public init(position: UInt64, stamp: EventStamp, event: Event) {
    self.position = position
    self.stamp = stamp
    self.event = event
  }
}
