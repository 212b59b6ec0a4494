import CallbackClient
import CallbackMessages
import Foundation

/// Asks for a callback and follows it to its end, over restarts of the daemon:
///
///     follow-callback /run/callbackd/callbackd.sock sales "(202) 555-0123"
@main
enum FollowCallback {
  static func main() async {
    let words = CommandLine.arguments.dropFirst()
    guard words.count == 3 else {
      say("usage: follow-callback SOCKET QUEUE NUMBER")
      return
    }
    let values = Array(words)
    let client = CallbackClient(socket: values[0])
    do {
      try await follow(client, queue: values[1], number: values[2])
    } catch {
      explain(error)
    }
    await client.close()
  }

  private static func follow(
    _ client: CallbackClient, queue: String, number: String
  ) async throws(CallbackError) {
    // Without a request_id the client makes one, and repeats the call with it where an answer is lost.
    let taken = try await client.requestCallback(
      V1.RequestCallbackRequest(callerNumber: number, queueID: queue))
    say("taken: \(taken.number?.display ?? number), \(taken.ahead) before it")
    // The stream is opened again by itself, and goes on after the last message.
    let outcomes = client.watchOutcomes(
      from: .since(milliseconds: 0), queue: queue, interruption: { say("away: \($0.code)") })
    var isWatching = false
    for try await message in outcomes {
      if !isWatching { say("watching") }
      isWatching = true
      guard case .outcome(let outcome) = message.event,
        outcome.callbackID == taken.callbackID
      else { continue }
      say("now \(outcome.state)")
      if outcome.state == .completed || outcome.state == .cancelled { return }
    }
  }

  /// What a program can do about an error: the reason is for it, the message for people.
  private static func explain(_ error: CallbackError) {
    switch (error.reason, error.detail) {
    case (.queueFull, _): say("full, try later: \(error.message)")
    case (_, .guardRefused(let refused)?): say("refused by \(refused.guard): \(error.message)")
    case (_, .retry(let info)?): say("again in \(info.retryDelay?.seconds ?? 1) s")
    default: say(error.isUnreachable ? "nobody listens" : "\(error)")
    }
  }

  /// Says something at once, also into a pipe.
  @Sendable
  private static func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }
}
