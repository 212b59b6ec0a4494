import ArgumentParser
import CallbackClient
import CallbackMessages

/// Keeps what the agent says about a call.
struct DispositionCommand: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "disposition",
    abstract: "Keep what the agent says about a call; it never reopens the callback.",
    discussion: """
      Examples:
        callbackctl disposition resolved --number "(510) 555-0123"
        callbackctl disposition wrong-number --attempt 06DXK0J5V3T2W8Y4ZB7N1QRCGM --note "a cafe"
      """)

  @Argument(help: "What the agent says.")
  var disposition: EnumArgument<V1.Disposition>

  @OptionGroup var target: AttemptOptions

  @Option(help: "In the agent's words.")
  var note = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.RecordDispositionRequest(
      requestID: change.id, attemptID: try await target.attempt(session),
      disposition: disposition.value, note: note)
    let answer = try await session.client.call(CallbackServiceMethods.recordDisposition, request)
    try session.show(answer) { _ in "Kept: \(disposition.value.words)." }
  }
}
