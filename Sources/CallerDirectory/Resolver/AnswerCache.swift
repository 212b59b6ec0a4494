import CallbackCore

/// What a directory answered about numbers, bounded by dropping what was not asked for lately.
///
/// Two halves: entries go into the young one, and an entry of the old one that is used goes back
/// there. When the young half is full it becomes the old one, whose entries are dropped. So it
/// never holds more than its limit, and every step takes constant time.
struct AnswerCache {
  struct Entry {
    /// Empty where the directory knows nobody of the number.
    var matches: [CallerMatch]
    var answeredAt: Duration
    var generation: UInt64
  }

  private let halfLimit: Int
  private let hitAge: Duration
  private let missAge: Duration
  private let staleAge: Duration
  private var young: [PhoneNumber.Line: Entry] = [:]
  private var old: [PhoneNumber.Line: Entry] = [:]

  init(_ settings: ResolverSettings) {
    halfLimit = max(1, settings.cachedNumbers / 2)
    hitAge = settings.hitAge
    missAge = settings.missAge
    staleAge = settings.staleAge
  }

  var count: Int { young.count + old.count }

  /// The answer about a line while it may be used as it is.
  mutating func fresh(
    _ line: PhoneNumber.Line, at now: Duration, generation: UInt64
  ) -> Entry? {
    guard let entry = entry(line), entry.generation == generation else { return nil }
    let limit = entry.matches.isEmpty ? missAge : hitAge
    return now - entry.answeredAt < limit ? entry : nil
  }

  /// The records of a line from before, for when the directory fails. That it had none is not
  /// told: who has become a Lead since would be called Unknown.
  mutating func stale(_ line: PhoneNumber.Line, at now: Duration) -> Entry? {
    guard let entry = entry(line), !entry.matches.isEmpty else { return nil }
    return now - entry.answeredAt < staleAge ? entry : nil
  }

  mutating func store(_ entry: Entry, for line: PhoneNumber.Line) {
    old[line] = nil
    makeRoom(for: line)
    young[line] = entry
  }

  /// Drops what is known of a number, whatever the extension.
  mutating func remove(e164: String) {
    young = young.filter { $0.key.e164 != e164 }
    old = old.filter { $0.key.e164 != e164 }
  }

  private mutating func entry(_ line: PhoneNumber.Line) -> Entry? {
    if let entry = young[line] { return entry }
    guard let entry = old.removeValue(forKey: line) else { return nil }
    makeRoom(for: line)
    young[line] = entry
    return entry
  }

  private mutating func makeRoom(for line: PhoneNumber.Line) {
    guard young.count >= halfLimit, young[line] == nil else { return }
    old = young
    young = [:]
  }
}
