import ArgumentParser
import CallbackClient
import CallbackMessages

/// Sets what an agent wants to be.
struct AgentSet: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set an agent Ready, Inactive or Offline; during a call it applies after it.",
    discussion: """
      Examples:
        callbackctl agent set alice ready
        callbackctl agent set alice inactive --reason Lunch
        callbackctl agent set alice ready --end-cooldown
      """)

  @Argument(help: "The agent.")
  var agent: String

  @Argument(help: "What the agent wants to be.")
  var status: EnumArgument<V1.AgentStatus>

  @Option(help: "For inactive: why, such as Lunch.")
  var reason = ""

  @Flag(help: "With ready: end a Cooldown now.")
  var endCooldown = false

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.SetAgentStatusRequest(
      requestID: change.id, agentID: agent, status: status.value, reason: reason,
      endCooldown: endCooldown)
    let answer = try await session.client.call(CallbackServiceMethods.setAgentStatus, request)
    try session.show(answer) { look in
      let state = AgentText.name(answer.workState)
      let until = Moment(answer.until).map { " until \(look.time.readable($0))" } ?? ""
      return answer.effect == .afterCall
        ? "\(agent) is \(state)\(until); \(status.value.words) after it."
        : "\(agent) is \(state)\(until)."
    }
  }
}
