import ArgumentParser
import CallbackClient
import CallbackMessages

/// Puts a finished callback back into its queue.
struct Requeue: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a callback that ended a short while ago back into its queue.")

  @Argument(help: "The callback's id.")
  var callback: String

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func run(in session: Session) async throws {
    let request = V1.RequeueCallbackRequest(requestID: change.id, callbackID: callback)
    let answer = try await session.client.call(CallbackServiceMethods.requeueCallback, request)
    try session.show(answer) { _ in
      answer.merged
        ? "Its number waits already: it is part of callback \(answer.callbackID)."
        : "It waits again."
    }
  }
}

/// Tells that a caller has phoned in again.
struct Reached: ClientCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that a caller who waits for a callback has phoned in again.",
    discussion: """
      arrived: the callback is not offered meanwhile, 15 minutes at most. served: it is cancelled.
      left: offers go on.

      Examples:
        callbackctl reached served "(510) 555-0123"
        callbackctl reached arrived --callback 06DXK0J5V3T2W8Y4ZB7N1QRCGM
      """)

  @Argument(help: "How far the caller has come.")
  var phase: EnumArgument<V1.CallerReachedPhase>

  @Argument(help: "The caller's number, as people write it: all live callbacks of it.")
  var number = ""

  @Option(help: "One callback instead.")
  var callback = ""

  @Option(help: "Two letters for a national number, such as US. Default: the service's region.")
  var region = ""

  @OptionGroup var change: ChangeOptions
  @OptionGroup var globals: GlobalOptions

  func validate() throws {
    if number.isEmpty == callback.isEmpty {
      throw ValidationError("Give either a number or --callback.")
    }
  }

  func run(in session: Session) async throws {
    let request = V1.ReportCallerReachedRequest(
      requestID: change.id, target: callback.isEmpty ? .number(number) : .callbackID(callback),
      region: region, phase: phase.value)
    let answer = try await session.client.call(
      CallbackServiceMethods.reportCallerReached, request)
    try session.show(answer) { _ in
      var text =
        "\(answer.changed) callback\(answer.changed == 1 ? "" : "s") \(phase.value.effect)"
      if answer.cancelsPending > 0 { text += ", \(answer.cancelsPending) being hung up" }
      return text + "."
    }
  }
}

extension V1.CallerReachedPhase {
  /// What it does to the caller's callbacks.
  fileprivate var effect: String {
    switch self {
    case .arrived: "suspended until the caller is served or leaves"
    case .served: "cancelled"
    case .left: "let go on"
    default: "changed"
    }
  }
}
