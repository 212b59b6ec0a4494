import ArgumentParser
import CallbackClient

/// Where a stream of the log begins and ends.
struct FollowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin at this moment: 2026-11-23T09:00, 2026-11-23T09:00:00Z, or 2h for two hours ago.",
      valueName: "past-time"))
  var since: PastMomentArgument?

  // A token may begin with a dash.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Begin after the message with this token.", valueName: "token"))
  var after: String?

  @Option(help: ArgumentHelp("End after so many of them.", valueName: "count"))
  var count: Int?

  func validate() throws {
    if since != nil, after != nil { throw ValidationError("Give --since or --after, not both.") }
    if let count, count < 1 { throw ValidationError("--count is at least 1.") }
  }

  /// The beginning as the client takes it.
  var start: CallbackClient.StreamStart {
    if let after { return .token(after) }
    return since.map { .since(milliseconds: $0.moment.milliseconds) } ?? .now
  }
}
