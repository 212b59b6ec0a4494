import ArgumentParser
import CallbackClient
import CallbackMessages
import Testing

@testable import callbackctl

@Suite("What is advised after a failure")
struct ErrorTextTests {
  private let lost = CallbackError(.unavailable, "lost", cause: .connectionLost)
  private let late = CallbackError(.deadlineExceeded, "late", cause: .deadline)
  private let stopping = CallbackError(.unavailable, "It stops.", reason: .stopping)

  /// What is shown where a command line ends with an error.
  private func text(_ error: CallbackError, _ arguments: [String]) throws -> String {
    let command = try Callbackctl.parseAsRoot(arguments)
    return ErrorText(error: error, socket: "/s", requestID: RequestIDPlace(of: command)).rendered()
  }

  @Test("what only reads is tried again, without a word of request ids")
  func reads() throws {
    for words in [["list"], ["show", "C"], ["queue", "get", "q"], ["call", "GetCallback"]] {
      func lines(_ error: CallbackError) throws -> [Substring] {
        try text(error, words).split(separator: "\n")
      }
      #expect(try lines(lost).last == "  → Try again.")
      #expect(
        try lines(late) == [
          "callbackctl: no answer in time", "  → Try again; --timeout gives it longer.",
        ])
      #expect(try lines(stopping).last == "  → Try again in a moment.")
    }
  }

  @Test("advice says what the message does not")
  func noEcho() throws {
    for (reason, advice) in [
      (OptionsV1.Reason.roleMissing, "access in its configuration grants roles."),
      (.agentNotYours, "access.bound in its configuration names your agents."),
    ] {
      let refused = CallbackError(.permissionDenied, "No.", reason: reason)
      #expect(try text(refused, ["list"]).hasSuffix("  → Ask whoever runs the daemon: \(advice)"))
    }
    for reason in [OptionsV1.Reason.etagMismatch, .requestIDReused] {
      let refused = CallbackError(.aborted, "Read it again.", reason: reason)
      #expect(try !text(refused, ["cancel", "C"]).contains("→"))
    }
  }

  @Test("what changes something is repeated with the same id, by the name that it has there")
  func changes() throws {
    #expect(try text(lost, ["cancel", "C"]).hasSuffix("repeat with the same --request-id."))
    #expect(
      try text(stopping, ["queue", "open", "q"]).hasSuffix(
        "→ Repeat it in a moment with the same --request-id."))
    #expect(
      try text(stopping, ["call", "CancelCallback"]).hasSuffix(
        "→ Repeat it in a moment with the same requestId."))
    #expect(try text(late, ["cancel", "C"]).contains("whether it was done is not known"))
  }
}
