import ArgumentParser
import CallbackClient
import CallbackMessages

/// Reports what happened to an attempt.
struct Outcome: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Report what happened to a call, where agents dial.",
    discussion: """
      answered and voicemail complete the callback; ended then frees the agent. busy, no-answer, \
      rejected, invalid-number, congestion, failed and fax end an attempt that did not connect: \
      the callback stays in the queue.

      Examples:
        callbackctl outcome answered --agent alice
        callbackctl outcome ended --agent alice
        callbackctl outcome busy --attempt 06DXK0J5V3T2W8Y4ZB7N1QRCGM --q850 17
      """)

  @Argument(help: "What happened.")
  var event: CallEvent

  @OptionGroup var target: AttemptOptions

  @Option(
    help: ArgumentHelp(
      "Grows with each report of an attempt. Default: by how far the call is, from 10 to 60."))
  var sequence: UInt32?

  @Option(help: ArgumentHelp("The Q.850 cause of the end.", valueName: "cause"))
  var q850: UInt32 = 0

  @Option(help: ArgumentHelp("The SIP status of the end.", valueName: "status"))
  var sip: UInt32 = 0

  @Option(help: ArgumentHelp("When it happened. Default: now.", valueName: "time"))
  var at: MomentArgument?

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let attempt = try await target.attempt(session)
    var report = event.report
    report.attemptID = attempt
    report.sequence = sequence ?? report.sequence
    report.q850Cause = q850
    report.sipStatus = sip
    report.occurredAt = at?.moment.wire
    let request = V1.ReportOutcomeRequest(requestID: change.id, report: report)
    let answer = try await session.client.call(CallbackServiceMethods.reportOutcome, request)
    try session.show(answer) { _ in Self.text(answer) }
  }

  /// What the report changed.
  static func text(_ answer: V1.ReportOutcomeResponse) -> String {
    let outcome = answer.outcome.isSpecified ? " The outcome is \(answer.outcome.words)." : ""
    let taken = answer.ignored ? "Nothing changed: an older or repeated report." : "Kept."
    return "\(taken) The callback is \(answer.state.words).\(outcome)"
  }
}
