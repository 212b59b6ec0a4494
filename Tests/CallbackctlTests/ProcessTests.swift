import CallbackMessages
import Foundation
import ScriptedDaemon
import Testing
import UnixRPC

@testable import callbackctl

@Suite("The program as a process")
struct ProcessTests {
  /// What a run of the program left behind.
  struct Ended {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs the program that was built beside the tests.
  private func run(_ arguments: String..., socket: String) async throws -> Ended {
    try await run(try Self.program(), arguments, socket: socket)
  }

  /// Runs bash, with the path of the program in `$CTL`.
  private func shell(_ script: String, socket: String) async throws -> Ended {
    try await run(URL(filePath: "/bin/bash"), ["-o", "pipefail", "-c", script], socket: socket)
  }

  private static func program() throws -> URL {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "callbackctl")
  }

  private func run(
    _ program: URL, _ arguments: [String], socket: String
  ) async throws -> Ended {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = [
      "CALLBACKD_SOCKET": socket, "TZ": "UTC", "PATH": "/usr/bin:/bin",
      "CTL": try Self.program().path(),
    ]
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in ended.resume() }
      do { try process.run() } catch { ended.resume(throwing: error) }
    }
    return Ended(
      code: process.terminationStatus, output: text(output), errors: text(errors))
  }

  private func text(_ pipe: Pipe) -> String {
    String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  private static let nobody = "/tmp/nobody-listens-here.sock"

  @Test("without a daemon it ends with 3, names the socket and says how to start one")
  func unreachable() async throws {
    let ended = try await run("list", socket: Self.nobody)
    #expect(ended.code == 3)
    #expect(ended.output.isEmpty)
    #expect(
      ended.errors == """
        callbackctl: no daemon behind \(Self.nobody): The socket does not exist.
          → Start it with: callbackd --socket \(Self.nobody) (or say with --socket where it listens)

        """)
  }

  @Test("without a daemon JSON says as well where and why")
  func unreachableAsJSON() async throws {
    let ended = try await run("list", "--json", socket: Self.nobody)
    #expect(ended.code == 3)
    #expect(
      ended.errors == #"""
        {"code":"UNAVAILABLE","reason":"",\#
        "message":"no daemon behind \#(Self.nobody): The socket does not exist.",\#
        "cause":"unreachable"}

        """#)
  }

  @Test("a backup that cannot be read is not called cut off")
  func unreadableBackup() async throws {
    let ended = try await run("restore", "/tmp", "--data", "/tmp/no-such/data", socket: Self.nobody)
    #expect(ended.code == 2)
    #expect(ended.errors == "callbackctl: /tmp cannot be read: Is a directory\n")
  }

  @Test("a command line that makes no sense ends with 2")
  func usage() async throws {
    for arguments in ["nonsense", "agent", "show"] where arguments != "agent" {
      let ended = try await run(arguments, socket: Self.nobody)
      #expect(ended.code == 2, "\(arguments)")
      #expect(ended.errors.contains("Usage: callbackctl"))
    }
  }

  @Test("help is on the standard output and ends with 0")
  func help() async throws {
    let ended = try await run("request", "--help", socket: Self.nobody)
    #expect(ended.code == 0)
    #expect(ended.output.contains("callbackctl request \"(510) 555-0123\""))
    #expect(ended.errors.isEmpty)
  }

  @Test("what the daemon refuses ends with 1 and shows status and reason")
  func refused() async throws {
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.requestCallback) { _ in
        throw RPCError.refusal(
          .resourceExhausted, "The queue is full.", reason: "QUEUE_FULL",
          metadata: ["queue_id": "sales"],
          detail: V1.GuardRefused(guard: .queueFull, queueID: "sales"))
      }
    } _: { daemon in
      let ended = try await run("request", "5105550123", socket: daemon.socket)
      #expect(ended.code == 1)
      #expect(
        ended.errors == """
          callbackctl: The queue is full. (queue_id sales) [RESOURCE_EXHAUSTED QUEUE_FULL]
            → Wait for room, or raise the limit: queue put QUEUE --capacity.

          """)
      let json = try await run("--json", "request", "5105550123", socket: daemon.socket)
      #expect(json.code == 1)
      #expect(
        json.errors == #"""
          {"code":"RESOURCE_EXHAUSTED","reason":"QUEUE_FULL","message":"The queue is full.",\#
          "metadata":{"queue_id":"sales"},\#
          "detail":{"guard":"REASON_QUEUE_FULL","queueId":"sales"}}

          """#)
    }
  }

  @Test("answers are protobuf's JSON on one line")
  func json() async throws {
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.getCallback) { request in
        V1.GetCallbackResponse(
          logPosition: 7,
          callback: V1.Callback(
            callbackID: request.callbackID, state: .retryWait,
            requestedAt: GoogleProtobuf.Timestamp(seconds: 1_893_456_000)))
      }
    } _: { daemon in
      let ended = try await run("show", "C1", "--json", socket: daemon.socket)
      #expect(ended.code == 0)
      #expect(
        ended.output == #"""
          {"logPosition":"7","callback":{"callbackId":"C1","state":"CALLBACK_STATE_RETRY_WAIT",\#
          "requestedAt":"2030-01-01T00:00:00Z"}}

          """#)
      let called = try await run(
        "call", "GetCallback", #"{"callbackId":"C1"}"#, socket: daemon.socket)
      #expect(called.output == ended.output)
    }
  }

  @Test("a command that only reads is to be tried again, one that changes something repeated")
  func unavailable() async throws {
    try await ScriptedDaemon.run { router in
      router.answer(CallbackServiceMethods.getCallback) { _ in
        throw RPCError.refusal(.unavailable, "It stops.", reason: "STOPPING")
      }
      router.answer(CallbackServiceMethods.cancelCallback) { _ in
        throw RPCError.refusal(.unavailable, "It stops.", reason: "STOPPING")
      }
    } _: { daemon in
      let read = try await run("show", "C1", socket: daemon.socket)
      #expect(read.errors.hasSuffix("  → Try again in a moment.\n"))
      let change = try await run("cancel", "C1", socket: daemon.socket)
      #expect(change.errors.hasSuffix("  → Repeat it in a moment with the same --request-id.\n"))
    }
  }

  @Test("call refuses JSON that is no such message before anything is sent")
  func malformedCall() async throws {
    let ended = try await run("call", "GetCallback", #"{"nope":1}"#, socket: Self.nobody)
    #expect(ended.code == 2)
    #expect(ended.errors.contains("nope: no such field"))
    let unknown = try await run("call", "GetCallbak", socket: Self.nobody)
    #expect(unknown.code == 2)
  }

  @Test("who no longer hears the errors does not change how the command ends")
  func deafToErrors() async throws {
    let script = #"(sleep 0.3; exec "$CTL" list) 2>&1 | true"#
    #expect(try await shell(script, socket: Self.nobody).code == 3)
    let full = #""$CTL" list --limit 0 2>/dev/full"#
    #expect(try await shell(full, socket: Self.nobody).code == 2)
  }

  @Test("a stream ends with the reader of its output, although nothing more comes")
  func readerGone() async throws {
    try await ScriptedDaemon.run { router in
      router.stream(CallbackServiceMethods.watchOutcomes) { _, responses in
        try await responses.send(
          V1.WatchOutcomesResponse(event: .outcome(V1.OutcomeEvent(callbackID: "C1"))))
        try await Task.sleep(for: .seconds(3600))
      }
    } _: { daemon in
      for command in ["outcomes watch", "call WatchOutcomes"] {
        let ended = try await shell(
          #"timeout 20 "$CTL" \#(command) | head -n 1"#, socket: daemon.socket)
        #expect(ended.code == 0, "\(command)")
        #expect(ended.output.contains("C1"))
      }
    }
  }

  @Test("with --json wrong usage is an object on one line as well")
  func usageAsJSON() async throws {
    let ended = try await run("list", "--limit", "0", "--json", socket: Self.nobody)
    #expect(ended.code == 2)
    #expect(ended.errors == #"{"message":"--limit is 1 to 500; or say --all."}"# + "\n")
  }

  @Test("words of the command line cannot drive the terminal out of an error")
  func hostileWords() async throws {
    for arguments in [
      ["methods", "n\u{1B}[2Jo"], ["n\u{1B}[2Jo"], ["list", "--state", "n\u{1B}[2Jo"],
      ["directory", "import", "n\u{1B}[2Jo"], ["show", "n\u{9B}2Jo", "--socket", "/n\u{1B}[2Jo"],
    ] {
      let ended = try await run(Self.program(), arguments, socket: Self.nobody)
      #expect(!ended.errors.unicodeScalars.contains("\u{1B}"), "\(ended.errors)")
      #expect(ended.errors.contains("n\u{FFFD}[2Jo"))
    }
  }
}
