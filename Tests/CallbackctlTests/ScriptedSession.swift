import CallbackClient
import ScriptedDaemon
import UnixRPC

@testable import callbackctl

/// Keeps what a command prints.
struct KeptText: TextSink {
  private let pieces = Recorded<String>()

  func write(_ text: String) { pieces.add(text) }

  var text: String { pieces.all.joined() }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// A session with a scripted daemon whose output is kept.
struct ScriptedSession {
  let session: Session
  let daemon: ScriptedDaemon
  let output = KeptText()
  let remarks = KeptText()

  private init(_ daemon: ScriptedDaemon, json: Bool) {
    self.daemon = daemon
    session = Session(
      client: CallbackClient(socket: daemon.socket),
      console: Console(
        output: output, remarks: remarks, style: .plain, showsProgress: false, zone: .utc),
      json: json)
  }

  /// Runs `body` with a session of a daemon with the scripted methods.
  static func run(
    json: Bool = false, _ script: (inout RPCRouter) -> Void,
    _ body: (ScriptedSession) async throws -> Void
  ) async throws {
    try await ScriptedDaemon.run(script) { daemon in
      let scripted = ScriptedSession(daemon, json: json)
      do {
        try await body(scripted)
      } catch {
        await scripted.session.client.close()
        throw error
      }
      await scripted.session.client.close()
    }
  }
}
