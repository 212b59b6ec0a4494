import CallbackCore

/// How the answers of several directories become one.
public enum DirectoryCombination: String, Hashable, Sendable, CaseIterable {
  /// The first directory that knows the number counts alone.
  case first
  /// The records of all directories count together.
  case merged
}

/// Picks among the answers about a caller's lines: the first line that a directory knows.
///
/// A line that failed does not hide a later one that is known; but where none is known and one
/// failed, the look-up has failed, for that one might have been.
struct LineChoice {
  private let names: [String]
  private let combination: DirectoryCombination
  private var found: [(source: Int, matches: [CallerMatch], origin: ResolvedCaller.Origin)] = []
  private var age: Duration = .zero
  private var missed: (source: Int, origin: ResolvedCaller.Origin, age: Duration)?
  private var failure: LookupFailure?
  /// What each directory answered, where that is asked for.
  private(set) var steps: [DirectoryStep]?

  init(names: [String], combination: DirectoryCombination, explains: Bool = false) {
    self.names = names
    self.combination = combination
    steps = explains ? [] : nil
  }

  /// Takes the answer of the next directory about a line; true where no further one matters.
  mutating func settles(
    with answer: LineAnswer, of source: Int, about line: PhoneNumber.Line, took: Duration
  ) -> Bool {
    let countedBefore = found.count
    switch answer {
    case .matches(let matches, let origin, let age):
      if matches.isEmpty {
        if missed == nil { missed = (source, origin, age) }
      } else {
        take(matches, origin, age, of: source)
      }
    case .failed(let failure, let stale, let age):
      if self.failure == nil { self.failure = failure }
      if !stale.isEmpty { take(stale, .staleCache, age, of: source) }
    }
    steps?.append(
      DirectoryStep(
        directory: names[source], line: line, answer, counted: found.count > countedBefore,
        took: took))
    return combination == .first && !found.isEmpty
  }

  /// Whether the line whose answers were all taken is known, so that the next does not matter.
  var isFound: Bool { !found.isEmpty }

  private mutating func take(
    _ matches: [CallerMatch], _ origin: ResolvedCaller.Origin, _ age: Duration, of source: Int
  ) {
    found.append((source, qualified(matches, source), origin))
    self.age = max(self.age, age)
  }

  /// Where there are several directories, an id names its directory.
  private func qualified(_ matches: [CallerMatch], _ source: Int) -> [CallerMatch] {
    guard names.count > 1 else { return matches }
    return matches.map { match in
      var match = match
      match.recordID = RecordName(names[source], match.recordID).text
      return match
    }
  }

  /// What the answers come to.
  func resolved(took: Duration) -> ResolvedCaller {
    if let only = found.first {
      let isStale = found.contains { $0.origin == .staleCache }
      let isFresh = found.contains { $0.origin == .directory }
      return ResolvedCaller(
        lookup: CallerLookup(
          status: .resolved, matches: matches(only.matches), source: source, age: age.span,
          isStale: isStale),
        origin: isStale ? .staleCache : isFresh ? .directory : .cache,
        failure: isStale || found.count < names.count ? failureBesideFound : nil, took: took)
    }
    if let failure {
      return ResolvedCaller(
        lookup: CallerLookup(status: .failed), origin: .none, failure: failure, took: took)
    }
    if let missed {
      return ResolvedCaller(
        lookup: CallerLookup(
          status: .resolved, source: names.count == 1 ? names[missed.source] : "",
          age: missed.age.span),
        origin: missed.origin, took: took)
    }
    return ResolvedCaller(lookup: .none, origin: .none, took: took)
  }

  /// A failure that may have hidden something: of the records that count, or, merged, of others.
  private var failureBesideFound: LookupFailure? {
    let isStale = found.contains { $0.origin == .staleCache }
    return isStale || combination == .merged ? failure : nil
  }

  private func matches(_ first: [CallerMatch]) -> [CallerMatch] {
    guard found.count > 1 else { return first }
    let all = CallerRanking.rank(found.flatMap(\.matches), at: nil)
    return Array(all.prefix(DirectoryLimits.matches))
  }

  private var source: String {
    guard found.count > 1 else { return names[found[0].source] }
    let all = found.map { names[$0.source] }.joined(separator: "+")
    return all.utf8.count <= DirectoryLimits.adapterNameBytes
      ? all : "\(found.count) directories"
  }
}

/// What one directory answered about one line.
public struct DirectoryStep: Hashable, Sendable {
  /// The directory's name.
  public var directory: String
  /// The line that it was asked about.
  public var line: PhoneNumber.Line
  /// Where the answer came from.
  public var origin: ResolvedCaller.Origin
  /// How many records there are.
  public var matchCount: Int
  /// Whether they are among the matches.
  public var counted: Bool
  /// How old the answer is.
  public var age: Duration
  /// How long the answer took.
  public var took: Duration
  /// Why the directory did not answer.
  public var failure: LookupFailure?

  init(
    directory: String, line: PhoneNumber.Line, _ answer: LineAnswer, counted: Bool, took: Duration
  ) {
    self.directory = directory
    self.line = line
    self.counted = counted
    self.took = took
    switch answer {
    case .matches(let matches, let origin, let age):
      (self.origin, self.age, matchCount) = (origin, age, matches.count)
    case .failed(let failure, let stale, let age):
      (origin, self.age, matchCount) = (stale.isEmpty ? .none : .staleCache, age, stale.count)
      self.failure = failure
    }
  }
}

extension Duration {
  /// In whole milliseconds, as the core counts.
  var span: Span {
    let (seconds, attoseconds) = components
    return Span(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
}
