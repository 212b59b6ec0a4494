import CallbackCore
import EventLog

/// What the loop knows of whether the log takes what it is given.
struct Availability {
  /// How long deadlines rest after an append that failed, in milliseconds.
  static let restAfterFailure: Int64 = 250
  /// How often a log that refused is tried, in milliseconds.
  static let probeEvery: Int64 = 1_000

  /// When a log that did not take what it was last given is tried again by itself, by the uptime;
  /// nil while it takes what it is given.
  var probesAt: Int64?
  /// Whether something is due that became so while it did not: that is nobody's fault.
  var wasAway = false
  /// Deadlines are not acted on before this uptime.
  var restsUntil: Int64 = .min
  /// Why it was last said to be unavailable; empty while it is available.
  var lastComplaint = ""

  /// Milliseconds until deadlines are acted on again; nil where they do not rest.
  func untilRested(at uptime: Int64) -> Int64? {
    restsUntil == .min ? nil : restsUntil - uptime
  }
}

/// A log that does not take what it is given, and how it is found out that it does again.
extension EngineLoop {
  /// The log did not take what it was given.
  func refuses() {
    availability.wasAway = true
    availability.probesAt = configuration.clock.uptime() + Availability.probeEvery
    rest()
  }

  /// The log takes what it is given: what becomes due from now on can be prevented again.
  func takesAgain() {
    availability.probesAt = nil
    availability.restsUntil = .min
    availability.wasAway = availability.wasAway && isDue()
    markAvailable()
  }

  /// Finds out whether a log that refused takes appends again, so that it is known before anybody
  /// asks for one: who is told that it does not sends none.
  func probe() {
    guard untilProbe() == 0, machine.unsettledAppend == nil else { return }
    do throws(EventLogError) {
      try log.probe()
      takesAgain()
    } catch {
      availability.probesAt = configuration.clock.uptime() + Availability.probeEvery
    }
  }

  /// Milliseconds until the log is tried; nil while it takes what it is given.
  func untilProbe() -> Int64? {
    availability.probesAt.map { max(0, $0 - configuration.clock.uptime()) }
  }

  /// Leaves the log alone for a moment.
  func rest() {
    availability.restsUntil = configuration.clock.uptime() + Availability.restAfterFailure
  }

  /// Says so once for each reason.
  func markUnavailable(_ words: String) {
    if availability.lastComplaint != words { logger.error("\(words)") }
    availability.lastComplaint = words
    opened.board.update { $0.isAvailable = false }
  }

  /// Says so once; that the log can be read does not mean that it takes appends.
  func markAvailable() {
    guard availability.probesAt == nil, !opened.board.statistics.isAvailable else { return }
    availability.lastComplaint = ""
    logger.notice("the log is open again at \(machine.head.position)")
    opened.board.update { $0.isAvailable = true }
  }
}
