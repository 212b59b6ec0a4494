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
  private var entries: [PhoneNumber.Line: Entry] = [:]
  /// Look-ups that have not begun, the oldest first.
  private var queue: [PhoneNumber.Line] = []
  /// Those under way, given up ones included: they still burden the directory.
  private(set) var running = 0

  init(_ settings: ResolverSettings) {
    runningLimit = max(1, settings.runningLookups)
    waitingLimit = settings.waitingLookups
  }

  var waiting: Int { queue.count }

  /// Whether a look-up of the line is under way or waits for its turn.
  func has(_ line: PhoneNumber.Line) -> Bool { entries[line] != nil }

  /// Adds somebody who waits for the answer about a line.
  mutating func join(_ line: PhoneNumber.Line, _ waiter: Waiter) -> Joined {
    if entries[line] != nil {
      entries[line]?.waiters.append(waiter)
      return .shared
    }
    guard running < runningLimit || queue.count < waitingLimit else { return .refused(waiter) }
    let flight = Flight(id: nextID, line: line)
    nextID += 1
    entries[line] = Entry(flight: flight, waiters: [waiter])
    if running < runningLimit {
      running += 1
      return .start(flight)
    }
    queue.append(line)
    return .queued
  }

  /// Takes out those who wait for a look-up; none where it was taken out before.
  mutating func waiters(of flight: Flight) -> [Waiter]? {
    guard entries[flight.line]?.flight.id == flight.id else { return nil }
    return entries.removeValue(forKey: flight.line)?.waiters
  }

  /// Frees the place of a look-up that has ended, and gives it to the next.
  mutating func ended() -> Flight? {
    running -= 1
    guard running < runningLimit, !queue.isEmpty else { return nil }
    running += 1
    let line = queue.removeFirst()
    return entries[line]?.flight
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
