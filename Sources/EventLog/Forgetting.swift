import CallbackCore

/// A number that is to leave a log, with a state that does not hold it any more.
public struct Forgetting: Hashable, Sendable {
  /// The number, whatever the extension.
  public var e164: String
  /// Who asks for it.
  public var actor: Actor
  /// When, on the wall clock.
  public var at: WallTime
  /// Tells a request from others; nil for one that is not repeated.
  public var request: Fingerprint?
  /// Whether the request was decided before: then its entry, where there is one, is the answer.
  public var isRepeated: Bool
  /// The state at the end of the log, without the number.
  public var snapshot: LogSnapshot

  /// Describes what to forget.
  public init(
    e164: String, actor: Actor, at: WallTime, request: Fingerprint? = nil,
    isRepeated: Bool = false, snapshot: LogSnapshot
  ) {
    self.e164 = e164
    self.actor = actor
    self.at = at
    self.request = request
    self.isRepeated = isRepeated
    self.snapshot = snapshot
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
