/// What the look-up of a caller found, before any ranking.
public struct CallerLookup: Hashable, Sendable {
  /// How the look-up ended.
  public var status: LookupStatus
  /// The records that match the number, in any order; empty unless resolved. At most 32.
  public var matches: [CallerMatch]
  /// Which adapter answered; at most 64 bytes.
  public var source: String
  /// How old the answer was when it was given; zero for a fresh one.
  public var age: Span
  /// Whether it is what the directory said before it failed, too old to be used otherwise.
  public var isStale: Bool

  /// Tells what a look-up found.
  public init(
    status: LookupStatus, matches: [CallerMatch] = [], source: String = "", age: Span = .zero,
    isStale: Bool = false
  ) {
    self.status = status
    self.matches = matches
    self.source = source
    self.age = age
    self.isStale = isStale
  }

  /// A caller of whom no look-up was made.
  public static let none = CallerLookup(status: .notLookedUp)
}

/// How a look-up ended.
public enum LookupStatus: UInt8, Hashable, Sendable, CaseIterable {
  /// No look-up was made: the caller's number is withheld and none was keyed in.
  case notLookedUp = 1
  /// The directory answered: with matches, or that it knows nobody of the number.
  case resolved = 2
  /// The look-up failed or ran out of its budget; this is not "Unknown" (DOMAIN).
  case failed = 3
}

/// Which card an accept opens (DOMAIN, rows G, H and I, seed).
public enum Card: Hashable, Sendable {
  /// The Lead card of a record.
  case lead(recordID: String)
  /// The Customer card of a record.
  case customer(recordID: String)
  /// The Greeting card: start a new Lead, or match the number to a record.
  case greeting
}

/// The rule that picked the first match and the card.
public enum ResolutionRule: UInt8, Hashable, Sendable, CaseIterable {
  /// An active Lead anywhere: its Lead card.
  case activeLead = 1
  /// No active Lead, but a Customer: the Customer card.
  case customer = 2
  /// A Previous Customer: the Customer card, or the Greeting card by setting.
  case previousCustomer = 3
  /// An inactive Lead and nothing better: the Lead card.
  case inactiveLead = 4
  /// The directory knows nobody of the number: the Greeting card.
  case unknownNumber = 5
  /// The look-up failed: the Greeting card.
  case lookupFailed = 6
  /// No look-up was made: the Greeting card.
  case notLookedUp = 7
}

/// Who is calling, as an alert shows it and an accept opens it.
public struct CallerResolution: Hashable, Sendable {
  /// How the look-up ended.
  public var status: LookupStatus
  /// All matches, the best first (DOMAIN, "Who is calling").
  public var matches: [CallerMatch]
  /// The union of the labels over all matches.
  public var labels: CallerLabels
  /// The card that accepting opens.
  public var card: Card
  /// The rule that picked the first match and the card.
  public var rule: ResolutionRule
  /// Which adapter answered.
  public var source: String
  /// How old the answer was when it was given.
  public var age: Span
  /// Whether it is what the directory said before it failed.
  public var isStale: Bool

  /// Puts a resolution together; `CallerRanking.resolve` is the one that follows the rules.
  public init(
    status: LookupStatus, matches: [CallerMatch], labels: CallerLabels, card: Card,
    rule: ResolutionRule, source: String, age: Span, isStale: Bool = false
  ) {
    self.status = status
    self.matches = matches
    self.labels = labels
    self.card = card
    self.rule = rule
    self.source = source
    self.age = age
    self.isStale = isStale
  }
}
