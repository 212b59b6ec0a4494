import CallbackCore

/// A number that is to leave the log. That is decided, and the log keeps it, apart from its records
/// and in the transaction of the event that says so, until all of it is done: what is still due
/// after a kill is found there, whatever snapshots were kept and records dropped meanwhile.
public struct DueForgetting: Hashable, Sendable {
  /// The number, whatever the extension.
  public var e164: String
  /// Who asks for it.
  public var actor: Actor
  /// When, on the wall clock.
  public var at: WallTime
  /// Tells the request from others.
  public var request: Fingerprint
  /// Callbacks from this id on were asked for after the decision: they stay.
  public var firstKept: CallbackID

  /// Describes what to forget.
  public init(
    e164: String, actor: Actor, at: WallTime, request: Fingerprint,
    firstKept: CallbackID = CallbackID(high: .max, low: .max)
  ) {
    self.e164 = e164
    self.actor = actor
    self.at = at
    self.request = request
    self.firstKept = firstKept
  }
}

/// A forgetting of which something is still to do.
public struct UnfinishedForgetting: Hashable, Sendable {
  /// Which of the log's entries it becomes.
  public var id: UInt64
  /// The number; nil where it has left the log, and the place where it stood is still to be
  /// overwritten.
  public var e164: String?
  /// Who asked for it.
  public var actor: Actor

  /// Describes a forgetting.
  public init(id: UInt64, e164: String?, actor: Actor) {
    self.id = id
    self.e164 = e164
    self.actor = actor
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

extension EventLog {
  /// Does in the log what is left of a forgetting.
  ///
  /// - Parameters:
  ///   - snapshot: the state at the end of the log; made where the number is still in it.
  ///   - erased: is called when the snapshot has taken the place of the records.
  /// - Returns: the entry; of one that is done the one there is, and nothing more is removed.
  /// - Throws: why it is not done: do it again. `.unavailable` where there is no such forgetting.
  public func finishForgetting(
    _ id: UInt64, leaving snapshot: @autoclosure () throws(EventLogError) -> LogSnapshot,
    erased: () -> Void = {}
  ) throws(EventLogError) -> ForgettingEntry {
    if try unfinishedForgettings().contains(where: { $0.id == id && $0.e164 != nil }) {
      try forget(id, leaving: snapshot())
      erased()
    }
    try overwriteForgotten()
    guard let entry = try forgettings(after: max(id, 1) - 1, limit: 1).first, entry.id == id
    else { throw .noForgetting(id) }
    return entry
  }
}

extension LogSnapshot {
  /// The callbacks of a number that has been forgotten: they have it since then.
  public func callbacks(with e164: String) -> Set<CallbackID> {
    Set(state.callbacks.filter { $0.mentions(e164) }.map(\.id))
      .union(state.attempts.filter { $0.mentions(e164) }.map(\.callback))
  }
}
