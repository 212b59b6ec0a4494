import ArgumentParser
import CallbackClient
import CallbackMessages

/// Leads.
struct LeadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lead", abstract: "Leads from the Greeting card.", subcommands: [LeadStart.self])
}

/// Whose Greeting card it is: an attempt, an agent's call, or just a number.
struct GreetingOptions: ParsableArguments {
  @Option(help: "The attempt whose Greeting card this is.")
  var attempt = ""

  @Option(help: "The agent, whose present call is meant where neither of the others is given.")
  var agent = ""

  @Option(help: "The number, as people write it. Default: that of the attempt.")
  var number = ""

  func validate() throws {
    if attempt.isEmpty, agent.isEmpty, number.isEmpty {
      throw ValidationError("Say whose number: --attempt ID, --agent AGENT or --number NUMBER.")
    }
  }

  /// The attempt's id; empty where a number is given instead.
  func attempt(_ session: Session) async throws -> String {
    if !attempt.isEmpty || !number.isEmpty { return attempt }
    var options = AttemptOptions()
    (options.attempt, options.agent, options.number) = ("", agent, "")
    return try await options.attempt(session)
  }
}

/// Starts a Lead.
struct LeadStart: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start a new Lead for an unknown number.",
    discussion: """
      Examples:
        callbackctl lead start --name "Bob Stone" --agent alice
        callbackctl lead start --name "Bob Stone" --number "(510) 555-0142" --location oakland
      """)

  @Option(help: "The name of the Lead.")
  var name: String

  @OptionGroup var greeting: GreetingOptions

  @Option(help: "The location. Default: that of the attempt's callback.")
  var location = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let id = change.id
    let answer = try await session.client.startLead(
      V1.StartLeadRequest(
        requestID: id, name: name, number: greeting.number,
        attemptID: try await greeting.attempt(session), locationID: location,
        agentID: greeting.agent))
    try session.show(answer) {
      RecordText.change(answer.change, done: "Started Lead", answer.record, answer.card, id, $0)
    }
  }
}

/// Takes a number off a record.
struct UnmatchCommand: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmatch",
    abstract: "Take a number off a record that it was matched to by mistake.",
    discussion: """
      Examples:
        callbackctl unmatch C-1042 --number "(510) 555-0142"
      """)

  @Argument(help: "The record's id, as `search` shows it.")
  var record: String

  @OptionGroup var greeting: GreetingOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let id = change.id
    let answer = try await session.client.unmatchCaller(
      V1.UnmatchCallerRequest(
        requestID: id, recordID: record, number: greeting.number,
        attemptID: try await greeting.attempt(session), agentID: greeting.agent))
    try session.show(answer) {
      RecordText.change(
        answer.change, done: answer.wasAbsent ? "The number was not matched to" : "Taken off",
        answer.record, nil, id, $0)
    }
  }
}

/// Matches a number to a record.
struct MatchCommand: ClientCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Match an unknown number to an existing Lead or Customer.",
    discussion: """
      Examples:
        callbackctl match C-1042 --agent alice
        callbackctl match C-1042 --number "(510) 555-0142"
      """)

  @Argument(help: "The record's id, as `search` shows it.")
  var record: String

  @OptionGroup var greeting: GreetingOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let id = change.id
    let answer = try await session.client.matchCaller(
      V1.MatchCallerRequest(
        requestID: id, recordID: record, number: greeting.number,
        attemptID: try await greeting.attempt(session), agentID: greeting.agent))
    try session.show(answer) {
      RecordText.change(answer.change, done: "Matched to", answer.record, answer.card, id, $0)
    }
  }
}
