import ArgumentParser
import CallbackClient
import UnixRPC

/// Tells what went wrong, in the form that the command line asked for.
struct FailureReport {
  /// What went wrong.
  let error: any Error
  /// The command line.
  let arguments: [String]
  /// The command; nil where the command line names none.
  var command: (any ParsableCommand)?

  /// Prints it and says how the process ends.
  func show() -> ExitStatus {
    let console = Console.standard(color: .auto)
    switch error {
    case let error as CallbackError:
      let text = ErrorText(
        error: error, socket: socket, requestID: command.flatMap { RequestIDPlace(of: $0) })
      console.remark(isJSON ? text.json() : SafeText.lines(text.rendered()))
      return text.status
    case let error as Failure:
      console.remark(
        isJSON
          ? message(error.message) : SafeText.lines("callbackctl: \(error.message)"))
      return error.status
    default:
      let text = Callbackctl.fullMessage(for: error)
      guard Callbackctl.exitCode(for: error).isSuccess else {
        // The words of the command line are in it, wherever a script had them from.
        console.remark(
          isJSON
            ? message(Callbackctl.message(for: error)) : SafeText.lines(text + Self.hint(text)))
        return .usage
      }
      if !text.isEmpty { console.print(text) }
      return .done
    }
  }

  /// How values are written that the parser only calls invalid.
  private static func hint(_ text: String) -> String {
    guard text.contains("is invalid for") else { return "" }
    if text.contains("<duration>'") { return "\n  → Write a duration as 20s, 1m30s, 24h or 500ms." }
    if text.contains("<time>'") {
      return "\n  → Write a time as 14:30, +2h, 2026-11-23T14:30 or 2026-11-23T14:30:00Z."
    }
    if text.contains("<past-time>'") {
      return "\n  → Write a time as 14:30, 2h (ago), 2026-11-23T14:30 or 2026-11-23T14:30:00Z."
    }
    return ""
  }

  private func message(_ text: String) -> String {
    "{\"message\":\(JSONString.quoted(text))}"
  }

  private var isJSON: Bool { arguments.contains("--json") }

  /// The socket that the command line names, or the default.
  private var socket: String {
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix("--socket=") { return String(argument.dropFirst("--socket=".count)) }
      if argument == "--socket", index + 1 < arguments.count { return arguments[index + 1] }
    }
    return SocketPath.standard
  }
}
