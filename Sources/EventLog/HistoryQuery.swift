import CallbackCore

/// Whose history is asked for.
public enum HistoryQuery: Hashable, Sendable {
  /// Callbacks and links of a number in E.164, whatever the extension.
  case number(e164: String)
  /// Attempts of an agent, each with its callback, placed by the accept.
  case agent(AgentID)
  /// Callbacks requested on a day of Unix time (UTC), counted from 1970-01-01.
  case day(Int32)
  /// All callbacks.
  case all
}

/// One entry of the history.
public struct HistoryEntry: Hashable, Sendable {
  /// What it is placed by, and where the next page begins.
  public var cursor: HistoryCursor
  /// What it is.
  public var kind: Kind

  /// Puts an entry together.
  public init(cursor: HistoryCursor, kind: Kind) {
    self.cursor = cursor
    self.kind = kind
  }

  /// What an entry is.
  public enum Kind: Hashable, Sendable {
    /// A callback, placed by its request; in the history of an agent, by one of that agent's
    /// accepts.
    case callback(HistoryCallback)
    /// A link of a record to the number.
    case link(HistoryLink)
  }

  /// The moment that the entry is placed by.
  public var at: WallTime { cursor.at }
}

/// A place in a history, which never moves: the entry's time, then an id.
public struct HistoryCursor: Hashable, Comparable, Sendable {
  /// The entry's time on the wall clock.
  public var at: WallTime
  /// The upper half of the id that separates entries of one moment.
  public var high: UInt64
  /// The lower half.
  public var low: UInt64

  /// Names a place.
  public init(at: WallTime, high: UInt64, low: UInt64) {
    self.at = at
    self.high = high
    self.low = low
  }

  /// The place of a callback in histories of numbers and days.
  public init(_ callback: Callback) {
    self.init(at: callback.requestedAt, high: callback.id.high, low: callback.id.low)
  }

  /// The place of an attempt in the history of its agent.
  public init(_ attempt: Attempt) {
    self.init(at: attempt.acceptedAt.wall, high: attempt.id.high, low: attempt.id.low)
  }

  /// Older is less.
  public static func < (a: HistoryCursor, b: HistoryCursor) -> Bool {
    (a.at.milliseconds, a.high, a.low) < (b.at.milliseconds, b.high, b.low)
  }

  /// The place as text, for page tokens.
  public var text: String {
    [UInt64(bitPattern: at.milliseconds), high, low].map { String($0, radix: 36) }
      .joined(separator: "-")
  }

  /// Reads the text form; anything else is nil.
  public init?(text: String) {
    guard text.utf8.count <= 48 else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let time = UInt64(parts[0], radix: 36),
      let high = UInt64(parts[1], radix: 36), let low = UInt64(parts[2], radix: 36)
    else { return nil }
    self.init(at: WallTime(Int64(bitPattern: time)), high: high, low: low)
  }
}
