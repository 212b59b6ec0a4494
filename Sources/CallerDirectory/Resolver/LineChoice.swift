import CallbackCore

/// Picks among the answers about a caller's lines: the first line that the directory knows.
///
/// A line that failed does not hide a later one that is known; but where none is known and one
/// failed, the look-up has failed, for that one might have been.
struct LineChoice {
  private let source: String
  private var found: (matches: [CallerMatch], origin: ResolvedCaller.Origin, age: Duration)?
  private var missed: (origin: ResolvedCaller.Origin, age: Duration)?
  private var failure: LookupFailure?

  init(source: String) { self.source = source }

  /// Takes the answer about the next line; true where no further one matters.
  mutating func settles(with answer: LineAnswer) -> Bool {
    switch answer {
    case .matches(let matches, let origin, let age):
      if matches.isEmpty {
        if missed == nil { missed = (origin, age) }
      } else {
        found = (matches, origin, age)
      }
    case .failed(let failure, let stale, let age):
      if self.failure == nil { self.failure = failure }
      if !stale.isEmpty { found = (stale, .staleCache, age) }
    }
    return found != nil
  }

  /// What the answers come to.
  func resolved(took: Duration) -> ResolvedCaller {
    if let found {
      return ResolvedCaller(
        lookup: CallerLookup(
          status: .resolved, matches: found.matches, source: source, age: found.age.span),
        origin: found.origin, failure: found.origin == .staleCache ? failure : nil, took: took)
    }
    if let failure {
      return ResolvedCaller(
        lookup: CallerLookup(status: .failed, source: source), origin: .none, failure: failure,
        took: took)
    }
    if let missed {
      return ResolvedCaller(
        lookup: CallerLookup(status: .resolved, source: source, age: missed.age.span),
        origin: missed.origin, took: took)
    }
    return ResolvedCaller(lookup: .none, origin: .none, took: took)
  }
}

extension Duration {
  /// In whole milliseconds, as the core counts.
  var span: Span {
    let (seconds, attoseconds) = components
    return Span(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
}
