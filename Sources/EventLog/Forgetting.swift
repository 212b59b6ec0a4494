import CallbackCore

/// A number that is to leave a log, with a state that does not hold it any more.
public struct Forgetting: Hashable, Sendable {
  /// The number, whatever the extension.
  public var e164: String
  /// Who asks for it.
  public var actor: Actor
  /// When, on the wall clock.
  public var at: WallTime
  /// The state at the end of the log, without the number.
  public var snapshot: LogSnapshot

  /// Describes what to forget.
  public init(e164: String, actor: Actor, at: WallTime, snapshot: LogSnapshot) {
    self.e164 = e164
    self.actor = actor
    self.at = at
    self.snapshot = snapshot
  }
}

/// That somebody had a number forgotten, without the number: what an audit may know of it.
public struct ForgettingEntry: Hashable, Sendable {
  /// When, on the wall clock.
  public var at: WallTime
  /// Who asked for it.
  public var actor: Actor
  /// Callbacks that left the history.
  public var callbacks: UInt64

  /// Describes an entry.
  public init(at: WallTime, actor: Actor, callbacks: UInt64) {
    self.at = at
    self.actor = actor
    self.callbacks = callbacks
  }
}
