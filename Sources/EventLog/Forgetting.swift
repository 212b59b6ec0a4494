import CallbackCore

/// A number that is to leave the log. That is decided, and the log keeps it, apart from its records
/// and in the transaction of the event that says so, until all of it is done: what is still due
/// after a kill is found there, whatever snapshots were kept and records dropped meanwhile.
public struct DueForgetting: Hashable, Sendable {
  /// Which of the log's entries it becomes; 0 before the log has it.
  public var id: UInt64
  /// The number, whatever the extension.
  public var e164: String
  /// Who asks for it.
  public var actor: Actor
  /// When, on the wall clock.
  public var at: WallTime
  /// Tells the request from others.
  public var request: Fingerprint

  /// Describes what to forget.
  public init(
    id: UInt64 = 0, e164: String, actor: Actor, at: WallTime, request: Fingerprint
  ) {
    self.id = id
    self.e164 = e164
    self.actor = actor
    self.at = at
    self.request = request
  }
}

/// That somebody had a number forgotten, without the number: what an audit may know of it.
public struct ForgettingEntry: Hashable, Sendable {
  /// Which of the log's entries this is; later ones have higher ids, the first at least 1.
  public var id: UInt64
  /// When, on the wall clock.
  public var at: WallTime
  /// Who asked for it.
  public var actor: Actor
  /// Callbacks that left the history.
  public var callbacks: UInt64

  /// Describes an entry.
  public init(id: UInt64, at: WallTime, actor: Actor, callbacks: UInt64) {
    self.id = id
    self.at = at
    self.actor = actor
    self.callbacks = callbacks
  }
}

extension EventLogError {
  /// That there is no forgetting of an id, neither due nor done.
  public static func noForgetting(_ id: UInt64) -> EventLogError {
    .unavailable("the log knows of no forgetting \(id)")
  }
}

extension LogSnapshot {
  /// The callbacks of a number that came after it was decided to forget it: the state holds no
  /// others of it.
  public func callbacks(with e164: String) -> Set<CallbackID> {
    Set(state.callbacks.filter { $0.mentions(e164) }.map(\.id))
      .union(state.attempts.filter { $0.mentions(e164) }.map(\.callback))
  }
}
