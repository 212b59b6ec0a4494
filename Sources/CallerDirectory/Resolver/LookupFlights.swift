import CallbackCore

/// The look-ups under way and those that wait for their turn: one for a number, and so many at once.
struct LookupFlights {
  typealias Waiter = CheckedContinuation<LineAnswer, Never>

  /// A look-up of one line.
  struct Flight {
    let id: UInt64
    let line: PhoneNumber.Line
  }

  /// What is to be done about a new waiter.
  enum Joined {
    /// Start this look-up now.
    case start(Flight)
    /// Somebody started one already.
    case shared
    /// One will start when another ends.
    case queued
    /// There are too many.
    case refused(Waiter)
  }

  private struct Entry {
    let flight: Flight
    var waiters: [Waiter]
  }

  private let runningLimit: Int
  private let waitingLimit: Int
  private var nextID: UInt64 = 1
  /// Look-ups that somebody waits for.
  private var entries: [UInt64: Entry] = [:]
  /// Those of them that whoever asks about the line may wait for, too.
  private var shared: [PhoneNumber.Line: UInt64] = [:]
  /// Look-ups that have not begun, the oldest first.
  private var queue: [UInt64] = []
  /// The lines of those under way, given up ones included: they still burden the directory.
  private var underway: [UInt64: PhoneNumber.Line] = [:]
  /// Those of them that began before a change of what they ask about.
  private var outdated: Set<UInt64> = []

  init(_ settings: ResolverSettings) {
    runningLimit = max(1, settings.runningLookups)
    waitingLimit = settings.waitingLookups
  }

  var running: Int { underway.count }
  var waiting: Int { queue.count }

  /// Whether a look-up of the line is under way or waits for its turn.
  func has(_ line: PhoneNumber.Line) -> Bool { shared[line] != nil }

  /// Adds somebody who waits for the answer about a line.
  mutating func join(_ line: PhoneNumber.Line, _ waiter: Waiter) -> Joined {
    if let id = shared[line] {
      entries[id]?.waiters.append(waiter)
      return .shared
    }
    guard running < runningLimit || queue.count < waitingLimit else { return .refused(waiter) }
    let flight = Flight(id: nextID, line: line)
    nextID += 1
    entries[flight.id] = Entry(flight: flight, waiters: [waiter])
    shared[line] = flight.id
    if running < runningLimit {
      underway[flight.id] = line
      return .start(flight)
    }
    queue.append(flight.id)
    return .queued
  }

  /// Takes out those who wait for a look-up; none where it was taken out before.
  mutating func waiters(of flight: Flight) -> [Waiter]? {
    if shared[flight.line] == flight.id { shared[flight.line] = nil }
    return entries.removeValue(forKey: flight.id)?.waiters
  }

  /// A number's records have changed: what look-ups under way bring may be of before, and nobody
  /// else waits for them.
  mutating func outdate(e164: String) {
    for (id, line) in underway where line.e164 == e164 {
      outdated.insert(id)
      if shared[line] == id { shared[line] = nil }
    }
  }

  /// Whether a look-up under way began before a change of what it asks about.
  func isOutdated(_ flight: Flight) -> Bool { outdated.contains(flight.id) }

  /// Frees the place of a look-up that has ended, and gives it to the next.
  mutating func ended(_ flight: Flight) -> Flight? {
    underway[flight.id] = nil
    outdated.remove(flight.id)
    guard running < runningLimit, !queue.isEmpty else { return nil }
    guard let next = entries[queue.removeFirst()]?.flight else { return nil }
    underway[next.id] = next.line
    return next
  }
}

/// The answer about one line.
enum LineAnswer: Sendable {
  /// The directory knows these; none: nobody.
  case matches([CallerMatch], origin: ResolvedCaller.Origin, age: Duration)
  /// The directory did not answer; its records from before, where there are any.
  case failed(LookupFailure, stale: [CallerMatch], age: Duration)

  /// How long the cache will give the same answer again.
  func goodFor(_ settings: ResolverSettings) -> Duration {
    guard case .matches(let matches, _, let age) = self else { return .zero }
    return max(.zero, (matches.isEmpty ? settings.missAge : settings.hitAge) - age)
  }
}
