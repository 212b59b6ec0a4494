import ArgumentParser
import CallbackClient
import CallbackMessages
import Testing

@testable import callbackctl

@Suite("What is advised after a failure")
struct ErrorTextTests {
  /// What is shown where a command line ends with an error.
  private func text(_ error: CallbackError, _ arguments: String...) throws -> String {
    let command = try Callbackctl.parseAsRoot(arguments)
    return ErrorText(error: error, socket: "/s", requestID: RequestIDPlace(of: command)).rendered()
  }

  @Test("what only reads is tried again, without a word of request ids")
  func reads() throws {
    let lost = CallbackError(.unavailable, "lost", cause: .connectionLost)
    let late = CallbackError(.deadlineExceeded, "late", cause: .deadline)
    let stopping = CallbackError(.unavailable, "It stops.", reason: .stopping)
    for words in [["list"], ["show", "C"], ["queue", "get", "q"], ["call", "GetCallback"]] {
      let command = try Callbackctl.parseAsRoot(words)
      func lines(_ error: CallbackError) -> [Substring] {
        ErrorText(error: error, socket: "/s", requestID: RequestIDPlace(of: command))
          .rendered().split(separator: "\n")
      }
      #expect(lines(lost).last == "  → Try again.")
      #expect(
        lines(late) == [
          "callbackctl: no answer in time", "  → Try again; --timeout gives it longer.",
        ])
      #expect(lines(stopping).last == "  → Try again in a moment.")
    }
  }

  @Test("what changes something is repeated with the same id, by the name that it has there")
  func changes() throws {
    let lost = CallbackError(.unavailable, "lost", cause: .connectionLost)
    let late = CallbackError(.deadlineExceeded, "late", cause: .deadline)
    let stopping = CallbackError(.unavailable, "It stops.", reason: .stopping)
    #expect(try text(lost, "cancel", "C").hasSuffix("repeat with the same --request-id."))
    #expect(
      try text(stopping, "queue", "open", "q").hasSuffix(
        "→ Repeat it in a moment with the same --request-id."))
    #expect(
      try text(stopping, "call", "CancelCallback").hasSuffix(
        "→ Repeat it in a moment with the same requestId."))
    #expect(try text(late, "cancel", "C").contains("whether it was done is not known"))
  }
}
