import ArgumentParser
import CallbackClient
import CallbackMessages

/// Accepts an alert.
struct Accept: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accept an alert: the call starts and the card opens.",
    discussion: """
      Examples:
        callbackctl accept --agent alice
        callbackctl accept 06DXK0J5V3T2W8Y4ZB7N1QRCGM --agent alice
      """)

  @OptionGroup var target: OfferOptions

  @Option(help: "The desktop that accepts, as named to `agent watch --session`.")
  var session = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.AcceptOfferRequest(
      requestID: change.id, offerID: try await target.offer(session), agentID: target.agent,
      sessionID: self.session)
    let answer = try await session.client.call(CallbackServiceMethods.acceptOffer, request)
    try session.show(answer) { CallBar(accepted: answer).rendered($0) }
  }
}

/// Rejects an alert.
struct Reject: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reject an alert: the next available agent gets it.",
    discussion: """
      Example:
        callbackctl reject --agent alice
      """)

  @OptionGroup var target: OfferOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.RejectOfferRequest(
      requestID: change.id, offerID: try await target.offer(session), agentID: target.agent)
    let answer = try await session.client.call(CallbackServiceMethods.rejectOffer, request)
    try session.show(answer) { look in
      let until = Moment(answer.until).map { " until \(look.time.readable($0))" } ?? ""
      return "Rejected: it goes to the next available agent. "
        + "\(target.agent) is \(AgentText.name(answer.workState))\(until)."
    }
  }
}

/// Which offer: by its id, or the one that the agent has.
struct OfferOptions: ParsableArguments {
  @Argument(help: "The offer's id. Default: the agent's pending offer.")
  var offer = ""

  @Option(help: "The agent it is offered to.")
  var agent: String

  /// The offer's id; asks the daemon for it where it is not given.
  func offer(_ session: Session) async throws -> String {
    if !offer.isEmpty { return offer }
    let presence = try await session.client.agent(agent).agent ?? V1.AgentPresence()
    guard !presence.offerID.isEmpty else {
      let status = AgentText.status(presence, session.console.look)
      throw Failure("agent \(agent) has no alert now and is \(status)")
    }
    return presence.offerID
  }
}
