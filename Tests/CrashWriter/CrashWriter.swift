import CallbackCore
import CallbackEngine
import EventLog
import Glibc
import SQLiteEventLog

/// Runs an engine on the directory that it is given, under load, and writes a line for each answer
/// as soon as it has it: the request id and the callback; for an accept "accept", the offer and the
/// attempt. The crash tests kill it in the middle.
@main
enum CrashWriter {
  static func main() async throws {
    let directory = CommandLine.arguments[1]
    let run = CommandLine.arguments[2]
    let store = try SQLiteEventStore(directory: directory)
    var configuration = EngineConfiguration()
    configuration.snapshotEvery = 200
    let engine = try await Engine.start(store: store, configuration: configuration)
    let desktops = Desktops(engine: engine)
    engine.observe(desktops)
    try await configure(engine, run)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for index in 0... { try await request(engine, "\(run)-\(writer)-\(index)", run) }
        }
      }
      try await group.waitForAll()
    }
  }

  static let actor = Actor(userID: 1)

  /// A queue and agents of this run alone: those of a run that was killed may be in calls that
  /// nobody ends any more, and what it requested waits for good.
  private static func configure(_ engine: Engine, _ run: String) async throws {
    var settings = QueueOverrides()
    settings.cooldownAfterCallback = .zero
    let queue = PutQueue(id: QueueID(run), settings: settings)
    _ = try await engine.submit(Submission(.putQueue(queue, ifRevision: nil), actor: actor))
    for index in 0..<5 {
      let agent = AgentID("\(run)-agent-\(index)")
      let settings = AgentSettings(memberships: [Membership(queue: queue.id)])
      let session = SessionID("\(run)-desk-\(index)")
      let commands: [Command] = [
        .putAgent(agent, settings, ifRevision: nil),
        .openSession(session, stream: StreamID(rawValue: UInt64(index + 1)), agents: [agent]),
        .setAgentStatus(agent, wanted: .ready, endCooldown: false),
      ]
      for command in commands {
        _ = try await engine.submit(Submission(command, actor: actor))
      }
    }
  }

  private static func request(_ engine: Engine, _ id: String, _ run: String) async throws {
    // A number of its own for every request, so that each makes a callback.
    let digits = id.utf8.reduce(UInt64(5381)) { ($0 &* 33 &+ UInt64($1)) % 1_000_000_000_000 }
    let request = RequestCallback(
      number: .number(PhoneNumber(e164: "+1\(digits)"), kind: .ordinary), queue: QueueID(run))
    let answer = try await engine.submit(
      Submission(
        .requestCallback(request), actor: actor, requestKey: RequestKey(user: actor, id: id)))
    guard case .requested(let reply) = try answer.get(), let callback = reply.callback else {
      return
    }
    say("\(id) \(callback.text) \(answer.position)")
  }

  /// One write a line: a kill leaves whole lines.
  static func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
  }
}
