import ArgumentParser
import CallbackClient
import CallbackMessages

/// Sets an agent free.
struct AgentOverride: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "override",
    abstract: "As an operator, set an agent free and say what the agent shall be.",
    discussion: """
      The alert is withdrawn, cooldown and other calls end, a running attempt becomes uncertain.

      Example:
        callbackctl agent override ada offline
      """)

  @Argument(help: "The agent.")
  var agent: String

  @Argument(help: "What the agent shall be.")
  var status: EnumArgument<V1.AgentStatus>

  @Option(help: "For inactive: a configured reason, such as Lunch.")
  var reason = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.OverrideAgentRequest(
      requestID: change.id, agentID: agent, status: status.value, reason: reason)
    let answer = try await session.client.call(AdminServiceMethods.overrideAgent, request)
    try session.show(answer) { _ in "\(SafeText.line(agent)) is set free." }
  }
}

/// Reports a call of an agent that is no callback.
struct AgentCallReport: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Report a call of an agent that is no callback.",
    discussion: """
      Examples:
        callbackctl agent call ada started pbx-4711
        callbackctl agent call ada ended pbx-4711
      """)

  @Argument(help: "The agent.")
  var agent: String

  @Argument(help: "Whether the call began or ended.")
  var phase: EnumArgument<V1.AgentCallPhase>

  @Argument(help: "The telephone system's id of the call.")
  var reference: String

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.ReportAgentCallRequest(
      requestID: change.id, agentID: agent, callReference: reference, phase: phase.value)
    let answer = try await session.client.call(CallbackServiceMethods.reportAgentCall, request)
    try session.show(answer) { _ in
      "Taken. \(SafeText.line(agent)) is \(AgentText.name(answer.workState))."
    }
  }
}
