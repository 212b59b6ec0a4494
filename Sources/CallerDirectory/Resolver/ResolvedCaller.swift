import CallbackCore

/// Who is calling, as far as a directory could tell in time.
public struct ResolvedCaller: Hashable, Sendable {
  /// Where the answer came from.
  public enum Origin: UInt8, Hashable, Sendable, CaseIterable {
    /// The directory was asked.
    case directory = 1
    /// The directory was asked lately.
    case cache = 2
    /// The directory fails; this is what it answered before.
    case staleCache = 3
    /// Nobody answered.
    case none = 4
  }

  /// What the core and the ranking are told.
  public var lookup: CallerLookup
  /// Where the answer came from.
  public var origin: Origin
  /// Why the directory did not answer; also set beside a stale answer.
  public var failure: LookupFailure?
  /// How long the look-up took.
  public var took: Duration
  /// How long the same question would be given the same answer, where the resolver's `version` stays
  /// what it was; zero where it would be asked anew.
  public var goodFor: Duration = .zero
  /// What each directory answered, where that was asked for.
  public var steps: [DirectoryStep] = []

  /// Puts an answer together.
  public init(
    lookup: CallerLookup, origin: Origin, failure: LookupFailure? = nil, took: Duration = .zero
  ) {
    self.lookup = lookup
    self.origin = origin
    self.failure = failure
    self.took = took
  }
}

/// Why a look-up has no answer of the directory.
public enum LookupFailure: Error, Hashable, Sendable {
  /// The budget ran out, or the look-up was given up.
  case timedOut
  /// The directory said that it cannot answer.
  case directory(DirectoryError)
  /// It failed so often that it is not asked now.
  case circuitOpen
  /// Too many look-ups are under way and waiting.
  case overloaded
}
