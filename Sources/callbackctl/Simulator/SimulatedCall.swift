import CallbackMessages

/// One simulated call, from its command to the acknowledgement of its last report.
struct SimulatedCall: Sendable {
  /// What the service asked for.
  let command: V1.DialCommand
  /// What it comes to.
  let outcome: SimulatedOutcome
  /// Whether the service granted the claim: only then is anything played.
  private(set) var isGranted = false
  /// Whether its end was reported.
  private(set) var isOver = false
  /// Counts changes of course, such as a hang-up: waits begun before one are void.
  private(set) var course = 0
  /// Reports that the service has not acknowledged yet, oldest first.
  private(set) var unacknowledged: [V1.CallReport] = []
  /// The newest report.
  private(set) var lastReport: V1.CallReport?

  private var steps: ArraySlice<SimulatedOutcome.Step> = []
  private var isTalking = false

  /// A call that was asked for.
  init(command: V1.DialCommand, outcome: SimulatedOutcome) {
    self.command = command
    self.outcome = outcome
  }

  /// How long until the next step; nil where none follows.
  var nextWait: Duration? { steps.first?.wait }

  /// The claim was granted: lays out the steps.
  mutating func begin(_ timing: SimulatedTiming) {
    isGranted = true
    steps = outcome.steps(timing, command: command)[...]
  }

  /// Takes the next step.
  mutating func next() -> SimulatedOutcome.Step? { steps.popFirst() }

  /// The report with attempt and sequence, kept until it is acknowledged.
  mutating func report(_ report: V1.CallReport) -> V1.CallReport {
    var report = report
    report.attemptID = command.attemptID
    report.sequence = (lastReport?.sequence ?? 0) + 1
    lastReport = report
    unacknowledged.append(report)
    isTalking = isTalking || report.phase == .answered || report.phase == .voicemail
    isOver = report.phase == .ended
    return report
  }

  /// Ends the call because the service asks for it.
  mutating func hangUp() -> V1.CallReport {
    steps = []
    course += 1
    let end =
      isTalking
      ? SimulatedOutcome.end(.caller, cause: 16)
      : V1.CallReport(phase: .ended, leg: .caller, sipStatus: 487)
    return report(end)
  }

  /// Forgets reports that the service keeps.
  mutating func acknowledge(through sequence: UInt32) {
    unacknowledged.removeAll { $0.sequence <= sequence }
  }
}
